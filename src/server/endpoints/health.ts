/** `/healthz`, `/livez` and `/readyz` with their named checks; imitates apiserver pkg/server/healthz. */
import type { RequestContext } from '../request/context.ts';
import { type PathHandlers, sendText } from './paths.ts';

export type HealthEndpoint = 'healthz' | 'livez' | 'readyz';

export interface HealthCheck {
  /** As it stands in the path: `etcd`, `poststarthook/rbac/bootstrap-roles`. */
  readonly name: string;
  /** Throws, or rejects, while unhealthy; the message is shown only at the check's own path. */
  check(): void | Promise<void>;
  /** Default: all three. */
  readonly endpoints?: readonly HealthEndpoint[];
}

const ENDPOINTS: readonly HealthEndpoint[] = ['healthz', 'livez', 'readyz'];
const PING: HealthCheck = { name: 'ping', check: () => {} };

/** `ping` comes first of itself; `checks` are run and told in their order. */
export function healthHandlers(checks: readonly HealthCheck[]): PathHandlers {
  const handlers = new Map<string, (ctx: RequestContext) => Promise<void>>();
  for (const endpoint of ENDPOINTS) {
    const own = [PING, ...checks.filter((check) => check.endpoints?.includes(endpoint) ?? true)];
    handlers.set(`/${endpoint}`, (ctx) => answerAll(ctx, endpoint, own));
    for (const check of own) handlers.set(`/${endpoint}/${check.name}`, (ctx) => answerOne(ctx, check));
  }
  return handlers;
}

async function answerAll(ctx: RequestContext, endpoint: HealthEndpoint, checks: readonly HealthCheck[]): Promise<void> {
  const excluded = new Set(ctx.query.getAll('exclude'));
  const results = await Promise.all(checks.map((check) => (excluded.has(check.name) ? undefined : failure(check))));
  const lines = checks.map(({ name }, i) => {
    if (excluded.delete(name)) return `[+]${name} excluded: ok\n`;
    return results[i] === undefined ? `[+]${name} ok\n` : `[-]${name} failed: reason withheld\n`;
  });
  if (excluded.size > 0)
    lines.push(`warn: some health checks cannot be excluded: no matches for ${quoted(excluded)}\n`);
  const report = lines.join('');
  if (results.some((result) => result !== undefined)) return sendText(ctx, 500, `${report}${endpoint} check failed\n`);
  return sendText(ctx, 200, ctx.query.has('verbose') ? `${report}${endpoint} check passed\n` : 'ok');
}

async function answerOne(ctx: RequestContext, check: HealthCheck): Promise<void> {
  const error = await failure(check);
  return error === undefined ? sendText(ctx, 200, 'ok') : sendText(ctx, 500, `internal server error: ${error}\n`);
}

async function failure(check: HealthCheck): Promise<string | undefined> {
  try {
    await check.check();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function quoted(names: ReadonlySet<string>): string {
  return [...names]
    .sort()
    .map((name) => JSON.stringify(name))
    .join(',');
}
