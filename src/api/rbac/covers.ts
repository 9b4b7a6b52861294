/**
 * Whether one set of rules holds everything another grants, and the words for what it lacks.
 * Imitates kubernetes pkg/registry/rbac/validation (policy_comparator, policy_compact) and component-helpers auth/rbac/validation.
 */
import { quote } from '../field-errors.ts';
import type { PolicyRule } from '../types/rbac-v1.ts';
import { urlCovers } from './rules.ts';

const ANY = '*';

export interface Coverage {
  readonly covered: boolean;
  /** One verb, resource and name each, in the order of the rules asked for. */
  readonly missing: PolicyRule[];
}

/** Whether `owner` rules allow all that `wanted` rules would. */
export function rulesCover(owner: readonly PolicyRule[], wanted: readonly PolicyRule[]): Coverage {
  const missing = wanted.flatMap(breakdownRule).filter((part) => !owner.some((rule) => ruleCovers(rule, part)));
  return { covered: missing.length === 0, missing };
}

/** Splits a rule into its smallest parts: one group, resource, verb and at the most one name each, or one URL and verb. */
export function breakdownRule(rule: PolicyRule): PolicyRule[] {
  const parts: PolicyRule[] = [];
  const names = rule.resourceNames ?? [];
  for (const group of rule.apiGroups ?? []) {
    for (const resource of rule.resources ?? []) {
      for (const verb of rule.verbs ?? []) {
        const part = { apiGroups: [group], resources: [resource], verbs: [verb] };
        if (names.length === 0) parts.push(part);
        else for (const name of names) parts.push({ ...part, resourceNames: [name] });
      }
    }
  }
  for (const url of rule.nonResourceURLs ?? []) {
    for (const verb of rule.verbs ?? []) parts.push({ nonResourceURLs: [url], verbs: [verb] });
  }
  return parts;
}

/** `part` is one of breakdownRule's. */
function ruleCovers(owner: PolicyRule, part: PolicyRule): boolean {
  return (
    hasAll(owner.verbs, part.verbs) &&
    hasAll(owner.apiGroups, part.apiGroups) &&
    (part.resources ?? []).every((resource) => resourceCovered(owner.resources ?? [], resource)) &&
    namesCovered(owner.resourceNames ?? [], part.resourceNames ?? []) &&
    (part.nonResourceURLs ?? []).every((url) => (owner.nonResourceURLs ?? []).some((own) => urlCovers(own, url)))
  );
}

function hasAll(owner: readonly string[] = [], wanted: readonly string[] = []): boolean {
  return owner.includes(ANY) || wanted.every((entry) => owner.includes(entry));
}

function resourceCovered(owner: readonly string[], resource: string): boolean {
  if (owner.includes(ANY) || owner.includes(resource)) return true;
  const slash = resource.indexOf('/');
  return slash >= 0 && owner.includes(`*/${resource.slice(slash + 1)}`);
}

function namesCovered(owner: readonly string[], wanted: readonly string[]): boolean {
  return owner.length === 0 || (wanted.length > 0 && wanted.every((name) => owner.includes(name)));
}

/** Joins the verbs of rules that speak of the same single resource. */
export function compactRules(rules: readonly PolicyRule[]): PolicyRule[] {
  const others: PolicyRule[] = [];
  const simple = new Map<string, PolicyRule & { verbs: string[] }>();
  for (const rule of rules) {
    const key = simpleKey(rule);
    const known = key === undefined ? undefined : simple.get(key);
    if (key === undefined) others.push(rule);
    else if (known === undefined) simple.set(key, { ...rule, verbs: [...(rule.verbs ?? [])] });
    else known.verbs.push(...(rule.verbs ?? []));
  }
  return [...others, ...simple.values()];
}

function simpleKey({
  apiGroups = [],
  resources = [],
  resourceNames = [],
  nonResourceURLs = [],
}: PolicyRule): string | undefined {
  if (apiGroups.length !== 1 || resources.length !== 1 || resourceNames.length > 1 || nonResourceURLs.length > 0) {
    return undefined;
  }
  return JSON.stringify([apiGroups[0], resources[0], ...resourceNames]);
}

/** `{APIGroups:["apps"], Resources:["deployments"], Verbs:["get" "list"]}` */
export function ruleText(rule: PolicyRule): string {
  const parts: string[] = [];
  const add = (title: string, values: readonly string[] = []) => {
    if (values.length > 0) parts.push(`${title}:${quotedList(values)}`);
  };
  add('APIGroups', rule.apiGroups);
  add('Resources', rule.resources);
  add('NonResourceURLs', rule.nonResourceURLs);
  add('ResourceNames', rule.resourceNames);
  add('Verbs', rule.verbs);
  return `{${parts.join(', ')}}`;
}

/** A list as Go's %q prints it: `["a" "b"]`. */
export function quotedList(values: readonly string[]): string {
  return `[${values.map(quote).join(' ')}]`;
}

/** One line a rule, sorted, without repeats: how refusals list what a user lacks. */
export function missingText(missing: readonly PolicyRule[]): string {
  return [...new Set(compactRules(missing).map(ruleText))].sort().join('\n');
}
