/** Ingress; imitates pkg/apis/networking and pkg/registry/networking/ingress. */
import { Path } from '../../../api/field-errors.ts';
import { warningsForIP } from '../../../api/ip.ts';
import type { Ingress } from '../../../api/types/networking-v1.ts';
import { defineKind } from '../define.ts';
import { age } from '../printing.ts';
import { loadBalancerAddresses } from '../shared/load-balancer.ts';
import { metadataFieldLabelError } from '../shared/name-rules.ts';
import { validateIngress, validateIngressStatus, validateNewIngress } from './ingresses-validation.ts';

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const ADDRESSES = Path.root('status').child('loadBalancer', 'ingress');

export const ingresses = defineKind<Ingress>('networking.k8s.io', 'v1', 'ingresses', {
  generation: 'spec',
  metadataOnUpdate: 'update+full',
  prepareForCreate(obj) {
    obj.status = { loadBalancer: {} };
  },
  validate: validateNewIngress,
  validateUpdate: validateIngress,
  warnings(obj, old) {
    const annotated = (ingress: Ingress | undefined) =>
      ingress?.metadata?.annotations?.[CLASS_ANNOTATION] !== undefined;
    if (!annotated(obj) || annotated(old)) return [];
    return [`annotation "${CLASS_ANNOTATION}" is deprecated, please use 'spec.ingressClassName' instead`];
  },
  status: {
    validateUpdate: validateIngressStatus,
    warnings: (obj) =>
      (obj.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }, i) =>
        ip ? warningsForIP(ADDRESSES.index(i).child('ip').toString(), ip) : [],
      ),
  },
  fieldLabelError: metadataFieldLabelError,
  cells: (obj, now) => [
    obj.metadata?.name ?? '',
    obj.spec?.ingressClassName ?? '<none>',
    hostsText(obj),
    loadBalancerAddresses(obj.status?.loadBalancer?.ingress).join(','),
    (obj.spec?.tls ?? []).length > 0 ? '80, 443' : '80',
    age(obj.metadata?.creationTimestamp, now),
  ],
});

/** At most three hosts; `*` when no rule names one. As upstream, "more" are all rules but three, with hosts or without. */
function hostsText(obj: Ingress): string {
  const rules = obj.spec?.rules ?? [];
  const named = rules.flatMap(({ host = '' }, i) => (host === '' ? [] : [{ host, i }])).slice(0, 3);
  if (named.length === 0) return '*';
  const shown = named.map(({ host }) => host).join(',');
  const more = named.length === 3 && (named[2] as { i: number }).i < rules.length - 1;
  return more ? `${shown} + ${rules.length - 3} more...` : shown;
}
