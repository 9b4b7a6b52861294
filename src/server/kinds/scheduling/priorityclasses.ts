import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { forbidden } from '../../../api/status-error.ts';
import type { PriorityClass } from '../../../api/types/scheduling-v1.ts';
import { defineKind } from '../define.ts';
import type { Change, Companion } from '../kind.ts';
import { age } from '../printing.ts';
import { validateImmutable } from '../shared/field-rules.ts';
import { metadataFieldLabelError } from '../shared/name-rules.ts';

const HIGHEST_USER_VALUE = 1_000_000_000;
const SYSTEM_PREFIX = 'system-';
/** The classes that the server makes itself, with their values. */
const SYSTEM_CLASSES: ReadonlyMap<string, number> = new Map([
  ['system-node-critical', 2_000_001_000],
  ['system-cluster-critical', 2_000_000_000],
]);
const POLICIES = ['PreemptLowerPriority', 'Never'];

/** Imitates pkg/apis/scheduling (defaults, validation) and pkg/registry/scheduling/priorityclass. */
export const priorityclasses = defineKind<PriorityClass>('scheduling.k8s.io', 'v1', 'priorityclasses', {
  applyDefaults(obj) {
    obj.preemptionPolicy ??= 'PreemptLowerPriority';
  },
  validate,
  validateUpdate(obj, old, errors) {
    if ((obj.value ?? 0) !== (old.value ?? 0)) {
      errors.forbidden(Path.root('value'), 'may not be changed in an update.');
    }
    validateImmutable(obj.preemptionPolicy, old.preemptionPolicy, Path.root('preemptionPolicy'), errors);
  },
  generation: () => false,
  companion: refuseToDeleteSystemClass,
  cells: (obj, now) => [
    obj.metadata?.name ?? '',
    obj.value ?? 0,
    obj.globalDefault ?? false,
    age(obj.metadata?.creationTimestamp, now),
    obj.preemptionPolicy ?? '',
  ],
  fieldLabelError: metadataFieldLabelError,
});

function validate(obj: PriorityClass, errors: FieldErrors): void {
  const { preemptionPolicy: policy, value = 0 } = obj;
  const name = obj.metadata?.name ?? '';
  if (name.startsWith(SYSTEM_PREFIX)) {
    const why = systemClassError(name, value, obj.globalDefault ?? false);
    const message = `priority class names with '${SYSTEM_PREFIX}' prefix are reserved for system use only. error: ${why}`;
    if (why !== undefined) errors.forbidden(Path.root('metadata').child('name'), message);
  } else if (value > HIGHEST_USER_VALUE) {
    const message = `maximum allowed value of a user defined priority is ${HIGHEST_USER_VALUE}`;
    errors.forbidden(Path.root('value'), message);
  }
  const path = Path.root('preemptionPolicy');
  if (policy === '') errors.required(path);
  else if (policy !== undefined && !POLICIES.includes(policy)) errors.notSupported(path, policy, POLICIES);
}

/** Why this is not one of the server's own classes. */
function systemClassError(name: string, value: number, globalDefault: boolean): string | undefined {
  const known = SYSTEM_CLASSES.get(name);
  if (known === undefined) return `${name} is not a known system priority class`;
  if (value !== known) return `value of ${name} PriorityClass must be ${known}`;
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}

async function refuseToDeleteSystemClass({ operation, object }: Change<PriorityClass>): Promise<Companion> {
  const name = object.metadata?.name ?? '';
  if (operation === 'delete' && SYSTEM_CLASSES.has(name)) {
    const resource = { group: 'scheduling.k8s.io', resource: 'priorityclasses' };
    throw forbidden(resource, name, 'this is a system priority class and cannot be deleted');
  }
  return { mutations: [], settle() {} };
}
