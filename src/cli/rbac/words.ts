/** How the rbac commands name subjects, roles, bindings and rules: short, and in the form that their arguments take. */
import { breakdownRule, compactRules } from '../../api/rbac/covers.ts';
import type { ObjectReference } from '../../api/rbac/explain.ts';
import { splitServiceAccountUsername } from '../../api/rbac/subjects.ts';
import type { PolicyRule, Subject } from '../../api/types/rbac-v1.ts';
import { breakText } from '../print/fitted-table.ts';

/** `user:jane`, `group:dev`, `sa:shop/cart` */
export function subjectWord({ kind, name = '', namespace = '' }: Subject): string {
  if (kind === 'Group') return `group:${name}`;
  if (kind === 'ServiceAccount') return `sa:${namespace}/${name}`;
  const account = kind === 'User' ? splitServiceAccountUsername(name) : undefined;
  if (account !== undefined) return `sa:${account.namespace}/${account.name}`;
  return kind === 'User' ? `user:${name}` : `${(kind ?? '').toLowerCase()}:${name}`;
}

/** `User "jane"`, `ServiceAccount "cart" in the namespace "shop"` */
export function subjectPhrase({ kind = '', name = '', namespace }: Subject): string {
  return objectPhrase({ kind, name, ...(kind === 'ServiceAccount' && namespace ? { namespace } : {}) });
}

/** `clusterrole/view`, `rolebinding/readers` */
export function objectWord({ kind, name }: ObjectReference): string {
  return `${kind.toLowerCase()}/${name}`;
}

/** `Role "reader" in the namespace "shop"` */
export function objectPhrase({ kind, namespace, name }: ObjectReference): string {
  return `${kind} ${JSON.stringify(name)}${namespace === undefined ? '' : ` in the namespace ${JSON.stringify(namespace)}`}`;
}

/** `*` for what holds everywhere. */
export function scopeWord(scope: string): string {
  return scope === '' ? '*' : scope;
}

/** `pods, deployments.apps/scale, *.* [web]`, or paths. */
export function resourcesWord({
  apiGroups = [],
  resources = [],
  resourceNames = [],
  nonResourceURLs = [],
}: PolicyRule): string {
  const grouped = apiGroups.flatMap((group) => resources.map((resource) => resourceWord(group, resource)));
  const names = resourceNames.length === 0 ? '' : ` [${resourceNames.join(' ')}]`;
  return `${[...grouped, ...nonResourceURLs].join(', ')}${names}`;
}

/** `deployments.apps/scale` */
export function resourceWord(group: string, resource: string): string {
  const [plural = '', ...sub] = resource.split('/');
  return [group === '' ? plural : `${plural}.${group}`, ...sub].join('/');
}

const VERB_ORDER = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];

/** In the usual order. */
export function verbsWord({ verbs = [] }: PolicyRule): string {
  const rank = (verb: string): number => (VERB_ORDER.includes(verb) ? VERB_ORDER.indexOf(verb) : VERB_ORDER.length);
  return [...new Set(verbs)].sort((a, b) => rank(a) - rank(b)).join(', ');
}

export interface RuleWords {
  readonly verbs: string;
  readonly resources: string;
}

/** Rules as words: what may be done alike stands together. */
export function rulesWords(rules: readonly PolicyRule[]): RuleWords[] {
  const simple = compactRules(rules.flatMap(breakdownRule));
  const byVerbs = Map.groupBy(simple, verbsWord);
  return [...byVerbs].map(([verbs, same]) => ({ verbs, resources: [...new Set(same.map(resourcesWord))].join(', ') }));
}

/** One line of YAML: `{apiGroups: [""], resources: [pods], verbs: [get, list]}` */
export function ruleYaml(rule: PolicyRule): string {
  const fields = ['apiGroups', 'resources', 'resourceNames', 'nonResourceURLs', 'verbs'] as const;
  const parts = fields.flatMap((field) => {
    const values = rule[field] ?? [];
    return values.length === 0 ? [] : [`${field}: [${values.map(yamlWord).join(', ')}]`];
  });
  return `{${parts.join(', ')}}`;
}

function yamlWord(value: string): string {
  return /^[a-z][-a-z0-9./:]*$/.test(value) && !/^(?:true|false|null|yes|no|on|off|y|n)$/.test(value)
    ? value
    : JSON.stringify(value);
}

/** A line behind a label; where the terminal ends it goes on below itself. */
export function labelled(label: string, text: string, width = Number.POSITIVE_INFINITY): string[] {
  const blank = ' '.repeat(label.length);
  const lines = breakText(text, Math.max(20, width - label.length));
  return lines.map((line, i) => (i === 0 ? label : blank) + line);
}
