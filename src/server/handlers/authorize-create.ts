import { forbiddenError } from '../authorization/forbidden-message.ts';
import { accessAttributes } from '../filters/authorization.ts';
import type { RequestContext } from '../request/context.ts';
import type { Services } from '../services.ts';

/** A PUT or apply that would create also needs the verb create. @throws StatusError 403 */
export async function authorizeCreate(services: Services, ctx: RequestContext): Promise<void> {
  const attributes = { ...accessAttributes(ctx), verb: 'create' };
  const decision = await services.authorize(attributes);
  if (decision.verdict !== 'allow') throw forbiddenError(attributes, decision.reason);
}
