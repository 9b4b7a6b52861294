import type { Authenticated, Authenticator } from '../authentication/authenticator.ts';
import type { Filter, RequestContext } from '../request/context.ts';
import { ANONYMOUS } from '../request/user.ts';

/** Who sends this? @throws StatusError 401 */
export function authenticationFilter(authenticator: Pick<Authenticator, 'authenticate'>): Filter {
  return (next) => {
    const goOn = (ctx: RequestContext, answer: Authenticated | undefined): Promise<void> => {
      ctx.user = answer?.user ?? ANONYMOUS;
      // Nothing behind this station needs the credentials, and they must not leak into traces or logs.
      ctx.req.headers.authorization = undefined;
      ctx.trace?.decide('authentication', `you are ${ctx.user.name}`, { user: ctx.user, by: answer?.by });
      return next(ctx);
    };
    return (ctx) => {
      const answer = authenticator.authenticate({
        req: ctx.req,
        authorization: ctx.header('authorization') ?? '',
        warn: (text) => ctx.warn(text),
      });
      return answer instanceof Promise ? answer.then((found) => goOn(ctx, found)) : goOn(ctx, answer);
    };
  };
}
