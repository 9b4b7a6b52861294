/** Rules for signing requests; imitates pkg/apis/certificates/validation. */
import { type FieldErrors, Path, quote } from '../../../api/field-errors.ts';
import { byteLength, isDNS1123Label, isDNS1123Subdomain } from '../../../api/names.ts';
import type { CertificateSigningRequest } from '../../../api/types/certificates-v1.ts';
import { APPROVAL_TYPES, countOf, validateConditions } from './csr-conditions.ts';
import { certificateError, requestError } from './csr-pem.ts';

const SPEC = Path.root('spec');
const STATUS = Path.root('status');
const LEGACY_SIGNER = 'kubernetes.io/legacy-unknown';
const MIN_EXPIRATION_SECONDS = 600;
const MAX_DOMAIN = 253;
/** Domain, slash and `namespace.name` of an object. */
const MAX_SIGNER_NAME = 253 + 1 + 253 + 63 + 1;
const USAGES = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];

/** What only some sub-resources may write. */
export interface CsrUpdateRights {
  readonly approvals?: boolean;
  readonly certificate?: boolean;
}

/** A new request, or an updated one: faults that the stored one has are then tolerated. */
export function validateCsr(
  csr: CertificateSigningRequest,
  old: CertificateSigningRequest | undefined,
  errors: FieldErrors,
): void {
  const { request, usages = [], signerName = '', expirationSeconds } = csr.spec ?? {};
  const fault = requestError(request);
  if (fault !== undefined) errors.invalid(SPEC.child('request'), request ?? null, fault);
  validateUsages(usages, old?.spec?.usages ?? [], errors);
  validateSigner(signerName, old?.spec?.signerName, errors);
  if (expirationSeconds !== undefined && expirationSeconds < MIN_EXPIRATION_SECONDS) {
    const message = 'may not specify a duration less than 600 seconds (10 minutes)';
    errors.invalid(SPEC.child('expirationSeconds'), expirationSeconds, message);
  }
  validateConditions(csr, old, STATUS.child('conditions'), errors);
  validateCertificate(csr, old, errors);
}

export function validateCsrUpdate(
  csr: CertificateSigningRequest,
  old: CertificateSigningRequest,
  errors: FieldErrors,
  rights: CsrUpdateRights = {},
): void {
  validateCsr(csr, old, errors);
  const path = STATUS.child('conditions');
  for (const type of [...APPROVAL_TYPES, 'Failed']) {
    if (countOf(csr, type) < countOf(old, type))
      errors.forbidden(path, `updates may not remove a condition of type ${quote(type)}`);
  }
  for (const type of rights.approvals === true ? [] : APPROVAL_TYPES) {
    if (countOf(csr, type) > countOf(old, type))
      errors.forbidden(path, `updates may not add a condition of type ${quote(type)}`);
  }
  validateCertificateChange(csr, old, rights, errors);
}

function validateCertificateChange(
  csr: CertificateSigningRequest,
  old: CertificateSigningRequest,
  { certificate = false }: CsrUpdateRights,
  errors: FieldErrors,
): void {
  const before = old.status?.certificate ?? '';
  if ((csr.status?.certificate ?? '') === before) return;
  const path = STATUS.child('certificate');
  if (!certificate) errors.forbidden(path, 'updates may not set certificate content');
  else if (before !== '') errors.forbidden(path, 'updates may not modify existing certificate content');
}

function validateCertificate(
  csr: CertificateSigningRequest,
  old: CertificateSigningRequest | undefined,
  errors: FieldErrors,
): void {
  const before = old?.status?.certificate ?? '';
  const certificate = csr.status?.certificate ?? '';
  if (old !== undefined && (certificate === before || certificateError(before) !== undefined)) return;
  const fault = certificateError(certificate);
  if (fault !== undefined) errors.invalid(STATUS.child('certificate'), '<certificate data>', fault);
}

function validateUsages(usages: readonly string[], stored: readonly string[], errors: FieldErrors): void {
  const path = SPEC.child('usages');
  if (usages.length === 0) errors.required(path);
  if (stored.every((usage) => USAGES.includes(usage))) {
    for (const [i, usage] of usages.entries())
      if (!USAGES.includes(usage)) errors.notSupported(path.index(i), usage, USAGES);
  }
  if (new Set(stored).size < stored.length) return;
  for (const [i, usage] of usages.entries()) if (usages.indexOf(usage) < i) errors.duplicate(path.index(i), usage);
}

function validateSigner(name: string, stored: string | undefined, errors: FieldErrors): void {
  const path = SPEC.child('signerName');
  if (name === LEGACY_SIGNER && stored !== LEGACY_SIGNER)
    errors.invalid(path, name, 'the legacy signerName is not allowed via this API version');
  else validateSignerName(name, path, errors);
}

/** core validation ValidateSignerName: `example.com/signer`, or with dotted object names after the slash. */
export function validateSignerName(name: string, path: Path, errors: FieldErrors): void {
  if (name === '') {
    errors.required(path);
    return;
  }
  const [domain = '', rest = '', ...more] = name.split('/');
  if (!name.includes('/') || more.length > 0) {
    errors.invalid(path, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'");
    return;
  }
  if (byteLength(domain) > MAX_DOMAIN) errors.tooLong(path, MAX_DOMAIN);
  const labels = domain.split('.');
  reportLabels(domain, labels, isDNS1123Label, path, errors);
  if (labels.length < 2)
    errors.invalid(path, domain, 'should be a domain with at least two segments separated by dots');
  reportLabels(rest, rest.split('.'), isDNS1123Subdomain, path, errors);
  if (byteLength(name) > MAX_SIGNER_NAME) errors.tooLong(path, MAX_SIGNER_NAME);
}

function reportLabels(
  segment: string,
  labels: readonly string[],
  check: (label: string) => string[],
  path: Path,
  errors: FieldErrors,
): void {
  for (const label of labels) {
    for (const message of check(label)) errors.invalid(path, segment, `validating label ${quote(label)}: ${message}`);
  }
}
