import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ignoredFlags } from '../cli/apiserver-flags.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { defaultDataDir } from '../cli/data-directory.ts';
import { controlPlaneOptions, SERVE_FLAGS } from '../cli/serve-flags.ts';
import type { ControlPlaneOptions } from '../control-plane.ts';
import { collectGarbage, collectRarely } from '../util/collect-garbage.ts';
import { type LineLog, lazyLog } from '../util/lazy-log.ts';

/** How long a clean stop may take. */
const STOP_MS = 3000;
/** How long the process may live on after it. */
const LINGER_MS = 100;
/** Ctrl-C reaches this process twice when an older Node started it: from the terminal and from that one. */
const SAME_SIGNAL_MS = 200;
/** By then the controllers have had their first look at everything. */
const SETTLED_MS = 1000;

export default class Serve extends BaseCommand {
  static readonly summary = 'Run a Kubernetes v1.36 API server in the foreground.';
  static readonly description =
    "Flags have kube-apiserver's names wherever it has the thing, so scripts written for it carry over. The first start makes a CA, certificates and an admin kubeconfig in the data directory; later starts reuse them. Ctrl-C stops the server.";
  static readonly usage = 'serve [flags]';
  static readonly examples = [
    '# Start on port 6443 and keep state in the default data directory\n<%= config.bin %> serve',
    '# Any free port, keep nothing: for tests\n<%= config.bin %> serve --in-memory --secure-port 0',
    '# Tokens for two users, state in a directory of its own\n<%= config.bin %> serve --data-dir ./state --token-auth-file tokens.csv',
  ];
  static readonly flagSet = SERVE_FLAGS;

  protected async run(): Promise<void> {
    const ignored = ignoredFlags();
    const { flags, args, given } = await this.line({ ...ignored, ...SERVE_FLAGS });
    if (args.length > 0) throw this.usageError(`unexpected arguments: [${args.join(' ')}]`);
    for (const name of given) {
      if (Object.hasOwn(ignored, name)) this.err(`Warning: --${name} has no effect: kctl serve does not have that\n`);
    }
    const { startControlPlane } = await import('../control-plane.ts');
    const level = flags['log-level'];
    const log = lazyLog(level, async (): Promise<LineLog> => {
      const { default: pino } = await import('pino');
      const lines: LineLog = pino({ level }, pino.destination({ dest: 2, sync: true }));
      return lines;
    });
    const stopped = stopSignal((text) => this.err(text));
    const options = controlPlaneOptions(flags, given);
    const plane = await startControlPlane({
      ...options,
      dataDir: flags['data-dir'] ?? (await this.#directory(options)),
      log,
    });
    this.#announce(plane.url, plane.kubeconfigFile, flags.json);
    // Starting leaves a third of the heap as garbage, which V8 would keep until it needs the room.
    setTimeout(tidyUp, SETTLED_MS).unref();
    await stopped;
    await plane.close();
    // Nothing that somebody forgot may keep the process.
    setTimeout(() => process.exit(), LINGER_MS).unref();
  }

  /** Without state, a place that only this process knows and that goes with it. */
  async #directory({ inMemory }: ControlPlaneOptions): Promise<string> {
    if (inMemory !== true) return defaultDataDir(this.terminal.env);
    const { randomBytes } = await import('node:crypto');
    return join(tmpdir(), `kctl-${randomBytes(8).toString('hex')}`);
  }

  #announce(url: string, kubeconfig: string | undefined, json: boolean): void {
    if (json) {
      this.out(`${JSON.stringify({ url, kubeconfig, pid: process.pid })}\n`);
      return;
    }
    this.out(`Kubernetes API server: ${url}\n`);
    if (kubeconfig === undefined) return;
    this.out(`Kubeconfig:            ${kubeconfig}\n`);
    this.out(`Try:                   kubectl --kubeconfig ${kubeconfig} get namespaces\n`);
    if (this.terminal.stdout.isTTY) this.out('Ctrl-C stops the server.\n');
  }
}

function tidyUp(): void {
  collectGarbage();
  collectRarely();
}

/**
 * Resolves with the first signal to stop. A second one ends the process at once, and so does the time when a clean stop
 * takes too long.
 */
function stopSignal(tell: (text: string) => void): Promise<void> {
  return new Promise((resolve) => {
    let since: number | undefined;
    const onSignal = (): void => {
      if (since === undefined) {
        since = performance.now();
        setTimeout(() => {
          tell(`The server did not stop within ${STOP_MS / 1000} seconds and is ended.\n`);
          process.exit(1);
        }, STOP_MS).unref();
        resolve();
      } else if (performance.now() - since > SAME_SIGNAL_MS) process.exit(130);
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
  });
}
