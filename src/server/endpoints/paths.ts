/** How handlers of non-resource paths are handed to the router, and how it finds one. */
import { send } from '../http/response.ts';
import type { Handler, RequestContext } from '../request/context.ts';

/** By path; a key that ends in `/` takes everything below it, as in Go's ServeMux. */
export type PathHandlers = ReadonlyMap<string, Handler>;

/** No handler's path is longer; bounds the search below for paths that are. */
const LONGEST_PATH = 300;

/** The exact entry, else the longest one ending in `/` that the path begins with. */
export function findHandler(handlers: PathHandlers, path: string): Handler | undefined {
  const exact = handlers.get(path);
  if (exact !== undefined) return exact;
  for (let end = path.lastIndexOf('/', LONGEST_PATH); end > 0; end = path.lastIndexOf('/', end - 1)) {
    const below = handlers.get(path.slice(0, end + 1));
    if (below !== undefined) return below;
  }
  return undefined;
}

/** @throws Error when two of them claim one path. */
export function mergeHandlers(...all: PathHandlers[]): PathHandlers {
  const merged = new Map<string, Handler>();
  for (const handlers of all) {
    for (const [path, handler] of handlers) {
      if (merged.has(path)) throw new Error(`two handlers for ${path}`);
      merged.set(path, handler);
    }
  }
  return merged;
}

export const TEXT = 'text/plain; charset=utf-8';

/** Plain text with the header that net/http's own answers carry. */
export function sendText(ctx: RequestContext, status: number, text: string): Promise<void> {
  return send(ctx, status, TEXT, text, { 'x-content-type-options': 'nosniff' });
}

/** What kube-apiserver says about a path that nothing serves. */
export function pageNotFound(ctx: RequestContext): Promise<void> {
  return sendText(ctx, 404, '404 page not found\n');
}

/** The router's door to all of them: answers and says true, or says that nothing is served there. */
export function nonResourceRequests(handlers: PathHandlers): (ctx: RequestContext) => Promise<boolean> {
  return async (ctx) => {
    const handler = findHandler(handlers, ctx.info.path);
    if (handler === undefined) return false;
    await handler(ctx);
    return true;
  };
}
