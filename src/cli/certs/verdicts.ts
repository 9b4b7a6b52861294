import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { rootCertificates } from 'node:tls';
import { CliError } from '../errors.ts';
import { type CertificateFacts, certificateFacts, certificatesOf, kindWords } from './certificate-facts.ts';
import { authorityFiles } from './certificate-files.ts';
import { problemsOf } from './certificate-problems.ts';
import type { Found, FoundCertificates } from './certificate-sources.ts';
import type { Purpose } from './issue.ts';
import { expiryWords } from './words.ts';

export interface Verdict {
  readonly where: string;
  /** What it is good for, if nothing is wrong with it. */
  readonly good: string;
  readonly problems: readonly string[];
}

export interface VerdictOptions {
  readonly ca?: string | undefined;
  readonly key?: string | undefined;
  readonly host?: string | undefined;
  readonly for?: string | undefined;
}

/** One for each certificate; what could not be read is a problem too. @throws CliError when --ca or --key cannot be read */
export async function verdicts(
  { certificates, problems }: Found,
  options: VerdictOptions,
  now: Date,
): Promise<Verdict[]> {
  const roots = options.ca === undefined ? undefined : await readRoots(options.ca);
  const key = options.key === undefined ? undefined : await readText(options.key);
  const judged = certificates.map((found) => {
    const facts = certificateFacts(found.chain[0] as X509Certificate);
    const trusted = roots ?? rootsOf(found, facts);
    const expected = {
      now,
      purpose: purposeOf(options.for, found, facts),
      host: options.host ?? found.host,
      key: key ?? found.key,
      ...(trusted === undefined ? {} : { roots: trusted.certificates, rootsFrom: trusted.from }),
    };
    return { where: found.where, good: goodWords(facts, now, trusted), problems: problemsOf(found.chain, expected) };
  });
  return [...judged, ...problems.map((problem) => ({ where: '', good: '', problems: [problem] }))];
}

interface Roots {
  readonly certificates: readonly X509Certificate[];
  readonly from: string;
}

async function readRoots(path: string): Promise<Roots> {
  const file = authorityFiles(path)?.cert;
  if (file === undefined) throw new CliError(`there is no ca.crt in ${path}`);
  return { certificates: certificatesOf(await readText(file)), from: file };
}

/** The kubeconfig's authority, an authority by itself, or the machine's for a server. */
function rootsOf({ trusted, host, chain }: FoundCertificates, { authority }: CertificateFacts): Roots | undefined {
  if (trusted !== undefined) {
    return {
      certificates: certificatesOf(trusted),
      from: 'the certificate-authority of its cluster in the kubeconfig',
    };
  }
  if (authority) return { certificates: chain.slice(0, 1), from: 'itself' };
  if (host === undefined) return undefined;
  return {
    certificates: rootCertificates.map((pem) => new X509Certificate(pem)),
    from: "this machine's authorities (--ca names others)",
  };
}

function purposeOf(wanted: string | undefined, found: FoundCertificates, facts: CertificateFacts): Purpose | undefined {
  if (wanted !== undefined) return wanted as Purpose;
  if (found.host !== undefined) return 'server';
  return found.where.startsWith('user ') && !facts.authority ? 'client' : undefined;
}

function goodWords(facts: CertificateFacts, now: Date, trusted: Roots | undefined): string {
  const who = facts.user === undefined ? facts.subject : `user ${JSON.stringify(facts.user.username)}`;
  const chain = trusted === undefined ? '; its issuer was not checked (--ca)' : '';
  return `good: ${kindWords(facts)}, ${who}, ${expiryWords(facts.notAfter, now)}${chain}`;
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: Error) => {
    throw new CliError(`cannot read ${file}: ${error.message}`, { cause: error });
  });
}
