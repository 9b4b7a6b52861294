export interface Target {
  /** Percent-decoded path. */
  readonly path: string;
  readonly query: URLSearchParams;
}

const NO_QUERY = new URLSearchParams();

/** Splits a request target. undefined when its percent-encoding is malformed or it holds a NUL. */
export function splitTarget(target: string): Target | undefined {
  const at = target.indexOf('?');
  const raw = at < 0 ? target : target.slice(0, at);
  const query = at < 0 || at === target.length - 1 ? NO_QUERY : new URLSearchParams(target.slice(at + 1));
  if (!raw.includes('%')) return { path: raw, query };
  try {
    const path = decodeURIComponent(raw);
    return path.includes('\0') ? undefined : { path, query };
  } catch {
    return undefined;
  }
}
