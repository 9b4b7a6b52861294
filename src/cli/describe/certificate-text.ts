/** CertificateSigningRequests, with what is in the request itself. */
import type { CertificateSigningRequest } from '../../api/types/certificates-v1.ts';
import { type CertificateRequest, firstPemBlock, parseCertificateRequest } from '../../util/certificate-request.ts';
import { children, readAll, readOid, readText } from '../../util/der.ts';
import { CliError } from '../errors.ts';
import { ageText } from '../print/table.ts';
import type { Describer } from './describer.ts';
import { type Description, flatLabels, longTime } from './description.ts';
import { describeEvents } from './events-text.ts';

const COMMON_NAME = '2.5.4.3';
const SERIAL_NUMBER = '2.5.4.5';
const ATTRIBUTES: readonly (readonly [title: string, oid: string])[] = [
  ['Organization', '2.5.4.10'],
  ['Organizational Unit', '2.5.4.11'],
  ['Country', '2.5.4.6'],
  ['Locality', '2.5.4.7'],
  ['Province', '2.5.4.8'],
  ['StreetAddress', '2.5.4.9'],
  ['PostalCode', '2.5.4.17'],
];

export const describeCertificateRequest: Describer = async (object, out, around) => {
  const { metadata = {}, spec = {} } = object as CertificateSigningRequest;
  const text = Buffer.from(String(spec.request ?? ''), 'base64').toString('latin1');
  const { request, subject } = readRequest(text);
  out.line(0, `Name:\t${metadata.name}`);
  out.line(0, `Labels:\t${flatLabels(metadata.labels)}`);
  out.line(0, `Annotations:\t${flatLabels(metadata.annotations)}`);
  out.line(0, `CreationTimestamp:\t${longTime(metadata.creationTimestamp)}`);
  out.line(0, `Requesting User:\t${spec.username ?? ''}`);
  if (spec.signerName) out.line(0, `Signer:\t${spec.signerName}`);
  if (spec.expirationSeconds !== undefined) {
    const duration = ageText(new Date(0).toISOString(), spec.expirationSeconds * 1000);
    out.line(0, `Requested Duration:\t${duration}`);
  }
  out.line(0, `Status:\t${statusText(object as CertificateSigningRequest)}`);
  out.line(0, 'Subject:');
  out.line(0, `\tCommon Name:\t${subject.get(COMMON_NAME)?.at(-1) ?? ''}`);
  out.line(0, `\tSerial Number:\t${subject.get(SERIAL_NUMBER)?.at(-1) ?? ''}`);
  for (const [title, oid] of ATTRIBUTES) column(title, subject.get(oid) ?? [], out);
  alternativeNames(request, out);
  await describeEvents(object, out, around);
};

/** Texts by object identifier. @throws CliError in kubectl's words */
function readRequest(text: string): { request: CertificateRequest; subject: Map<string, string[]> } {
  try {
    const request = parseCertificateRequest(text);
    const [info] = children(readAll(firstPemBlock(text)?.bytes ?? Buffer.alloc(0))[0]);
    const subject = new Map<string, string[]>();
    for (const pair of children(children(info)[1]).flatMap(children)) {
      const [type, value] = children(pair);
      const oid = readOid(type);
      if (value !== undefined) subject.set(oid, [...(subject.get(oid) ?? []), readText(value)]);
    }
    return { request, subject };
  } catch (error) {
    throw new CliError(`Error parsing CSR: ${(error as Error).message}`, { cause: error });
  }
}

function statusText({ status = {} }: CertificateSigningRequest): string {
  const has = (wanted: string): boolean => (status.conditions ?? []).some(({ type }) => type === wanted);
  const decision = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending';
  return `${decision}${has('Failed') ? ',Failed' : ''}${status.certificate ? ',Issued' : ''}`;
}

function column(title: string, values: readonly string[], out: Description): void {
  if (values.length > 0) out.raw(`\t${title}:\t${values.join('\n\t\t')}\n`);
}

function alternativeNames({ dnsNames, emailAddresses, uris, ipAddresses }: CertificateRequest, out: Description): void {
  if ([dnsNames, emailAddresses, uris, ipAddresses].every((names) => names.length === 0)) return;
  out.line(0, 'Subject Alternative Names:');
  column('DNS Names', dnsNames, out);
  column('Email Addresses', emailAddresses, out);
  column('URIs', uris, out);
  column('IP Addresses', ipAddresses, out);
}
