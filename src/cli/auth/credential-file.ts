/** A file that holds a credential, and whom it is for. */
import { readFile } from 'node:fs/promises';
import { CliError } from '../errors.ts';
import { readAll, type Terminal } from '../io.ts';
import { type OfflineIdentity, ofCertificate, ofToken } from './offline-identity.ts';

export type FileCredential =
  | { readonly kind: 'certificate' | 'token'; readonly identity: OfflineIdentity | undefined }
  | { readonly kind: 'kubeconfig' };

/** @param file a path, or - for stdin @throws CliError */
export async function readCredential(file: string, stdin: Terminal['stdin']): Promise<string> {
  if (file === '-') return readAll(stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CliError(`unable to read ${file}: ${(error as Error).message}`, { cause: error });
  }
}

/** @throws CliError for a text that is none */
export function credentialOf(text: string, file: string): FileCredential {
  const trimmed = text.trim();
  if (/^[\w-]+\.[\w-]+\.[\w-]*$/.test(trimmed)) return { kind: 'token', identity: ofToken(trimmed) };
  // A kubeconfig may hold PEM texts too.
  if (/^\s*"?(?:clusters|users|contexts)"?:/m.test(text)) return { kind: 'kubeconfig' };
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new CliError(`${file} is neither a certificate, nor a kubeconfig, nor a token`);
  }
  try {
    return { kind: 'certificate', identity: ofCertificate(text) };
  } catch (error) {
    throw new CliError(`${file} is no certificate: ${(error as Error).message}`, { cause: error });
  }
}
