/** `certs show`: one certificate for people. */
import type { X509Certificate } from 'node:crypto';
import { type CertificateFacts, certificateFacts, kindWords } from './certificate-facts.ts';
import type { FoundCertificates } from './certificate-sources.ts';
import { expiryWords, instant } from './words.ts';

export function foundText({ where, chain }: FoundCertificates, now: Date): string {
  return chain
    .map((certificate, i) => {
      const facts = certificateFacts(certificate);
      const place = chain.length === 1 ? where : `${where}, ${i + 1} of ${chain.length}`;
      return `${place}: ${kindWords(facts)}\n${factLines(facts, now)}`;
    })
    .join('\n');
}

function factLines(facts: CertificateFacts, now: Date): string {
  const until = `${instant(facts.notAfter)} (${expiryWords(facts.notAfter, now)})`;
  const lines: (readonly [string, string])[] = [
    ['subject', facts.subject],
    ['issuer', facts.selfSigned ? 'itself' : facts.issuer],
    ['valid', `${instant(facts.notBefore)} to ${until}`],
    ['key', facts.key],
    ...(facts.hosts.length === 0 ? [] : [['good for', facts.hosts.join(', ')] as const]),
    ...(facts.user === undefined
      ? []
      : [
          [
            'Kubernetes',
            `user ${JSON.stringify(facts.user.username)}, groups ${facts.user.groups.join(', ')}`,
          ] as const,
        ]),
    ['serial', facts.serial],
    ['sha256', facts.fingerprint],
  ];
  return lines.map(([name, value]) => `  ${name.padEnd(11)} ${value}\n`).join('');
}

/** The facts as JSON, with times as text. */
export function factsJson(where: string, certificate: X509Certificate, now: Date): object {
  const { notBefore, notAfter, ...facts } = certificateFacts(certificate);
  return {
    where,
    ...facts,
    notBefore: instant(notBefore),
    notAfter: instant(notAfter),
    secondsLeft: Math.floor((notAfter.getTime() - now.getTime()) / 1000),
  };
}
