/** ServiceCIDR: a range of cluster IPs; imitates pkg/apis/networking and pkg/registry/networking/servicecidr. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { isValidCIDR, parseCidrLenient } from '../../../api/ip.ts';
import type { ServiceCIDR } from '../../../api/types/networking-v1.ts';
import { defineKind } from '../define.ts';
import { age } from '../printing.ts';
import { validateImmutable } from '../shared/field-rules.ts';
import { isDualStack } from '../shared/ip.ts';
import { metadataFieldLabelError, reportInvalid } from '../shared/name-rules.ts';

const CIDRS = Path.root('spec').child('cidrs');

export const servicecidrs = defineKind<ServiceCIDR>('networking.k8s.io', 'v1', 'servicecidrs', {
  prepareForCreate(obj) {
    obj.status = {};
  },
  validate: (obj, errors) => validateCIDRs(obj.spec?.cidrs ?? [], errors),
  validateUpdate: (obj, old, errors) => validateImmutable(obj.spec?.cidrs, old.spec?.cidrs, CIDRS, errors),
  fieldLabelError: metadataFieldLabelError,
  cells: (obj, now) => [
    obj.metadata?.name ?? '',
    (obj.spec?.cidrs ?? []).join(','),
    age(obj.metadata?.creationTimestamp, now),
  ],
});

/** One, or two of different families. */
function validateCIDRs(cidrs: readonly string[], errors: FieldErrors): void {
  if (cidrs.length === 0) errors.required(CIDRS, 'at least one CIDR required');
  else if (cidrs.length > 2) errors.invalid(CIDRS, cidrs, 'may only hold up to 2 values');
  else if (cidrs.length === 2 && isDualStack(cidrs.map((cidr) => parseCidrLenient(cidr)?.ip.family ?? '')) !== true) {
    const detail = 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64';
    errors.invalid(CIDRS, cidrs, detail);
  } else {
    for (const [i, cidr] of cidrs.entries()) reportInvalid(isValidCIDR(cidr), cidr, CIDRS.index(i), errors);
  }
}
