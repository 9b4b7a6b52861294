/** `-k` and `kustomize`: what the kustomize of this machine builds, or the one inside kubectl. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CliError } from '../errors.ts';

const MAX_OUTPUT = 64 << 20;
const PROGRAMS = [
  ['kustomize', 'build'],
  ['kubectl', 'kustomize'],
] as const;

/**
 * YAML documents.
 * @param flags of `kustomize build`
 * @throws CliError when there is none of the programs, or it fails
 */
export async function kustomizeBuild(
  directory: string,
  flags: readonly string[] = [],
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const options = { maxBuffer: MAX_OUTPUT, env };
  for (const [program, verb] of PROGRAMS) {
    try {
      const { stdout } = await promisify(execFile)(program, [verb, directory, ...flags], options);
      return stdout;
    } catch (error) {
      const { code, stderr = '', message } = error as NodeJS.ErrnoException & { stderr?: string };
      if (code === 'ENOENT') continue;
      throw new CliError(stderr.trim().replace(/^error: /i, '') || message, { cause: error });
    }
  }
  throw new CliError('this needs the program kustomize or kubectl, and neither was found in PATH');
}
