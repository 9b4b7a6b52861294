import type { AccessAttributes, Authorizer, Decision } from '../authorization/authorizer.ts';
import { forbiddenError } from '../authorization/forbidden-message.ts';
import type { Filter, RequestContext } from '../request/context.ts';

export function accessAttributes(ctx: RequestContext): AccessAttributes {
  const { info } = ctx;
  const attributes: AccessAttributes = {
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
  };
  if (info.fieldSelector === undefined && info.labelSelector === undefined) return attributes;
  return {
    ...attributes,
    ...(info.fieldSelector === undefined ? {} : { fieldSelector: info.fieldSelector }),
    ...(info.labelSelector === undefined ? {} : { labelSelector: info.labelSelector }),
  };
}

/** May this user do this? @throws StatusError 403 */
export function authorizationFilter(authorizer: Authorizer): Filter {
  return (next) => {
    const judge = (ctx: RequestContext, attributes: AccessAttributes, decision: Decision): Promise<void> => {
      traceDecision(ctx, decision);
      if (decision.verdict !== 'allow') throw forbiddenError(attributes, decision.reason);
      return next(ctx);
    };
    return (ctx) => {
      const attributes = accessAttributes(ctx);
      const decision = authorizer.authorize(attributes);
      return decision instanceof Promise
        ? decision.then((found) => judge(ctx, attributes, found))
        : judge(ctx, attributes, decision);
    };
  };
}

function traceDecision(ctx: RequestContext, decision: Decision): void {
  if (ctx.trace === undefined) return;
  const why = decision.reason || (decision.verdict === 'allow' ? 'no rule is needed' : 'no rule matches');
  ctx.trace.decide('authorization', `${decision.verdict}: ${why}`, decision.explain?.());
}
