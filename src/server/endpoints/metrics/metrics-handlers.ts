import { send } from '../../http/response.ts';
import type { PathHandlers } from '../paths.ts';
import type { Metrics } from './metrics.ts';

const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores';

/** `/metrics`. */
export function metricsHandlers(metrics: Metrics): PathHandlers {
  return new Map([['/metrics', async (ctx) => send(ctx, 200, TEXT_FORMAT, await metrics.text())]]);
}
