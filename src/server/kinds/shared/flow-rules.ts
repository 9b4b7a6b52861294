/** Rules of flow schemas: whose requests, and which; imitates pkg/apis/flowcontrol/validation. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { isDNS1123Label, isDNS1123Subdomain } from '../../../api/names.ts';
import type {
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  ResourcePolicyRule,
  Subject,
} from '../../../api/types/flowcontrol-v1.ts';
import { reportInvalid } from './name-rules.ts';

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch'];
/** Kind of a subject and the field that describes it, in the order in which superfluous ones are reported. */
const SUBJECT_FIELDS = { ServiceAccount: 'serviceAccount', User: 'user', Group: 'group' } as const;
const SUBJECT_KINDS = ['Group', 'ServiceAccount', 'User'];

type SubjectKind = keyof typeof SUBJECT_FIELDS;

export function validateFlowRule(rule: PolicyRulesWithSubjects, path: Path, errors: FieldErrors): void {
  const subjects = rule.subjects ?? [];
  const { resourceRules = [], nonResourceRules = [] } = rule;
  if (subjects.length === 0) errors.required(path.child('subjects'), 'subjects must contain at least one value');
  for (const [i, subject] of subjects.entries()) validateSubject(subject, path.child('subjects').index(i), errors);
  if (resourceRules.length === 0 && nonResourceRules.length === 0)
    errors.required(path, 'at least one of resourceRules and nonResourceRules has to be non-empty');
  for (const [i, resourceRule] of resourceRules.entries())
    validateResourceRule(resourceRule, path.child('resourceRules').index(i), errors);
  for (const [i, urlRule] of nonResourceRules.entries())
    validateNonResourceRule(urlRule, path.child('nonResourceRules').index(i), errors);
}

function validateSubject(subject: Subject, path: Path, errors: FieldErrors): void {
  const { kind = '' } = subject;
  if (!SUBJECT_KINDS.includes(kind)) {
    errors.notSupported(path.child('kind'), kind, SUBJECT_KINDS);
    return;
  }
  const field = SUBJECT_FIELDS[kind as SubjectKind];
  const described = subject[field];
  if (described === undefined)
    errors.required(path.child(field), `${field} is required when subject kind is '${kind}'`);
  else if (kind === 'ServiceAccount') validateServiceAccount(described, path.child(field), errors);
  else if (!described.name) errors.required(path.child(field, 'name'));
  for (const [otherKind, other] of Object.entries(SUBJECT_FIELDS)) {
    if (otherKind !== kind && subject[other] !== undefined)
      errors.forbidden(path.child(other), `${other} is forbidden when subject kind is not '${otherKind}'`);
  }
}

function validateServiceAccount(
  { name = '', namespace = '' }: { name?: string; namespace?: string },
  path: Path,
  errors: FieldErrors,
): void {
  if (name === '') errors.required(path.child('name'));
  else if (name !== '*') reportInvalid(isDNS1123Subdomain(name), name, path.child('name'), errors);
  if (namespace === '') errors.required(path.child('namespace'), 'must specify namespace for service account');
  else reportInvalid(isDNS1123Label(namespace), namespace, path.child('namespace'), errors);
}

function validateVerbs(verbs: readonly string[], path: Path, errors: FieldErrors): void {
  if (verbs.length === 0) errors.required(path, 'verbs must contain at least one value');
  else if (verbs.includes('*')) validateLoneWildcard(verbs, 'verbs', path, errors);
  else if (!verbs.every((verb) => VERBS.includes(verb))) errors.notSupported(path, verbs, VERBS);
}

function validateLoneWildcard(list: readonly string[], what: string, path: Path, errors: FieldErrors): void {
  if (list.length > 1 && list.includes('*'))
    errors.invalid(path, list, `if '*' is present, must not specify other ${what}`);
}

function validateResourceRule(rule: ResourcePolicyRule, path: Path, errors: FieldErrors): void {
  validateVerbs(rule.verbs ?? [], path.child('verbs'), errors);
  const apiGroups = rule.apiGroups ?? [];
  if (apiGroups.length === 0)
    errors.required(path.child('apiGroups'), 'resource rules must supply at least one api group');
  validateLoneWildcard(apiGroups, 'api groups', path.child('apiGroups'), errors);
  const resources = rule.resources ?? [];
  if (resources.length === 0)
    errors.required(path.child('resources'), 'resource rules must supply at least one resource');
  validateLoneWildcard(resources, 'resources', path.child('resources'), errors);
  validateNamespaces(rule, path.child('namespaces'), errors);
}

function validateNamespaces(rule: ResourcePolicyRule, path: Path, errors: FieldErrors): void {
  const namespaces = rule.namespaces ?? [];
  if (namespaces.length === 0 && rule.clusterScope !== true)
    errors.required(path, 'resource rules that are not cluster scoped must supply at least one namespace');
  validateLoneWildcard(namespaces, 'namespaces', path, errors);
  if (namespaces.includes('*')) return;
  for (const [i, namespace] of namespaces.entries()) {
    for (const message of isDNS1123Label(namespace)) {
      const words = `each member of this list must be '*' or a DNS-1123 label; ${message}`;
      errors.invalid(path.index(i), namespace, words);
    }
  }
}

function validateNonResourceRule(rule: NonResourcePolicyRule, path: Path, errors: FieldErrors): void {
  validateVerbs(rule.verbs ?? [], path.child('verbs'), errors);
  const at = path.child('nonResourceURLs');
  const urls = rule.nonResourceURLs ?? [];
  if (urls.length === 0) errors.required(at, 'nonResourceURLs must contain at least one value');
  validateLoneWildcard(urls, 'non-resource URLs', at, errors);
  if (urls.includes('*')) return;
  for (const [i, url] of urls.entries()) {
    const fault = urlFault(url);
    if (fault !== undefined) errors.invalid(at.index(i), url, fault);
  }
}

function urlFault(url: string): string | undefined {
  if (url === '') return 'must not be empty';
  if (url === '/') return undefined;
  if (!url.startsWith('/')) return 'must start with slash';
  if (url.includes(' ')) return 'must not contain white-space';
  if (url.includes('//')) return 'must not contain double slash';
  const wildcards = url.split('*').length - 1;
  return wildcards > 1 || (wildcards === 1 && !url.endsWith('/*')) ? 'wildcard can only do suffix matching' : undefined;
}
