/** Holds pods to the Pod Security level that their namespace's labels name. Imitates pod-security-admission/admission. */
import { quote } from '../../../api/field-errors.ts';
import type { KubeObject } from '../../../api/object.ts';
import { detailText, reasonText, violations } from '../../../api/pod-security/evaluate.ts';
import { isStricter, type LevelVersion, levelText, type Policy, policyOf } from '../../../api/pod-security/level.ts';
import { internalError, invalid } from '../../../api/status-error.ts';
import type { Pod, PodSpec, PodTemplateSpec } from '../../../api/types/core-v1.ts';
import type { ObjectMeta } from '../../../api/types/meta-v1.ts';
import type { AdmissionAttributes, AdmissionContext, AdmissionPluginFactory, MirroredObjects } from '../admission.ts';
import { admissionForbidden } from '../admission-error.ts';

type Objects = AdmissionContext['objects'];

const MAX_PODS = 3000;
const IGNORED = new Set(['exec', 'attach', 'binding', 'eviction', 'log', 'portforward', 'proxy', 'status']);
const WORKLOADS = new Set([
  '/replicationcontrollers',
  '/podtemplates',
  'apps/replicasets',
  'apps/deployments',
  'apps/statefulsets',
  'apps/daemonsets',
  'batch/jobs',
  'batch/cronjobs',
]);

export const podSecurity: AdmissionPluginFactory = ({ objects, mirrored }) => {
  const policies = namespacePolicies(mirrored('', 'namespaces'));
  return {
    name: 'PodSecurity',
    resources: ['/pods', '/namespaces', ...WORKLOADS],
    validate(attributes) {
      const { kind, operation, subresource } = attributes;
      if (operation !== 'CREATE' && operation !== 'UPDATE') return;
      const key = `${kind.group}/${kind.resource}`;
      if (key === '/pods' && !IGNORED.has(subresource)) checkPod(attributes, policies);
      else if (subresource !== '') return;
      else if (key === '/namespaces') return checkNamespace(attributes, objects);
      else if (WORKLOADS.has(key)) checkWorkload(attributes, policies);
    },
  };
};

/** What the labels of a namespace ask for. @throws StatusError 500 when the namespace is not there */
type Policies = (namespace: string) => Policy;

/** Labels are read once for each namespace object: as long as the namespace does not change. */
function namespacePolicies(namespaces: MirroredObjects<KubeObject>): Policies {
  const known = new WeakMap<KubeObject, Policy>();
  return (namespace) => {
    const found = namespaces.get('', namespace);
    if (found === undefined) throw internalError(`failed to lookup namespace ${namespace}`);
    let policy = known.get(found);
    if (policy === undefined) {
      policy = policyOf(found.metadata.labels).policy;
      known.set(found, policy);
    }
    return policy;
  };
}

function checkPod(attributes: AdmissionAttributes, policies: Policies): void {
  const pod = attributes.object as Pod;
  if (attributes.operation === 'UPDATE' && !changesContainers(pod, attributes.old as Pod)) return;
  const { enforce, audit, warn } = policies(attributes.namespace);
  const found = violations(enforce, pod.spec ?? {}, pod.metadata ?? {});
  attributes.annotate('pod-security.kubernetes.io/enforce-policy', levelText(enforce));
  report(attributes, audit, warn, pod.spec ?? {}, pod.metadata ?? {}, found.length === 0);
  if (found.length === 0) return;
  throw admissionForbidden(attributes, `violates PodSecurity ${quote(levelText(enforce))}: ${detailText(found)}`);
}

/** Templates are never refused: their author is told. */
function checkWorkload(attributes: AdmissionAttributes, policies: Policies): void {
  const template = templateOf(attributes.object as KubeObject);
  if (template === undefined) return;
  const { audit, warn } = policies(attributes.namespace);
  report(attributes, audit, warn, template.spec ?? {}, template.metadata ?? {}, true);
}

function templateOf(object: KubeObject): PodTemplateSpec | undefined {
  const { spec, template } = object as {
    spec?: { template?: PodTemplateSpec; jobTemplate?: { spec?: { template?: PodTemplateSpec } } };
    template?: PodTemplateSpec;
  };
  return template ?? spec?.template ?? spec?.jobTemplate?.spec?.template;
}

function report(
  attributes: AdmissionAttributes,
  audit: LevelVersion,
  warn: LevelVersion,
  spec: PodSpec,
  metadata: ObjectMeta,
  warns: boolean,
): void {
  const audited = violationText(audit, spec, metadata);
  if (audited !== undefined) attributes.annotate('pod-security.kubernetes.io/audit-violations', audited);
  const warning = warns ? violationText(warn, spec, metadata) : undefined;
  if (warning !== undefined) attributes.warn(warning);
}

function violationText(level: LevelVersion, spec: PodSpec, metadata: ObjectMeta): string | undefined {
  const found = violations(level, spec, metadata);
  if (found.length === 0) return undefined;
  return `would violate PodSecurity ${quote(levelText(level))}: ${detailText(found)}`;
}

/** Whether an update changes what runs: only then is a pod looked at again. */
function changesContainers({ spec = {} }: Pod, { spec: old = {} }: Pod): boolean {
  return (['containers', 'initContainers', 'ephemeralContainers'] as const).some((field) => {
    const now = spec[field] ?? [];
    const before = old[field] ?? [];
    return now.length !== before.length || now.some(({ image }, i) => image !== before[i]?.image);
  });
}

async function checkNamespace(attributes: AdmissionAttributes, objects: Objects): Promise<void> {
  const { object, old, operation } = attributes;
  const { policy, errors } = policyOf(object?.metadata.labels);
  const before = policyOf(old?.metadata.labels);
  const known = operation === 'UPDATE' && JSON.stringify(errors.list) === JSON.stringify(before.errors.list);
  if (errors.length > 0 && !known)
    throw invalid({ group: '', resource: 'Namespace' }, object?.metadata.name ?? '', errors.list);
  if (operation !== 'UPDATE') return;
  const { enforce } = policy;
  const was = before.policy.enforce;
  if (enforce.level === 'privileged' || (enforce.minor === was.minor && !isStricter(enforce.level, was.level))) return;
  const name = object?.metadata.name ?? '';
  for (const warning of violators((await objects.list('', 'pods', name)) as Pod[], name, enforce))
    attributes.warn(warning);
}

/** What to tell about the pods of a namespace that do not meet its new level. */
function violators(pods: readonly Pod[], namespace: string, level: LevelVersion): string[] {
  const byReason = new Map<string, string[]>();
  for (const pod of pods.slice(0, MAX_PODS)) {
    const found = violations(level, pod.spec ?? {}, pod.metadata ?? {});
    if (found.length === 0) continue;
    const reason = reasonText(found);
    byReason.set(reason, [...(byReason.get(reason) ?? []), pod.metadata?.name ?? '']);
  }
  if (byReason.size === 0) return [];
  const head = `existing pods in namespace ${quote(namespace)} violate the new PodSecurity enforce level ${quote(levelText(level))}`;
  const tail = [...byReason].map(([reason, names]) => `${podsText(names)}: ${reason}`).sort();
  const partly =
    pods.length > MAX_PODS
      ? [`new PodSecurity enforce level only checked against the first ${MAX_PODS} of ${pods.length} existing pods`]
      : [];
  return [...partly, head, ...tail];
}

function podsText([first = '', ...others]: readonly string[]): string {
  if (others.length === 0) return first;
  return `${first} (and ${others.length} other ${others.length === 1 ? 'pod' : 'pods'})`;
}
