import type { Authenticator } from '../authentication/authenticator.ts';
import type { Filter } from '../request/context.ts';
import { ANONYMOUS } from '../request/user.ts';

/** Who sends this? @throws StatusError 401 */
export function authenticationFilter(authenticator: Pick<Authenticator, 'authenticate'>): Filter {
  return (next) => async (ctx) => {
    const credentials = {
      req: ctx.req,
      authorization: ctx.header('authorization') ?? '',
      warn: (text: string) => ctx.warn(text),
    };
    const pending = authenticator.authenticate(credentials);
    const answer = pending instanceof Promise ? await pending : pending;
    ctx.user = answer?.user ?? ANONYMOUS;
    // Nothing behind this station needs the credentials, and they must not leak into traces or logs.
    delete ctx.req.headers.authorization;
    ctx.trace?.decide('authentication', `you are ${ctx.user.name}`, { user: ctx.user, by: answer?.by });
    return next(ctx);
  };
}
