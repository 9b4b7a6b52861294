/**
 * What clients need of a server that keeps nothing: DIR/admin.kubeconfig and DIR/pki/ca.crt, there until the process
 * or the server ends. Directories are 0700, files 0600.
 */
import { existsSync, rmdirSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../util/write-file.ts';
import { writeAdminKubeconfig } from './kubeconfig.ts';
import type { Pki } from './pki.ts';

export interface AccessFiles {
  readonly kubeconfigFile: string;
  /** Removes what was written, directories too unless somebody else put something there. */
  remove(): void;
}

const DIRECTORY_MODE = 0o700;
/** What only a server leaves behind that keeps its state. */
const LASTING = ['state.db', join('pki', 'ca.key')];

/** @throws Error in plain words when DIR is the data directory of a server that keeps its state */
export function refuseLastingDirectory(directory: string): void {
  if (!LASTING.some((file) => existsSync(join(directory, file)))) return;
  throw new Error(
    `${directory} holds the certificates or the state of a server that keeps them; a server in memory would leave its own kubeconfig there: give it another --data-dir, or none`,
  );
}

export async function writeAccessFiles(directory: string, pki: Pki, server: string): Promise<AccessFiles> {
  const folder = join(directory, 'pki');
  const made = [folder, directory].filter((path) => !existsSync(path));
  await mkdir(folder, { recursive: true, mode: DIRECTORY_MODE });
  const certificate = join(folder, 'ca.crt');
  const files = [certificate];
  const remove = (): void => {
    process.off('exit', remove);
    for (const file of files) rmSync(file, { force: true });
    for (const path of made) removeIfEmpty(path);
  };
  process.on('exit', remove);
  try {
    await writeFileAtomic(certificate, pki.ca.cert, 0o600);
    const kubeconfigFile = await writeAdminKubeconfig(directory, pki, server);
    files.push(kubeconfigFile);
    return { kubeconfigFile, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function removeIfEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
  }
}
