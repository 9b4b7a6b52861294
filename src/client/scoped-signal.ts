/**
 * A signal for one request out of a signal for a lifetime: transports may leave their listener on the first, and
 * nothing piles up on the second.
 */
export function scopedSignal(lifetime: AbortSignal | undefined): { signal: AbortSignal | undefined; end(): void } {
  if (lifetime === undefined) return { signal: undefined, end: () => {} };
  const scope = new AbortController();
  const onAbort = (): void => scope.abort(lifetime.reason);
  if (lifetime.aborted) onAbort();
  else lifetime.addEventListener('abort', onAbort, { once: true });
  return { signal: scope.signal, end: () => lifetime.removeEventListener('abort', onAbort) };
}
