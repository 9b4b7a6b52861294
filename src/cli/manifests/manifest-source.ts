/** The manifests that -f, -k and -R name. */
import { CliError } from '../errors.ts';
import { text } from '../flags/flag-kinds.ts';
import { FILE_FLAGS } from '../get/get-flags.ts';
import type { Terminal } from '../io.ts';
import type { Manifest } from './read-manifests.ts';

export const MANIFEST_FLAGS = {
  ...FILE_FLAGS,
  kustomize: text({ char: 'k', summary: 'Directory to build with kustomize, which must be installed.' }),
};

export interface ManifestFlags {
  readonly filename?: readonly string[];
  readonly recursive: boolean;
  readonly kustomize?: string;
}

export function namesManifests({ filename, kustomize }: ManifestFlags): boolean {
  return (filename ?? []).length > 0 || Boolean(kustomize);
}

/** @throws CliError when there is neither, or what goes only with files */
export function requireManifests(flags: ManifestFlags): void {
  if (!namesManifests(flags)) throw new CliError('must specify one of -f and -k');
  checkManifestFlags(flags);
}

/** @throws CliError for flags that exclude one another */
export function checkManifestFlags({ filename, kustomize, recursive }: ManifestFlags): void {
  if (!kustomize) return;
  if ((filename ?? []).length > 0) throw new CliError('only one of -f or -k can be specified');
  if (recursive) throw new CliError("the -k flag can't be used with -f or -R");
}

/** In the order of the files. @throws CliError */
export async function manifestsOf(
  { filename, recursive, kustomize }: ManifestFlags,
  stdin: Terminal['stdin'],
): Promise<Manifest[]> {
  const { readManifests, parseManifests } = await import('./read-manifests.ts');
  const read = await readManifests(filename ?? [], { recursive, stdin });
  if (!kustomize) return read;
  const { kustomizeBuild } = await import('./kustomize.ts');
  return [...read, ...parseManifests(await kustomizeBuild(kustomize), kustomize)];
}
