/** Continue tokens: where the next page starts and which revision all pages show. */
import { badRequest } from '../../api/status-error.ts';

export interface Continue {
  /** LATEST: the rest as it is now, though the pages before showed an older state. */
  readonly revision: number;
  /** The last key of the page before, without the list's prefix. */
  readonly after: string;
  /** How many objects follow; the pages of one list show one revision, so it only shrinks. Absent with a selector. */
  readonly remaining?: number | undefined;
}

const VERSION = 'meta.k8s.io/v1';

/** Stands for no revision in particular, in tokens that come with a 410 answer. */
export const LATEST = -1;

export function encodeContinue({ revision, after, remaining }: Continue): string {
  return Buffer.from(JSON.stringify({ v: VERSION, rv: revision, start: `${after}\0`, n: remaining })).toString(
    'base64url',
  );
}

/** @throws StatusError 400 */
export function decodeContinue(token: string): Continue {
  const fail = (why: string): Error => badRequest(`invalid continue token: continue key is not valid: ${why}`);
  const bad = /[^A-Za-z0-9_-]/.exec(token);
  if (bad !== null || token.length % 4 === 1) {
    throw fail(`illegal base64 data at input byte ${bad?.index ?? token.length - 1}`);
  }
  let parsed: { v?: unknown; rv?: unknown; start?: unknown; n?: unknown };
  try {
    parsed = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch (error) {
    throw fail(`invalid character in continue token: ${(error as Error).message}`);
  }
  if (parsed?.v !== VERSION) throw fail(`server does not recognize this encoded version ${parsed?.v ?? ''}`);
  if (!Number.isSafeInteger(parsed.rv) || parsed.rv === 0)
    throw fail(`incorrect encoded start resourceVersion (version ${VERSION})`);
  if (typeof parsed.start !== 'string' || parsed.start === '')
    throw fail(`empty encoded start key (version ${VERSION})`);
  return {
    revision: parsed.rv as number,
    after: parsed.start.replace(/\0$/, ''),
    remaining: Number.isSafeInteger(parsed.n) ? (parsed.n as number) : undefined,
  };
}
