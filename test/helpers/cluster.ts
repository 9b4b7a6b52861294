/** A control plane in this process, with real clients that talk to it over TLS. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ControlPlane, startControlPlane } from '../../src/control-plane.ts';
import { Background, type Result, run } from './command.ts';
import { clientBinaries } from './kubectl.ts';

export interface Cluster {
  readonly plane: ControlPlane;
  /** A directory that ends with the cluster. */
  readonly dir: string;
  readonly kubeconfig: string;
  /** HOME and KUBECONFIG of its own, so that nothing of the user's is read or written. */
  readonly env: NodeJS.ProcessEnv;
  kubectl(args: string, stdin?: string): Promise<Result>;
  helm(args: string): Promise<Result>;
  /** @throws Error with kubectl's output when it fails */
  ok(args: string, stdin?: string): Promise<string>;
  watch(args: string): Background;
  stop(): Promise<void>;
}

/** Arguments are split at spaces; no test needs a quoted one. */
const words = (args: string): string[] => args.split(/\s+/).filter(Boolean);

export async function startCluster(options: { namespace?: string } = {}): Promise<Cluster> {
  const dir = mkdtempSync(join(tmpdir(), 'kctl-e2e-'));
  const plane = await startControlPlane({ inMemory: true, securePort: 0, serviceClusterIpRange: ['10.0.0.0/16'] });
  const kubeconfig = join(dir, 'admin.kubeconfig');
  writeFileSync(kubeconfig, plane.kubeconfig, { mode: 0o600 });
  mkdirSync(join(dir, 'home'));
  const env = { ...process.env, HOME: join(dir, 'home'), KUBECONFIG: kubeconfig, KUBECTL_EXTERNAL_DIFF: 'diff -u -N' };
  const binaries = clientBinaries();
  const inNamespace = options.namespace === undefined ? [] : ['--namespace', options.namespace];
  const kubectl = (args: string, stdin?: string): Promise<Result> =>
    run(binaries.kubectl, [...inNamespace, ...words(args)], { env, stdin });
  return {
    plane,
    dir,
    kubeconfig,
    env,
    kubectl,
    helm: (args) => run(binaries.helm, [...inNamespace, ...words(args)], { env }),
    async ok(args, stdin) {
      const result = await kubectl(args, stdin);
      if (result.code !== 0) throw new Error(`kubectl ${args}: exit ${result.code}\n${result.stderr}${result.stdout}`);
      return result.stdout;
    },
    watch: (args) => new Background(binaries.kubectl, [...inNamespace, ...words(args)], { env }),
    async stop() {
      await plane.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
