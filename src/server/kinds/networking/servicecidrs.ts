/** ServiceCIDR: a range of cluster IPs; imitates pkg/apis/networking and pkg/registry/networking/servicecidr. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { isValidCIDR, parseCidrLenient } from '../../../api/ip.ts';
import type { ServiceCIDR, ServiceCIDRSpec } from '../../../api/types/networking-v1.ts';
import { defineKind } from '../define.ts';
import { age } from '../printing.ts';
import { metadataFieldLabelError, reportInvalid } from '../shared/name-rules.ts';
import { keepMetadata, keepSpec } from '../shared/status-metadata.ts';

const CIDRS = Path.root('spec').child('cidrs');
const IMMUTABLE = 'field is immutable';

export const servicecidrs = defineKind<ServiceCIDR>('networking.k8s.io', 'v1', 'servicecidrs', {
  prepareForCreate(obj) {
    // Upstream keeps what the client says, unlike for every other kind.
    obj.status ??= {};
  },
  validate: (obj, errors) => validateCIDRs(obj.spec ?? {}, errors),
  validateUpdate: (obj, old, errors) => validateCIDRsUpdate(obj.spec ?? {}, old.spec ?? {}, errors),
  status: {
    prepareForUpdate(obj, old) {
      keepSpec(obj, old);
      keepMetadata(obj, old);
    },
  },
  fieldLabelError: metadataFieldLabelError,
  cells: (obj, now) => [
    obj.metadata?.name ?? '',
    (obj.spec?.cidrs ?? []).join(','),
    age(obj.metadata?.creationTimestamp, now),
  ],
});

/** One, or two of different families. */
function validateCIDRs(spec: ServiceCIDRSpec, errors: FieldErrors): void {
  const { cidrs = [] } = spec;
  if (cidrs.length === 0) errors.required(CIDRS, 'at least one CIDR required');
  else if (cidrs.length > 2) errors.invalid(CIDRS, { CIDRs: cidrs }, 'may only hold up to 2 values');
  else {
    for (const [i, cidr] of cidrs.entries()) reportInvalid(isValidCIDR(cidr), cidr, CIDRS.index(i), errors);
    const [first, second] = cidrs.map((cidr) => parseCidrLenient(cidr)?.ip.family);
    const detail = 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64';
    if (first !== undefined && first === second) errors.invalid(CIDRS, cidrs, detail);
  }
}

/** What is there stays; a second range, of the other family, may come. */
function validateCIDRsUpdate(spec: ServiceCIDRSpec, old: ServiceCIDRSpec, errors: FieldErrors): void {
  const { cidrs = [] } = spec;
  const { cidrs: before = [] } = old;
  const grows = before.length === 1 && cidrs.length === 2;
  if (!grows && cidrs.length !== before.length) {
    errors.invalid(CIDRS, cidrs, IMMUTABLE);
    return;
  }
  for (const [i, cidr] of before.entries()) if (cidrs[i] !== cidr) errors.invalid(CIDRS.index(i), cidrs[i], IMMUTABLE);
  if (grows) validateCIDRs(spec, errors);
}
