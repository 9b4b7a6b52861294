/** What volume claims use of a quota, in all and by storage class; imitates kubernetes pkg/quota/v1/evaluator/core/persistent_volume_claims.go. */
import { Quantity } from '../quantity.ts';
import type { PersistentVolumeClaim } from '../types/core-v1.ts';
import { type Amounts, amountsOf } from './amounts.ts';
import type { QuotaEvaluator, ScopeRequirement } from './evaluator.ts';

const BY_CLASS = '.storageclass.storage.k8s.io/';
const TRACKED = new Set(['count/persistentvolumeclaims', 'persistentvolumeclaims', 'requests.storage']);
const OLD_FIELD = 'volume.beta.kubernetes.io/storage-class';

export const claimEvaluator: QuotaEvaluator = {
  group: '',
  resource: 'persistentvolumeclaims',
  handles: (operation, subresource) => subresource === '' && (operation === 'CREATE' || operation === 'UPDATE'),
  tracks: (name) =>
    TRACKED.has(name) ||
    name.endsWith(`${BY_CLASS}requests.storage`) ||
    name.endsWith(`${BY_CLASS}persistentvolumeclaims`),
  usage: (object) => claimUsage(object as PersistentVolumeClaim),
  matchesScope: (object, scope) => inScope(object as PersistentVolumeClaim, scope),
};

function claimUsage(claim: PersistentVolumeClaim): Amounts {
  const one = Quantity.ofInteger(1);
  const usage = new Map([
    ['count/persistentvolumeclaims', one],
    ['persistentvolumeclaims', one],
  ]);
  const name = claim.metadata?.annotations?.[OLD_FIELD] ?? claim.spec?.storageClassName ?? '';
  if (name !== '') usage.set(`${name}${BY_CLASS}persistentvolumeclaims`, one);
  const size = storageOf(claim);
  if (size === undefined) return usage;
  usage.set('requests.storage', size);
  if (name !== '') usage.set(`${name}${BY_CLASS}requests.storage`, size);
  return usage;
}

/** While a claim grows or shrinks, the greater of what is asked for and what was given. */
function storageOf({ spec = {}, status = {} }: PersistentVolumeClaim): Quantity | undefined {
  const asked = amountsOf(spec.resources?.requests as Record<string, unknown> | undefined).get('storage');
  const given = amountsOf(status.allocatedResources as Record<string, unknown> | undefined).get('storage');
  if (asked === undefined || given === undefined) return asked;
  return given.compare(asked) > 0 ? given : asked;
}

function inScope(
  { spec = {}, status = {} }: PersistentVolumeClaim,
  { scope, operator, values }: ScopeRequirement,
): boolean {
  if (scope !== 'VolumeAttributesClass') return false;
  const names = new Set(
    [
      spec.volumeAttributesClassName,
      status.currentVolumeAttributesClassName,
      status.modifyVolumeStatus?.targetVolumeAttributesClassName,
    ].filter((name): name is string => Boolean(name)),
  );
  if (operator === 'Exists') return names.size > 0;
  if (operator === 'DoesNotExist') return names.size === 0;
  const listed = [...names].some((name) => values.includes(name));
  return operator === 'In' ? listed : !listed;
}
