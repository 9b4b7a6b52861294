/** Keys and certificates on disk: private for their owner, never written over by accident. */
import { existsSync, statSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type KeyedCertificate, keyFits } from '../../util/certificates.ts';
import { writeFileAtomic } from '../../util/write-file.ts';
import { CliError } from '../errors.ts';

/** @throws CliError when one of the files is there */
export function refuseToOverwrite(files: readonly string[], force: boolean): void {
  const there = files.filter((file) => existsSync(file));
  if (force || there.length === 0) return;
  const more = there.length > 3 ? ` and ${there.length - 3} more` : '';
  const shown = there.slice(0, 3).join(', ');
  throw new CliError(`${shown}${more} already exist${there.length === 1 ? 's' : ''}; --force overwrites`);
}

/** Whole or not at all. @param mode 0600 for what is secret */
export async function writePrivate(file: string, content: string | Buffer, mode = 0o600): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFileAtomic(file, content, mode);
  } catch (error) {
    throw new CliError(`cannot write ${file}: ${(error as Error).message}`, { cause: error });
  }
}

/** Where an authority of this name lies: `path` itself, DIR/NAME.crt, or DIR/pki/NAME.crt; undefined when nowhere. */
export function authorityFiles(path: string, name = 'ca'): { cert: string; key: string } | undefined {
  if (existsSync(path) && statSync(path).isFile()) {
    return { cert: path, key: path.replace(/\.(crt|pem|cert)$/, '.key') };
  }
  const home = [path, join(path, 'pki')].find((place) => existsSync(join(place, `${name}.crt`)));
  return home === undefined ? undefined : { cert: join(home, `${name}.crt`), key: join(home, `${name}.key`) };
}

/** Reads an authority with its key. @param path a directory with NAME.crt and NAME.key, or a certificate's file. @throws CliError */
export async function readAuthority(path: string, name = 'ca'): Promise<KeyedCertificate> {
  const files = authorityFiles(path, name);
  if (files === undefined) {
    throw new CliError(
      `no ${name}.crt in ${path}\nTry this: start kctl serve once, or make an authority with kctl certs gen ca --dir DIR`,
    );
  }
  return checked(await readPair(files), files);
}

async function readPair(files: { cert: string; key: string }): Promise<KeyedCertificate> {
  try {
    const [cert, key] = await Promise.all([readFile(files.cert, 'utf8'), readFile(files.key, 'utf8')]);
    return { cert, key };
  } catch (error) {
    throw new CliError(`the authority ${files.cert} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

function checked(pair: KeyedCertificate, files: { cert: string; key: string }): KeyedCertificate {
  let fits = false;
  try {
    fits = keyFits(pair);
  } catch (error) {
    throw new CliError(`the authority ${files.cert} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  if (fits) return pair;
  throw new CliError(`the authority is of no use: ${files.key} does not belong to ${files.cert}`);
}
