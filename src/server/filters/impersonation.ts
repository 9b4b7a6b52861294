/** Acting as somebody else: Impersonate-User, -Group, -Uid, -Extra-*. Who may is in impersonation-modes.ts. */
import { goSyntax } from '../../api/patch/go-format.ts';
import { badRequest, type StatusError } from '../../api/status-error.ts';
import type { Authorizer } from '../authorization/authorizer.ts';
import type { Filter, HttpRequest, RequestContext } from '../request/context.ts';
import { accessAttributes } from './authorization.ts';
import { IMPERSONATION_MODES, type ImpersonationMode, impersonatedUser, type Wanted } from './impersonation-modes.ts';

const PREFIX = 'impersonate-';
/** Every request's headers are looked at: most are told apart by their first letter. */
const LETTER_I = 'i'.charCodeAt(0);
const SHORTEST_HEADER = 'impersonate-uid';
const EXTRA_PREFIX = 'impersonate-extra-';
/** Requesters whose last mode is known. */
const MAX_REMEMBERED = 1024;

/** @throws StatusError 400 for half an identity, 403 */
export function impersonationFilter(authorizer: Authorizer): Filter {
  const remembered = new Map<string, ImpersonationMode>();
  return (next) => {
    const impersonated = async (ctx: RequestContext, wanted: Wanted): Promise<void> => {
      const mode = await modeFor(authorizer, ctx, wanted, remembered.get(ctx.user.name));
      remember(remembered, ctx.user.name, mode);
      ctx.impersonator = ctx.user;
      ctx.user = impersonatedUser(wanted, mode.groups(wanted));
      ctx.trace?.decide('impersonation', `${ctx.impersonator.name} acts as ${ctx.user.name}`, { user: ctx.user });
      return next(ctx);
    };
    return (ctx) => {
      const wanted = mentionsImpersonation(ctx.req) ? readWanted(ctx.req) : undefined;
      return wanted === undefined ? next(ctx) : impersonated(ctx, wanted);
    };
  };
}

/** The first mode that lets the requester through; what let it through the last time is asked first. @throws StatusError 403 of the first that refused */
async function modeFor(
  authorizer: Authorizer,
  ctx: RequestContext,
  wanted: Wanted,
  last: ImpersonationMode | undefined,
): Promise<ImpersonationMode> {
  const target = accessAttributes(ctx);
  let first: StatusError | undefined;
  for (const mode of last === undefined
    ? IMPERSONATION_MODES
    : [last, ...IMPERSONATION_MODES.filter((m) => m !== last)]) {
    if (!mode.applies(wanted, ctx.user)) continue;
    const refusal = await mode.refusal(authorizer, target, wanted);
    if (refusal === undefined) return mode;
    first ??= refusal;
  }
  throw first as StatusError;
}

function remember(modes: Map<string, ImpersonationMode>, name: string, mode: ImpersonationMode): void {
  modes.delete(name);
  modes.set(name, mode);
  if (modes.size > MAX_REMEMBERED) modes.delete(modes.keys().next().value as string);
}

function mentionsImpersonation({ rawHeaders }: HttpRequest): boolean {
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (name.length < SHORTEST_HEADER.length || (name.charCodeAt(0) | 0x20) !== LETTER_I) continue;
    if (name.toLowerCase().startsWith(PREFIX)) return true;
  }
  return false;
}

function readWanted(req: HttpRequest): Wanted | undefined {
  let user = '';
  let uid = '';
  const groups: string[] = [];
  const extra: Record<string, string[]> = {};
  for (let i = 0; i + 1 < req.rawHeaders.length; i += 2) {
    const name = (req.rawHeaders[i] as string).toLowerCase();
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
