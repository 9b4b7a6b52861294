/** Whether a policy is about a write; imitates apiserver pkg/admission/plugin/policy/matching. */
import type { KubeObject } from '../../../api/object.ts';
import { type Selector, selectorOfObject } from '../../../api/selectors.ts';
import type { MatchResources, NamedRuleWithOperations } from '../../../api/types/admissionregistration-v1.ts';
import type { LabelSelector } from '../../../api/types/meta-v1.ts';
import type { KindTable } from '../../kinds/kind-table.ts';
import type { AdmissionAttributes } from '../admission.ts';

export interface MatchContext {
  /** Of the write; undefined for cluster-wide objects. */
  readonly namespace: KubeObject | undefined;
  readonly kinds: Pick<KindTable, 'versions'>;
}

/** Without resource rules (a binding's) every resource matches. */
export function matchesResources(
  match: MatchResources | undefined,
  attributes: AdmissionAttributes,
  context: MatchContext,
): boolean {
  if (match === undefined) return true;
  const { resourceRules = [], excludeResourceRules = [], matchPolicy = 'Equivalent' } = match;
  if (!matchesNamespace(match.namespaceSelector, attributes, context)) return false;
  if (!matchesObject(match.objectSelector, attributes)) return false;
  const versions = matchPolicy === 'Exact' ? [attributes.kind.version] : equivalentVersions(attributes, context);
  const holds = (rule: NamedRuleWithOperations): boolean => matchesRule(rule, attributes, versions);
  if (excludeResourceRules.some(holds)) return false;
  return resourceRules.length === 0 || resourceRules.some(holds);
}

/** A rule for one version of a resource is about all of them. */
function equivalentVersions({ kind }: AdmissionAttributes, { kinds }: MatchContext): string[] {
  return kinds.versions(kind.group, kind.resource).map(({ version }) => version);
}

const parsedSelectors = new WeakMap<LabelSelector, Selector>();

/** Configurations do not change while they are in use: each selector is read once. */
function parsedSelector(selector: LabelSelector): Selector {
  let parsed = parsedSelectors.get(selector);
  if (parsed === undefined) {
    parsed = selectorOfObject(selector);
    parsedSelectors.set(selector, parsed);
  }
  return parsed;
}

export function matchesNamespace(
  selector: LabelSelector | undefined,
  { kind, object, old }: AdmissionAttributes,
  { namespace }: Pick<MatchContext, 'namespace'>,
): boolean {
  if (selector === undefined) return true;
  const parsed = parsedSelector(selector);
  if (parsed.isEmpty()) return true;
  const isNamespace = kind.group === '' && kind.resource === 'namespaces';
  if (!kind.namespaced && !isNamespace) return true;
  return parsed.matches((isNamespace ? (object ?? old) : namespace)?.metadata.labels);
}

export function matchesObject(selector: LabelSelector | undefined, { object, old }: AdmissionAttributes): boolean {
  if (selector === undefined) return true;
  const parsed = parsedSelector(selector);
  if (parsed.isEmpty()) return true;
  const selected = (candidate: KubeObject | undefined): boolean =>
    candidate !== undefined && parsed.matches(candidate.metadata.labels);
  return selected(object) || selected(old);
}

/** `versions`: those of the resource that will do. */
export function matchesRule(
  rule: NamedRuleWithOperations,
  attributes: AdmissionAttributes,
  versions: readonly string[],
): boolean {
  const { apiGroups = [], apiVersions = [], operations = [], resourceNames = [], resources = [], scope = '*' } = rule;
  const { kind, operation, subresource, namespace } = attributes;
  const within = (list: readonly string[], ...values: string[]): boolean =>
    list.includes('*') || values.some((value) => list.includes(value));
  if (!within(operations, operation) || !within(apiGroups, kind.group) || !within(apiVersions, ...versions))
    return false;
  if (scope === 'Namespaced' && !kind.namespaced) return false;
  if (scope === 'Cluster' && kind.namespaced && namespace !== '') return false;
  if (resourceNames.length > 0 && !resourceNames.includes(nameOf(attributes))) return false;
  return resources.some((wanted) => matchesResource(wanted, kind.resource, subresource));
}

function nameOf({ name, object }: AdmissionAttributes): string {
  return name !== '' ? name : (object?.metadata.name ?? '');
}

/** `pods`, `pods/status`, `pods/*`, `*` (no sub-resources), every scale. */
function matchesResource(wanted: string, resource: string, subresource: string): boolean {
  const [of = '', sub = ''] = wanted.split('/');
  if (of !== '*' && of !== resource) return false;
  return sub === subresource || (sub === '*' && wanted.includes('/'));
}
