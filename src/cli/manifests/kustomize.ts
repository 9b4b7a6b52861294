/** `-k`: what the kustomize of this machine builds. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CliError } from '../errors.ts';

const MAX_OUTPUT = 64 << 20;

/** YAML documents. @throws CliError when kustomize is missing or fails */
export async function kustomizeBuild(directory: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('kustomize', ['build', directory], { maxBuffer: MAX_OUTPUT });
    return stdout;
  } catch (error) {
    const { code, stderr = '', message } = error as NodeJS.ErrnoException & { stderr?: string };
    if (code === 'ENOENT') {
      throw new CliError(
        '-k needs the program kustomize, which was not found in PATH\nTry this: kubectl kustomize DIR | kctl apply -f -',
      );
    }
    throw new CliError(stderr.trim().replace(/^Error: /, '') || message, { cause: error });
  }
}
