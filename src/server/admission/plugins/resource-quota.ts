/**
 * Keeps a namespace within its quotas. What a write adds is charged to the quotas' status before the write itself is
 * stored, by compare-and-swap: two writes cannot take the same last piece. A write that fails later leaves a quota charged
 * too much until the quota controller counts again, as upstream does. Imitates apiserver pkg/admission/plugin/resourcequota.
 */
import type { KubeObject } from '../../../api/object.ts';
import {
  type Amounts,
  add,
  amountsOf,
  amountsText,
  mask,
  subtract,
  toResourceList,
  withoutZeros,
} from '../../../api/quota/amounts.ts';
import type { QuotaEvaluator } from '../../../api/quota/evaluator.ts';
import { quotaEvaluator } from '../../../api/quota/evaluators.ts';
import { coveredNames } from '../../../api/quota/quota.ts';
import type { ResourceQuota } from '../../../api/types/core-v1.ts';
import type { UserInfo } from '../../request/user.ts';
import type { AdmissionAttributes, AdmissionContext, AdmissionPluginFactory } from '../admission.ts';
import { admissionForbidden } from '../admission-error.ts';

const SYSTEM: UserInfo = { name: 'system:apiserver', uid: '', groups: ['system:masters'], extra: {} };

export const resourceQuota: AdmissionPluginFactory = ({ objects, mirrored, now }) => {
  const quotas = mirrored<ResourceQuota>('', 'resourcequotas');
  return {
    name: 'ResourceQuota',
    validate(attributes) {
      const { kind, namespace, operation, subresource, object } = attributes;
      if (namespace === '' || object === undefined || kind.resource === 'namespaces') return;
      const all = quotas.list(namespace);
      if (all.length === 0) return;
      const evaluator = quotaEvaluator(kind.group, kind.resource);
      if (!evaluator.handles(operation, subresource)) return;
      const covering = all.filter((quota) => covers(quota, evaluator, attributes));
      const delta = addedUsage(attributes, evaluator, now());
      if (delta.size === 0) return;
      const charged = covering.filter((quota) => charge(quota, delta, attributes) !== undefined);
      if (attributes.dryRun || charged.length === 0) return;
      return storeAll(charged, delta, attributes, objects);
    },
  };
};

/** Whether a quota counts this object. @throws StatusError 403 when the object does not say what it needs */
function covers(quota: ResourceQuota, evaluator: QuotaEvaluator, attributes: AdmissionAttributes): boolean {
  const object = attributes.object as KubeObject;
  const names = coveredNames(quota, Object.keys(quota.status?.hard ?? {}), evaluator, object);
  if (names.length === 0) return false;
  const name = quota.metadata?.name ?? '';
  const problem = evaluator.constraint?.(object, names);
  if (problem !== undefined) throw admissionForbidden(attributes, `failed quota: ${name}: ${problem}`);
  const unknown = names.filter((resource) => !Object.hasOwn(quota.status?.used ?? {}, resource));
  if (unknown.length === 0) return true;
  throw admissionForbidden(attributes, `status unknown for quota: ${name}, resources: ${unknown.sort().join(',')}`);
}

/** What the write adds, without what stays the same. @throws StatusError 403 for negative amounts */
function addedUsage(attributes: AdmissionAttributes, evaluator: QuotaEvaluator, now: Date): Amounts {
  const usage = evaluator.usage(attributes.object as KubeObject, now);
  const negative = [...usage].filter(([, quantity]) => quantity.sign < 0).map(([name]) => name);
  if (negative.length > 0) {
    throw admissionForbidden(attributes, `quota usage is negative for resource(s): ${negative.sort().join(',')}`);
  }
  const { operation, old } = attributes;
  if (operation !== 'UPDATE' || old === undefined) return withoutZeros(usage);
  return withoutZeros(subtract(usage, evaluator.usage(old, now)));
}

/** The status after the charge; undefined when nothing changes. @throws StatusError 403 when it would be exceeded */
function charge(
  quota: ResourceQuota,
  delta: Amounts,
  attributes: AdmissionAttributes,
): Record<string, string> | undefined {
  const hard = amountsOf(quota.status?.hard);
  const used = amountsOf(quota.status?.used);
  const requested = mask(delta, hard.keys());
  if (requested.size === 0) return undefined;
  const after = add(used, requested);
  const exceeded = [...requested].filter(([name, quantity]) => {
    const limit = hard.get(name);
    return quantity.sign > 0 && limit !== undefined && (after.get(name)?.compare(limit) ?? 0) > 0;
  });
  if (exceeded.length === 0) return toResourceList(after);
  const names = exceeded.map(([name]) => name);
  throw admissionForbidden(
    attributes,
    `exceeded quota: ${quota.metadata?.name}, requested: ${amountsText(mask(requested, names))}, used: ${amountsText(mask(used, names))}, limited: ${amountsText(mask(hard, names))}`,
  );
}

async function storeAll(
  quotas: readonly ResourceQuota[],
  delta: Amounts,
  attributes: AdmissionAttributes,
  objects: AdmissionContext['objects'],
): Promise<void> {
  for (const quota of quotas) await store(quota, delta, attributes, objects);
}

/** Charges the quota as it is stored now, which may be fuller than the one looked at. */
async function store(
  quota: ResourceQuota,
  delta: Amounts,
  attributes: AdmissionAttributes,
  objects: AdmissionContext['objects'],
): Promise<void> {
  const options = { subresource: 'status', user: SYSTEM, dryRun: false };
  await objects.update('', 'resourcequotas', attributes.namespace, quota.metadata?.name ?? '', options, (current) => {
    const used = charge(current as ResourceQuota, delta, attributes);
    return used === undefined ? current : { ...current, status: { ...(current.status as object), used } };
  });
}
