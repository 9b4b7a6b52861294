/** `certs check`: what ends when. */
import { claimsOf } from '../token/claims.ts';
import { certificateFacts, kindWords } from './certificate-facts.ts';
import type { Found } from './certificate-sources.ts';
import { expiryWords, instant } from './words.ts';

export type Verdict = 'ok' | 'soon' | 'expired' | 'never' | 'unreadable';

export interface Expiry {
  readonly where: string;
  readonly what: string;
  /** Absent: it has no end, or cannot be read. */
  readonly notAfter?: Date;
  readonly verdict: Verdict;
}

/** Every certificate of every chain, and tokens; what ends first stands first. */
export function expiries({ certificates, tokens, problems }: Found, now: Date, withinMs: number): Expiry[] {
  const all = [
    ...certificates.flatMap(({ where, chain }) =>
      chain.map((one) => {
        const facts = certificateFacts(one);
        return expiry(where, `${kindWords(facts)} ${facts.subject}`, facts.notAfter, now, withinMs);
      }),
    ),
    ...tokens.map(({ where, token }) => {
      const { sub, exp } = claimsOf(token) ?? {};
      const what = typeof sub === 'string' ? `token of ${sub}` : 'opaque token';
      return expiry(where, what, typeof exp === 'number' ? new Date(exp * 1000) : undefined, now, withinMs);
    }),
  ].sort((a, b) => (a.notAfter?.getTime() ?? Infinity) - (b.notAfter?.getTime() ?? Infinity));
  return [...problems.map((what): Expiry => ({ where: '', what, verdict: 'unreadable' })), ...all];
}

function expiry(where: string, what: string, notAfter: Date | undefined, now: Date, withinMs: number): Expiry {
  if (notAfter === undefined) return { where, what, verdict: 'never' };
  const left = notAfter.getTime() - now.getTime();
  return { where, what, notAfter, verdict: left < 0 ? 'expired' : left < withinMs ? 'soon' : 'ok' };
}

/** 0 all well, 1 something ends soon, 2 something has ended or cannot be read. */
export function exitCodeFor(all: readonly Expiry[]): number {
  if (all.some(({ verdict }) => verdict === 'expired' || verdict === 'unreadable')) return 2;
  return all.some(({ verdict }) => verdict === 'soon') ? 1 : 0;
}

export function expiryRows(all: readonly Expiry[], now: Date): string[][] {
  return all.map(({ where, what, notAfter, verdict }) => [
    verdict.toUpperCase(),
    notAfter === undefined ? '<none>' : instant(notAfter),
    notAfter === undefined ? (verdict === 'never' ? 'no end' : '<unknown>') : expiryWords(notAfter, now),
    what,
    where || '<none>',
  ]);
}
