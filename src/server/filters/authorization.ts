import type { AccessAttributes, Authorizer } from '../authorization/authorizer.ts';
import { forbiddenError } from '../authorization/forbidden-message.ts';
import type { Filter, RequestContext } from '../request/context.ts';

export function accessAttributes(ctx: RequestContext): AccessAttributes {
  const { info } = ctx;
  return {
    user: ctx.user,
    verb: info.verb,
    isResource: info.isResource,
    path: info.path,
    group: info.group,
    version: info.version,
    resource: info.resource,
    subresource: info.subresource,
    namespace: info.namespace,
    name: info.name,
    ...(info.fieldSelector === undefined ? {} : { fieldSelector: info.fieldSelector }),
    ...(info.labelSelector === undefined ? {} : { labelSelector: info.labelSelector }),
  };
}

/** May this user do this? @throws StatusError 403 */
export function authorizationFilter(authorizer: Authorizer): Filter {
  return (next) => async (ctx) => {
    const attributes = accessAttributes(ctx);
    const pending = authorizer.authorize(attributes);
    const decision = pending instanceof Promise ? await pending : pending;
    ctx.trace?.decide(
      'authorization',
      `${decision.verdict}: ${decision.reason || (decision.verdict === 'allow' ? 'no rule is needed' : 'no rule matches')}`,
      decision.explain?.(),
    );
    if (decision.verdict !== 'allow') throw forbiddenError(attributes, decision.reason);
    return next(ctx);
  };
}
