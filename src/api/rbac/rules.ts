/** Whether a rule allows a request; imitates kubernetes pkg/apis/rbac/v1/evaluation_helpers.go. */
import type { PolicyRule } from '../types/rbac-v1.ts';

/** What is asked for. `name` is '' where no object is named, `subresource` where it is the object itself. */
export interface RbacRequest {
  readonly verb: string;
  readonly isResource: boolean;
  readonly path: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

const ANY = '*';
const NONE: readonly string[] = [];

export function ruleAllows(rule: PolicyRule, request: RbacRequest): boolean {
  if (!matches(rule.verbs, request.verb)) return false;
  if (!request.isResource) return urlMatches(rule.nonResourceURLs ?? NONE, request.path);
  return (
    matches(rule.apiGroups, request.group) &&
    resourceMatches(rule.resources ?? NONE, request.resource, request.subresource) &&
    nameMatches(rule.resourceNames, request.name)
  );
}

export function rulesAllow(rules: readonly PolicyRule[], request: RbacRequest): boolean {
  return rules.some((rule) => ruleAllows(rule, request));
}

function matches(allowed: readonly string[] | undefined, wanted: string): boolean {
  for (const entry of allowed ?? NONE) if (entry === ANY || entry === wanted) return true;
  return false;
}

// `pods`, `pods/log`, `*` (everything) and `*/scale` (one sub-resource of everything). There is no `pods/*`.
export function resourceMatches(allowed: readonly string[], resource: string, subresource: string): boolean {
  const wanted = subresource === '' ? resource : `${resource}/${subresource}`;
  for (const entry of allowed) {
    if (entry === ANY || entry === wanted) return true;
    if (subresource !== '' && entry.startsWith('*/') && entry.slice(2) === subresource) return true;
  }
  return false;
}

/** An empty list names every object; a list never allows a request that names none. */
function nameMatches(allowed: readonly string[] | undefined, name: string): boolean {
  return allowed === undefined || allowed.length === 0 || allowed.includes(name);
}

/** Exact paths, and prefixes that end in `*`. */
export function urlMatches(allowed: readonly string[], path: string): boolean {
  return allowed.some((entry) => urlCovers(entry, path));
}

/** Whether one rule path covers another path or rule path. */
export function urlCovers(owner: string, path: string): boolean {
  return owner === path || (owner.endsWith(ANY) && path.startsWith(withoutStars(owner)));
}

function withoutStars(pattern: string): string {
  let end = pattern.length;
  while (end > 0 && pattern[end - 1] === ANY) end--;
  return pattern.slice(0, end);
}

/** A part of a rule that does not fit a request. */
export type RuleMiss = 'verb' | 'group' | 'resource' | 'name' | 'path';

/** Which parts of a rule a request misses: for explanations. */
export function ruleMisses(rule: PolicyRule, request: RbacRequest): RuleMiss[] {
  const misses: RuleMiss[] = [];
  if (!matches(rule.verbs, request.verb)) misses.push('verb');
  if (!request.isResource) return urlMatches(rule.nonResourceURLs ?? NONE, request.path) ? misses : [...misses, 'path'];
  if (!matches(rule.apiGroups, request.group)) misses.push('group');
  if (!resourceMatches(rule.resources ?? NONE, request.resource, request.subresource)) misses.push('resource');
  if (!nameMatches(rule.resourceNames, request.name)) misses.push('name');
  return misses;
}
