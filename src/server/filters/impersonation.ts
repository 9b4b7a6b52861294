/**
 * Acting as somebody else (Impersonate-User, -Group, -Uid, -Extra-*): first by the constrained verbs of KEP-5284
 * (`impersonate-on:MODE:VERB` on the target, `impersonate:MODE` on the identity), then by the older verb `impersonate`.
 */
import { goSyntax } from '../../api/patch/go-format.ts';
import { badRequest, type StatusError } from '../../api/status-error.ts';
import type { AccessAttributes, Authorizer } from '../authorization/authorizer.ts';
import { forbiddenError } from '../authorization/forbidden-message.ts';
import type { Filter, HttpRequest, RequestContext } from '../request/context.ts';
import type { UserInfo } from '../request/user.ts';
import { accessAttributes } from './authorization.ts';

interface Wanted {
  readonly user: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** Every request's headers are looked at: most are told apart by their first letter. */
const LETTER_I = 'i'.charCodeAt(0);
const SHORTEST_HEADER = 'impersonate-uid';
const EXTRA_PREFIX = 'impersonate-extra-';
const AUTHENTICATION = 'authentication.k8s.io';
/** Requesters remembered for having been let through by the older verb: their refusals are in its words. */
const MAX_REMEMBERED = 1024;

/** @throws StatusError 400 for half an identity, 403 */
export function impersonationFilter(authorizer: Authorizer): Filter {
  const remembered = new Set<string>();
  return (next) => {
    const impersonated = async (ctx: RequestContext, wanted: Wanted): Promise<void> => {
      const older = await refusalByImpersonate(authorizer, ctx, wanted);
      const refusal = older === undefined ? undefined : await refusalByConstraint(authorizer, ctx, wanted);
      if (refusal !== undefined) throw remembered.has(ctx.user.name) ? (older as StatusError) : refusal;
      if (older === undefined) remember(remembered, ctx.user.name);
      ctx.impersonator = ctx.user;
      ctx.user = identityOf(wanted);
      ctx.trace?.decide('impersonation', `${ctx.impersonator.name} acts as ${ctx.user.name}`, { user: ctx.user });
      return next(ctx);
    };
    return (ctx) => {
      const wanted = readWanted(ctx.req);
      return wanted === undefined ? next(ctx) : impersonated(ctx, wanted);
    };
  };
}

function remember(names: Set<string>, name: string): void {
  names.add(name);
  if (names.size > MAX_REMEMBERED) names.delete(names.values().next().value as string);
}

function readWanted(req: HttpRequest): Wanted | undefined {
  let user = '';
  let uid = '';
  const groups: string[] = [];
  const extra: Record<string, string[]> = {};
  for (let i = 0; i + 1 < req.rawHeaders.length; i += 2) {
    const sent = req.rawHeaders[i] as string;
    if (sent.length < SHORTEST_HEADER.length || (sent.charCodeAt(0) | 0x20) !== LETTER_I) continue;
    const name = sent.toLowerCase();
    if (!name.startsWith('impersonate-')) continue;
    const value = req.rawHeaders[i + 1] as string;
    if (name === 'impersonate-user') user = value;
    else if (name === 'impersonate-uid') uid = value;
    else if (name === 'impersonate-group') groups.push(value);
    else if (name.startsWith(EXTRA_PREFIX)) {
      const key = unescapeKey(name.slice(EXTRA_PREFIX.length));
      if (key !== '__proto__') extra[key] = [...(Object.hasOwn(extra, key) ? (extra[key] as string[]) : []), value];
    }
  }
  if (user !== '') return { user, uid, groups, extra };
  if (uid === '' && groups.length === 0 && Object.keys(extra).length === 0) return undefined;
  const shown = `Groups:${groups.length === 0 ? '[]string(nil)' : goStrings(groups)}, Extra:${goExtra(extra)}`;
  throw badRequest(
    `requested &user.DefaultInfo{Name:"", UID:${goSyntax(uid)}, ${shown}} without impersonating a user name`,
  );
}

function unescapeKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

function goStrings(values: readonly string[]): string {
  return `[]string{${values.map(goSyntax).join(', ')}}`;
}

function goExtra(extra: Record<string, string[]>): string {
  const keys = Object.keys(extra).sort();
  if (keys.length === 0) return 'map[string][]string(nil)';
  return `map[string][]string{${keys.map((key) => `${goSyntax(key)}:${goStrings(extra[key] as string[])}`).join(', ')}}`;
}

/** Namespace and name of a service account's user name. */
function serviceAccountOf(user: string): { namespace: string; name: string } | undefined {
  const match = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user);
  return match === null ? undefined : { namespace: match[1] as string, name: match[2] as string };
}

interface Part {
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name: string;
}

/** What of an identity has to be allowed, each by itself. */
function partsOf({ user, uid, groups, extra }: Wanted, group: string): Part[] {
  const account = serviceAccountOf(user);
  return [
    account === undefined
      ? { group, resource: 'users', name: user }
      : { group: '', resource: 'serviceaccounts', ...account },
    ...(uid === '' ? [] : [{ group: AUTHENTICATION, resource: 'uids', name: uid }]),
    ...groups.map((name) => ({ group, resource: 'groups', name })),
    ...Object.entries(extra).flatMap(([key, values]) =>
      values.map((name) => ({ group: AUTHENTICATION, resource: 'userextras', subresource: key, name })),
    ),
  ];
}

async function refusal(authorizer: Authorizer, attributes: AccessAttributes): Promise<StatusError | undefined> {
  const decision = await authorizer.authorize(attributes);
  return decision.verdict === 'allow' ? undefined : forbiddenError(attributes, decision.reason);
}

function partAttributes(user: UserInfo, verb: string, part: Part): AccessAttributes {
  return { user, verb, isResource: true, path: '', version: '*', subresource: '', namespace: '', ...part };
}

async function refusalOfParts(
  authorizer: Authorizer,
  user: UserInfo,
  verb: string,
  parts: readonly Part[],
): Promise<StatusError | undefined> {
  for (const part of parts) {
    const refused = await refusal(authorizer, partAttributes(user, verb, part));
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function refusalByImpersonate(
  authorizer: Authorizer,
  ctx: RequestContext,
  wanted: Wanted,
): Promise<StatusError | undefined> {
  return refusalOfParts(authorizer, ctx.user, 'impersonate', partsOf(wanted, ''));
}

async function refusalByConstraint(
  authorizer: Authorizer,
  ctx: RequestContext,
  wanted: Wanted,
): Promise<StatusError | undefined> {
  const mode = modeOf(wanted);
  const target = accessAttributes(ctx);
  const refused = await refusal(authorizer, { ...target, verb: `impersonate-on:${mode}:${target.verb}` });
  if (refused !== undefined) return refused;
  const node = wanted.user.slice('system:node:'.length);
  const parts =
    mode === 'arbitrary-node' ? [{ group: '', resource: 'nodes', name: node }] : partsOf(wanted, AUTHENTICATION);
  return refusalOfParts(authorizer, ctx.user, `impersonate:${mode}`, parts);
}

function modeOf({ user, uid, groups, extra }: Wanted): string {
  const nameOnly = uid === '' && groups.length === 0 && Object.keys(extra).length === 0;
  if (nameOnly && user.startsWith('system:node:')) return 'arbitrary-node';
  return nameOnly && serviceAccountOf(user) !== undefined ? 'serviceaccount' : 'user-info';
}

function identityOf({ user, uid, groups, extra }: Wanted): UserInfo {
  const account = serviceAccountOf(user);
  const own =
    groups.length > 0 || account === undefined
      ? groups
      : ['system:serviceaccounts', `system:serviceaccounts:${account.namespace}`];
  const known = own.includes('system:authenticated') || own.includes('system:unauthenticated');
  const standing = user === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated';
  return { name: user, uid, groups: known ? own : [...own, standing], extra };
}
