/** Reads the questions out of refusals that somebody pasted. */
import type { RbacRequest } from '../../api/rbac/rules.ts';
import type { PolicyRule } from '../../api/types/rbac-v1.ts';
import { pathRequest } from '../auth/access-question.ts';
import { CliError } from '../errors.ts';

export interface Refusal {
  readonly username: string;
  readonly request: RbacRequest;
}

/** Somebody who wanted to grant more than they hold. */
export interface EscalationRefusal {
  readonly username: string;
  readonly groups: readonly string[];
  /** What they hold not. */
  readonly missing: readonly PolicyRule[];
}

/** A text as Go's %q prints it. */
const QUOTED = String.raw`"((?:[^"\\]|\\.)*)"`;
const RESOURCE = new RegExp(
  `(?:${QUOTED} is forbidden|is forbidden): User ${QUOTED} cannot (\\S+) resource ${QUOTED} in API group ${QUOTED} (?:in the namespace ${QUOTED}|at the cluster scope)`,
  'g',
);
const PATH = new RegExp(`User ${QUOTED} cannot (\\S+) path ${QUOTED}`, 'g');
const ESCALATION = new RegExp(
  `user ${QUOTED} \\(groups=\\[([^\\]]*)\\]\\) is attempting to grant RBAC permissions not currently held:\\s*((?:\\{[^{}]*\\}\\s*)+)`,
);
/** Of one text; a log may hold thousands. */
const MAX_REFUSALS = 50;

/**
 *   pods "web" is forbidden: User "jane" cannot get resource "pods/log" in API group "" in the namespace "shop"
 *
 * Each question of the text once, in order. @throws CliError when there is none
 */
export function parseForbidden(text: string): Refusal[] {
  const found = text.split('\n').flatMap((line) => {
    const plain = refusalsIn(line);
    return plain.length > 0 ? plain : refusalsIn(unescaped(line));
  });
  const unique = [...new Map(found.map((refusal) => [JSON.stringify(refusal), refusal])).values()];
  if (unique.length > 0) return unique.slice(0, MAX_REFUSALS);
  throw new CliError(
    'the text is no refusal of an API server; expected: … is forbidden: User "NAME" cannot VERB resource "RESOURCE" in API group "GROUP" in the namespace "NAMESPACE"',
  );
}

function refusalsIn(message: string): Refusal[] {
  return [...[...message.matchAll(RESOURCE)].map(resourceRefusal), ...[...message.matchAll(PATH)].map(pathRefusal)];
}

/** Messages come quoted out of JSON logs too. */
function unescaped(text: string): string {
  return text.includes('\\"') ? text.replaceAll('\\"', '"').replaceAll('\\n', '\n') : text;
}

/** What %q made of it, back. */
function unquoted(text = ''): string {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text;
  }
}

function resourceRefusal([, name, user, verb = '', what, api, space]: string[]): Refusal {
  const [resource = '', ...sub] = unquoted(what).split('/');
  const place = { group: unquoted(api), resource, subresource: sub.join('/'), namespace: unquoted(space) };
  return { username: unquoted(user), request: { verb, isResource: true, path: '', ...place, name: unquoted(name) } };
}

function pathRefusal([, user, verb = '', path]: string[]): Refusal {
  return { username: unquoted(user), request: pathRequest(verb, unquoted(path)) };
}

/**
 *   user "jane" (groups=["dev"]) is attempting to grant RBAC permissions not currently held:
 *   {APIGroups:[""], Resources:["pods"], Verbs:["get"]}
 */
export function parseEscalation(text: string): EscalationRefusal | undefined {
  const match = ESCALATION.exec(text) ?? ESCALATION.exec(unescaped(text));
  if (match === null) return undefined;
  const [, username = '', groups = '', rules = ''] = match;
  const missing = [...rules.matchAll(/\{([^{}]*)\}/g)].map(([, fields = '']) => parseRule(fields));
  return { username: unquoted(username), groups: quotedValues(groups), missing };
}

const FIELDS: Readonly<Record<string, keyof PolicyRule>> = {
  APIGroups: 'apiGroups',
  Resources: 'resources',
  ResourceNames: 'resourceNames',
  NonResourceURLs: 'nonResourceURLs',
  Verbs: 'verbs',
};

function parseRule(text: string): PolicyRule {
  const fields = [...text.matchAll(/(\w+):\[([^\]]*)\]/g)].flatMap(([, title = '', values = '']) => {
    const field = Object.hasOwn(FIELDS, title) ? FIELDS[title] : undefined;
    return field === undefined ? [] : [[field, quotedValues(values)] as const];
  });
  return Object.fromEntries(fields);
}

function quotedValues(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"/g)].map(([, value = '']) => value);
}
