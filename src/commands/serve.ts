import { homedir } from 'node:os';
import { join } from 'node:path';
import { Command } from '@oclif/core/command';
import { controlPlaneOptions, normalizeServeArgs, SERVE_FLAGS } from '../cli/serve-flags.ts';

export default class Serve extends Command {
  static override summary = 'Run a Kubernetes v1.36 API server in the foreground.';
  static override description =
    "Flags have kube-apiserver's names wherever it has the thing, so scripts written for it carry over. Ctrl-C stops the server.";
  static override examples = [
    '# Start on port 6443 and keep state in the default data directory\n<%= config.bin %> serve',
    '# Any free port, keep nothing: for tests\n<%= config.bin %> serve --in-memory --secure-port 0',
  ];
  static override flags = SERVE_FLAGS;

  async run(): Promise<void> {
    const { flags } = await this.parse(Serve, normalizeServeArgs(this.argv));
    const [{ startControlPlane }, { pino }] = await Promise.all([import('../control-plane.ts'), import('pino')]);
    const log = pino({ level: flags['log-level'] }, pino.destination({ dest: 2, sync: true }));
    const options = controlPlaneOptions(flags);
    const dataDir = flags['data-dir'] ?? defaultDataDir();
    const plane = await startControlPlane({ ...options, dataDir, log });
    this.#announce(plane.url, plane.kubeconfigFile);
    await stopSignal();
    await plane.close();
  }

  #announce(url: string, kubeconfig: string | undefined): void {
    this.log(`Kubernetes API server: ${url}`);
    if (kubeconfig === undefined) return;
    this.log(`Kubeconfig:            ${kubeconfig}`);
    this.log(`Try:                   kubectl --kubeconfig ${kubeconfig} get namespaces`);
  }
}

/** $XDG_DATA_HOME/kctl, by default ~/.local/share/kctl. */
export function defaultDataDir(): string {
  return join(process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'kctl');
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
