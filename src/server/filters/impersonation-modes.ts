/**
 * Who may act as whom: four constrained modes (KEP-5284), each with `impersonate-on:MODE:VERB` on the target and
 * `impersonate:MODE` on every part of the identity, then the older verb `impersonate`. Imitates apiserver
 * pkg/endpoints/filters/impersonation/mode.go.
 */
import { quote } from '../../api/field-errors.ts';
import { isDNS1123Subdomain, isDomainPrefixedPath } from '../../api/names.ts';
import type { StatusError } from '../../api/status-error.ts';
import type { AccessAttributes, Authorizer } from '../authorization/authorizer.ts';
import { forbiddenError } from '../authorization/forbidden-message.ts';
import type { UserInfo } from '../request/user.ts';

/** The identity that a request asks for. */
export interface Wanted {
  readonly user: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

export interface ImpersonationMode {
  /** Whether it is about such an identity at all. */
  applies(wanted: Wanted, requester: UserInfo): boolean;
  /** `target`: the request, by whom it came. @returns why not, or undefined */
  refusal(authorizer: Authorizer, target: AccessAttributes, wanted: Wanted): Promise<StatusError | undefined>;
  /** The groups that come with the name when none are asked for. */
  groups(wanted: Wanted): readonly string[];
}

const AUTHENTICATION = 'authentication.k8s.io';
const NODE_NAME = 'authentication.kubernetes.io/node-name';
const NODE_KEYS = 'authentication.kubernetes.io/associated-node-keys';
/** From so many on, leave for all of them is asked for first. */
const MANY = 4;

interface Part {
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name: string;
}

/** In the order in which they are tried. */
export const IMPERSONATION_MODES: readonly ImpersonationMode[] = [
  {
    applies: (wanted, requester) => nameOnly(wanted) && isAssociated(requester, nodeOf(wanted.user)),
    refusal: associatedNodeRefusal,
    groups: () => ['system:nodes'],
  },
  {
    applies: (wanted) => nameOnly(wanted) && nodeOf(wanted.user) !== undefined,
    refusal: (authorizer, target, wanted) => constrainedRefusal(authorizer, target, 'arbitrary-node', wanted),
    groups: () => ['system:nodes'],
  },
  {
    applies: (wanted) => nameOnly(wanted) && accountOf(wanted.user) !== undefined,
    refusal: (authorizer, target, wanted) => constrainedRefusal(authorizer, target, 'serviceaccount', wanted),
    groups: accountGroups,
  },
  {
    applies: ({ user }) => nodeOf(user) === undefined && accountOf(user) === undefined,
    refusal: (authorizer, target, wanted) => constrainedRefusal(authorizer, target, 'user-info', wanted),
    groups: ({ groups }) => groups,
  },
  {
    applies: () => true,
    refusal: legacyRefusal,
    groups: (wanted) => (wanted.groups.length > 0 ? wanted.groups : accountGroups(wanted)),
  },
];

/** The user that a request goes on as. */
export function impersonatedUser(wanted: Wanted, groups: readonly string[]): UserInfo {
  const { user, uid, extra } = wanted;
  const standing = user === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated';
  const known = groups.includes(standing) || groups.includes('system:unauthenticated');
  return { name: user, uid, groups: known ? groups : [...groups, standing], extra };
}

function nameOnly({ uid, groups, extra }: Wanted): boolean {
  return uid === '' && groups.length === 0 && Object.keys(extra).length === 0;
}

/** The node of a node's user name. */
function nodeOf(user: string): string | undefined {
  if (!user.startsWith('system:node:')) return undefined;
  const name = user.slice('system:node:'.length);
  return isDNS1123Subdomain(name).length === 0 ? name : undefined;
}

/** Namespace and name of a service account's user name. */
function accountOf(user: string): { namespace: string; name: string } | undefined {
  const match = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user);
  return match === null ? undefined : { namespace: match[1] as string, name: match[2] as string };
}

function accountGroups({ user }: Wanted): readonly string[] {
  const account = accountOf(user);
  return account === undefined ? [] : ['system:serviceaccounts', `system:serviceaccounts:${account.namespace}`];
}

/** Whether a service account's token belongs to a pod on this node. */
function isAssociated({ name, extra }: UserInfo, node: string | undefined): boolean {
  const known = Object.hasOwn(extra, NODE_NAME) ? (extra[NODE_NAME] as readonly string[]) : [];
  return node !== undefined && accountOf(name) !== undefined && known.length === 1 && known[0] === node;
}

async function refused(authorizer: Authorizer, attributes: AccessAttributes): Promise<StatusError | undefined> {
  const decision = await authorizer.authorize(attributes);
  return decision.verdict === 'allow' ? undefined : forbiddenError(attributes, decision.reason);
}

function about(user: UserInfo, verb: string, part: Part): AccessAttributes {
  return { user, verb, isResource: true, path: '', version: 'v1', subresource: '', namespace: '', ...part };
}

async function partsRefusal(
  authorizer: Authorizer,
  user: UserInfo,
  verb: string,
  parts: readonly Part[],
): Promise<StatusError | undefined> {
  for (const part of parts) {
    const refusal = await refused(authorizer, about(user, verb, part));
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** Whichever node it is: what is granted holds for all, and what else is known of the requester does not count. */
async function associatedNodeRefusal(
  authorizer: Authorizer,
  target: AccessAttributes,
): Promise<StatusError | undefined> {
  const user = { ...target.user, extra: { [NODE_KEYS]: Object.keys(target.user.extra).sort() } };
  const on = { ...target, user, verb: `impersonate-on:associated-node:${target.verb}` };
  const all = { group: AUTHENTICATION, resource: 'nodes', name: '*' };
  return (
    (await refused(authorizer, on)) ?? (await refused(authorizer, about(user, 'impersonate:associated-node', all)))
  );
}

async function constrainedRefusal(
  authorizer: Authorizer,
  target: AccessAttributes,
  mode: string,
  wanted: Wanted,
): Promise<StatusError | undefined> {
  const { user } = target;
  const verb = `impersonate:${mode}`;
  return (
    (await refused(authorizer, { ...target, verb: `impersonate-on:${mode}:${target.verb}` })) ??
    (await partsRefusal(authorizer, user, verb, nameAndUid(wanted, AUTHENTICATION))) ??
    (await groupsRefusal(authorizer, user, verb, wanted.groups)) ??
    (await extraRefusal(authorizer, user, verb, wanted.extra))
  );
}

function legacyRefusal(
  authorizer: Authorizer,
  { user }: AccessAttributes,
  wanted: Wanted,
): Promise<StatusError | undefined> {
  const groups = wanted.groups.map((name): Part => ({ group: '', resource: 'groups', name }));
  const parts = [...nameAndUid(wanted, ''), ...groups, ...extraParts(wanted.extra)];
  return partsRefusal(authorizer, user, 'impersonate', parts);
}

function nameAndUid({ user, uid }: Wanted, group: string): Part[] {
  const node = group === '' ? undefined : nodeOf(user);
  const account = accountOf(user);
  const name: Part =
    node !== undefined
      ? { group, resource: 'nodes', name: node }
      : account !== undefined
        ? { group, resource: 'serviceaccounts', ...account }
        : { group, resource: 'users', name: user };
  return uid === '' ? [name] : [name, { group: AUTHENTICATION, resource: 'uids', name: uid }];
}

function extraParts(extra: Wanted['extra']): Part[] {
  return Object.entries(extra).flatMap(([subresource, values]) =>
    values.map((name) => ({ group: AUTHENTICATION, resource: 'userextras', subresource, name })),
  );
}

async function groupsRefusal(
  authorizer: Authorizer,
  user: UserInfo,
  verb: string,
  groups: readonly string[],
): Promise<StatusError | undefined> {
  if (groups.length === 0) return undefined;
  const part = (name: string): Part => ({ group: AUTHENTICATION, resource: 'groups', name });
  if (groups.includes(''))
    return forbiddenError(about(user, verb, part('')), 'impersonating the empty string group is not allowed');
  if (groups.includes('system:masters')) {
    const why = 'impersonating the system:masters group is not allowed';
    return forbiddenError(about(user, verb, part('system:masters')), why);
  }
  if (groups.length >= MANY && (await refused(authorizer, about(user, verb, part('*')))) === undefined)
    return undefined;
  return partsRefusal(authorizer, user, verb, groups.map(part));
}

async function extraRefusal(
  authorizer: Authorizer,
  user: UserInfo,
  verb: string,
  extra: Wanted['extra'],
): Promise<StatusError | undefined> {
  const parts = extraParts(extra);
  if (Object.keys(extra).length === 0) return undefined;
  const any = (subresource: string, name: string): AccessAttributes =>
    about(user, verb, { group: AUTHENTICATION, resource: 'userextras', subresource, name });
  const fault = extraFault(extra);
  if (fault !== undefined) return forbiddenError(any('', ''), fault);
  if (parts.length >= MANY && (await refused(authorizer, any('*', '*'))) === undefined) return undefined;
  return partsRefusal(authorizer, user, verb, parts);
}

function extraFault(extra: Wanted['extra']): string | undefined {
  for (const [key, values] of Object.entries(extra)) {
    if (key === '') return 'impersonating the empty string key in extra is not allowed';
    const [error] = isDomainPrefixedPath(key);
    if (error !== undefined)
      return `impersonating an invalid key in extra is not allowed: extra.key: Invalid value: ${quote(error.value)}: ${error.message}`;
    if (key !== key.toLowerCase()) return `impersonating a non-lowercase key in extra is not allowed: ${quote(key)}`;
    if (values.length === 0) return 'impersonating empty values in extra is not allowed';
    if (values.includes('')) return 'impersonating the empty string value in extra is not allowed';
  }
  return undefined;
}
