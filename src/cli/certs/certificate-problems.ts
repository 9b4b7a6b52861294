/** Why a certificate would not be accepted, in plain words; the same checks as Go's x509 makes, each told apart. */
import { createPrivateKey, type X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { certificateFacts, oneLine } from './certificate-facts.ts';
import type { Purpose } from './issue.ts';
import { expiryWords, instant, listWords, spanWords } from './words.ts';

export interface Expectation {
  readonly now: Date;
  /** Absent: what the certificate itself is for. */
  readonly purpose?: Purpose;
  /** Must be among its names. */
  readonly host?: string;
  /** PEM of its private key. */
  readonly key?: string;
  /** Authorities that are trusted, and where they are from; absent: the chain is not judged. */
  readonly roots?: readonly X509Certificate[];
  readonly rootsFrom?: string;
}

const MAX_DEPTH = 6;

/** One sentence each; empty when it is good. `chain`: the leaf first, then what came with it. */
export function problemsOf(chain: readonly X509Certificate[], expected: Expectation): string[] {
  const [leaf, ...others] = chain;
  if (leaf === undefined) return ['there is no certificate'];
  return [
    ...timeProblems(leaf, 'it', expected.now),
    ...purposeProblems(leaf, expected.purpose),
    ...hostProblems(leaf, expected.host),
    ...keyProblems(leaf, expected.key),
    ...(expected.roots === undefined ? [] : chainProblems(leaf, others, expected.roots, expected)),
  ];
}

export function timeProblems(certificate: X509Certificate, what: string, now: Date): string[] {
  const from = new Date(certificate.validFrom);
  const until = new Date(certificate.validTo);
  if (now > until) return [`${what} ${expiryWords(until, now)}, on ${instant(until)}`];
  if (now >= from) return [];
  return [
    `${what} is valid only from ${instant(from)}, in ${spanWords(from.getTime() - now.getTime())}: is the clock right?`,
  ];
}

function purposeProblems(leaf: X509Certificate, purpose: Purpose | undefined): string[] {
  if (purpose === undefined) return [];
  const { purposes, authority, subject } = certificateFacts(leaf);
  const wanted = `${purpose}s`;
  const problems: string[] = [];
  if (purposes.length > 0 && !purposes.includes(wanted)) {
    problems.push(`it is for ${listWords(purposes)}, not for ${wanted} (extended key usage)`);
  }
  if (authority) problems.push('it is an authority, which signs others and is not shown itself');
  if (purpose === 'client' && !/(^|, )CN=/.test(subject)) problems.push('it has no common name, so it names no user');
  return problems;
}

function hostProblems(leaf: X509Certificate, host: string | undefined): string[] {
  if (host === undefined) return [];
  const good =
    isIP(host) === 0 ? leaf.checkHost(host, { subject: 'never' }) !== undefined : leaf.checkIP(host) !== undefined;
  if (good) return [];
  const { hosts } = certificateFacts(leaf);
  return hosts.length === 0
    ? [`it names no host at all, so not ${host} either: the common name does not count`]
    : [`it is not good for ${host}, only for ${listWords(hosts)}`];
}

function keyProblems(leaf: X509Certificate, key: string | undefined): string[] {
  if (key === undefined) return [];
  try {
    return leaf.checkPrivateKey(createPrivateKey(key))
      ? []
      : ['its key is another: key and certificate do not belong together'];
  } catch (error) {
    return [`its key cannot be read: ${(error as Error).message}`];
  }
}

/** Follows the issuers up to a trusted one; tells where the way ends. */
function chainProblems(
  leaf: X509Certificate,
  others: readonly X509Certificate[],
  roots: readonly X509Certificate[],
  { now, rootsFrom = 'the trusted authorities' }: Expectation,
): string[] {
  let current = leaf;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    if (roots.some((root) => root.raw.equals(current.raw))) return timesAbove(current, leaf, now);
    const signer = [...roots, ...others].find((candidate) => signed(candidate, current));
    if (signer === undefined || signer.raw.equals(current.raw)) return [unknownIssuer(current, leaf, roots, rootsFrom)];
    const above = authorityProblems(signer, now);
    if (above.length > 0 || roots.includes(signer)) return above;
    current = signer;
  }
  return ['its chain of issuers is too long'];
}

function timesAbove(current: X509Certificate, leaf: X509Certificate, now: Date): string[] {
  return current === leaf ? [] : timeProblems(current, `its authority ${oneLine(current.subject)}`, now);
}

function authorityProblems(signer: X509Certificate, now: Date): string[] {
  const name = oneLine(signer.subject);
  const problems = timeProblems(signer, `its authority ${name}`, now);
  return signer.ca ? problems : [...problems, `its issuer ${name} is no authority (CA:FALSE)`];
}

function signed(issuer: X509Certificate, certificate: X509Certificate): boolean {
  return issuer.subject === certificate.issuer && certificate.verify(issuer.publicKey);
}

function unknownIssuer(
  current: X509Certificate,
  leaf: X509Certificate,
  roots: readonly X509Certificate[],
  rootsFrom: string,
): string {
  const issuer = oneLine(current.issuer);
  const which = current === leaf ? 'it' : `its issuer ${oneLine(current.subject)}`;
  if (roots.some((root) => root.subject === current.issuer)) {
    return `${which} names ${issuer} as its issuer, and ${rootsFrom} has an authority of that name, but with another key: it was made anew since`;
  }
  if (current === leaf && leaf.checkIssued(leaf)) return `it is signed by itself and not among ${rootsFrom}`;
  const what = current.checkIssued(current) ? 'it' : which;
  return `${what} was issued by ${issuer}, which is not among ${rootsFrom} (${namesOf(roots)})`;
}

function namesOf(roots: readonly X509Certificate[]): string {
  const names = roots.slice(0, 3).map((root) => oneLine(root.subject));
  return `${names.join('; ') || 'none'}${roots.length > 3 ? ' …' : ''}`;
}
