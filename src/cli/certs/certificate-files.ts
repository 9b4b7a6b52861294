/** Keys and certificates on disk: private for their owner, never written over by accident. */
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type KeyedCertificate, keyFits } from '../../util/certificates.ts';
import { CliError } from '../errors.ts';

/** @throws CliError when one of the files is there */
export function refuseToOverwrite(files: readonly string[], force: boolean): void {
  const there = files.filter((file) => existsSync(file));
  if (force || there.length === 0) return;
  throw new CliError(`${there.join(', ')} already exist${there.length === 1 ? 's' : ''}; --force overwrites`);
}

/** @param mode 0600 for what is secret */
export async function writePrivate(file: string, content: string, mode = 0o600): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, content, { mode });
  // The mode of writeFile counts for new files only.
  await chmod(file, mode);
}

/** Reads ca.crt and ca.key of a directory, or of its pki folder. @throws CliError */
export async function readAuthority(directory: string): Promise<KeyedCertificate> {
  const home = [directory, join(directory, 'pki')].find((path) => existsSync(join(path, 'ca.crt')));
  if (home === undefined) {
    throw new CliError(
      `no ca.crt in ${directory}\nTry this: start kctl serve once, or make an authority with kctl certs gen ca --dir DIR`,
    );
  }
  try {
    const [cert, key] = await Promise.all([
      readFile(join(home, 'ca.crt'), 'utf8'),
      readFile(join(home, 'ca.key'), 'utf8'),
    ]);
    if (keyFits({ cert, key })) return { cert, key };
  } catch (error) {
    throw new CliError(`the authority in ${home} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  throw new CliError(`the authority in ${home} is of no use: ca.key does not belong to ca.crt`);
}
