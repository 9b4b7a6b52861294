/** What of a rule or binding does not fit a request, in a sentence that says what would. */
import type { PolicyRule } from '../types/rbac-v1.ts';
import { quotedList } from './covers.ts';
import type { RbacRequest, RuleMiss } from './rules.ts';

export type Miss = RuleMiss | 'namespace' | 'subject';

/** Verbs whose requests name no object when they are authorized. */
export const NAMELESS_VERBS: ReadonlySet<string> = new Set(['create', 'deletecollection']);

export function missText(miss: Miss, rule: PolicyRule, request: RbacRequest): string {
  const { verb, group, path, name } = request;
  switch (miss) {
    case 'verb':
      return `verbs ${quotedList(rule.verbs ?? [])} lack ${JSON.stringify(verb)}`;
    case 'group':
      return `apiGroups ${quotedList(rule.apiGroups ?? [])} lack ${JSON.stringify(group)}`;
    case 'resource':
      return resourceText(rule.resources ?? [], request);
    case 'name':
      return name === ''
        ? namelessText(rule, verb)
        : `resourceNames ${quotedList(rule.resourceNames ?? [])} lack ${JSON.stringify(name)}`;
    case 'path':
      return `nonResourceURLs ${quotedList(rule.nonResourceURLs ?? [])} do not cover ${JSON.stringify(path)}`;
    default:
      return miss;
  }
}

function namelessText({ resourceNames = [] }: PolicyRule, verb: string): string {
  const names = `resourceNames ${quotedList(resourceNames)}`;
  if (NAMELESS_VERBS.has(verb)) return `${names} never allow ${verb}: such a request names no object`;
  if (verb === 'list' || verb === 'watch') {
    return `${names} allow ${verb} only with --field-selector metadata.name=NAME`;
  }
  return `${names} allow only those, and the question names none`;
}

function resourceText(resources: readonly string[], { resource, subresource }: RbacRequest): string {
  const wanted = subresource === '' ? resource : `${resource}/${subresource}`;
  const text = `resources ${quotedList(resources)} lack ${JSON.stringify(wanted)}`;
  if (subresource !== '' && resources.includes(`${resource}/*`)) {
    return `${text}; "${resource}/*" means nothing, "*/${subresource}" would`;
  }
  if (subresource !== '' && resources.includes(resource)) return `${text}; a rule never covers sub-resources by itself`;
  return text;
}

/** Whether the rule is about the same resource, if not the same part of it. */
export function resourcesLook(resources: readonly string[], { resource }: RbacRequest): boolean {
  return resources.some((entry) => entry.split('/')[0] === resource);
}
