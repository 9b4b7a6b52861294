/** Credentials from a program (client.authentication.k8s.io): KEP-541. */
import { spawn } from 'node:child_process';
import { parseJson } from '../api/json.ts';
import { isObject } from '../api/object.ts';
import { ClientError, errorText } from './client-error.ts';
import type { ClientCertificate, Credentials } from './credentials.ts';

export interface ExecPlugin {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly installHint?: string;
  readonly interactiveMode: 'Never' | 'IfAvailable' | 'Always';
  /** Given to the program when it asks for it with provideClusterInfo. */
  readonly cluster?: Readonly<Record<string, unknown>>;
}

export interface ExecHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether somebody can answer questions on standard input. */
  readonly interactive: boolean;
  readonly now: () => number;
  /** @throws ClientError for a program that may not run */
  readonly run: (call: ExecCall) => Promise<ExecResult>;
}

export interface ExecCall {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly interactive: boolean;
}

export interface ExecResult {
  readonly code: number;
  readonly stdout: string;
}

interface ExecCredential {
  readonly token?: string;
  readonly certificate?: ClientCertificate;
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
}

const VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];
const MAX_OUTPUT_BYTES = 1 << 20;

/** The program runs when credentials are first needed, when they expire, and after a 401. */
export function execCredentials(plugin: ExecPlugin, host: ExecHost): Credentials {
  let current: Promise<ExecCredential> | undefined;
  let expiresAt = Number.POSITIVE_INFINITY;
  const load = (): Promise<ExecCredential> => {
    if (current !== undefined && host.now() < expiresAt) return current;
    const loading = runPlugin(plugin, host);
    current = loading;
    expiresAt = Number.POSITIVE_INFINITY;
    loading.then(
      (credential) => {
        expiresAt = credential.expiresAt ?? Number.POSITIVE_INFINITY;
      },
      () => {
        if (current === loading) current = undefined;
      },
    );
    return loading;
  };
  return {
    async headers(): Promise<Record<string, string>> {
      const { token } = await load();
      return token === undefined ? {} : { authorization: `Bearer ${token}` };
    },
    certificate: async () => (await load()).certificate,
    async renew() {
      current = undefined;
      await load();
      return true;
    },
  };
}

async function runPlugin(plugin: ExecPlugin, host: ExecHost): Promise<ExecCredential> {
  if (!VERSIONS.includes(plugin.apiVersion)) {
    throw new ClientError('credentials', `exec plugin: invalid apiVersion "${plugin.apiVersion}"`);
  }
  const interactive = plugin.interactiveMode !== 'Never' && host.interactive;
  if (plugin.interactiveMode === 'Always' && !interactive) {
    throw new ClientError('credentials', `exec plugin ${plugin.command} needs a terminal on standard input`);
  }
  const { code, stdout } = await start(plugin, host, interactive);
  if (code !== 0) {
    throw new ClientError(
      'credentials',
      `getting credentials: exec: executable ${plugin.command} failed with exit code ${code}`,
    );
  }
  return parseCredential(plugin, stdout);
}

async function start(plugin: ExecPlugin, host: ExecHost, interactive: boolean): Promise<ExecResult> {
  const info = {
    kind: 'ExecCredential',
    apiVersion: plugin.apiVersion,
    spec: { interactive, ...(plugin.cluster === undefined ? {} : { cluster: plugin.cluster }) },
  };
  const own = Object.fromEntries(plugin.env.map(({ name, value }) => [name, value]));
  const env = { ...host.env, ...own, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
  try {
    return await host.run({ command: plugin.command, args: plugin.args, env, interactive });
  } catch (error) {
    if (error instanceof ClientError) throw error;
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const why = missing ? `executable ${plugin.command} not found` : errorText(error);
    const hint = missing && plugin.installHint ? `\n\n${plugin.installHint}` : '';
    throw new ClientError('credentials', `getting credentials: exec: ${why}${hint}`, { cause: error });
  }
}

function parseCredential({ command, apiVersion }: ExecPlugin, stdout: string): ExecCredential {
  let value: unknown;
  try {
    value = parseJson(stdout);
  } catch (error) {
    throw new ClientError('credentials', `exec plugin ${command} printed no JSON: ${errorText(error)}`, {
      cause: error,
    });
  }
  if (!isObject(value) || value['kind'] !== 'ExecCredential' || value['apiVersion'] !== apiVersion) {
    throw new ClientError('credentials', `exec plugin ${command} printed no ExecCredential of ${apiVersion}`);
  }
  const status = isObject(value['status']) ? value['status'] : {};
  const text = (name: string): string | undefined =>
    typeof status[name] === 'string' && status[name] !== '' ? (status[name] as string) : undefined;
  const token = text('token');
  const cert = text('clientCertificateData');
  const key = text('clientKeyData');
  if ((cert === undefined) !== (key === undefined)) {
    throw new ClientError('credentials', `exec plugin ${command} gave only one of certificate and key`);
  }
  if (token === undefined && cert === undefined) {
    throw new ClientError('credentials', `exec plugin ${command} didn't return a token or cert/key pair`);
  }
  const expiry = Date.parse(text('expirationTimestamp') ?? '');
  return {
    token,
    certificate: cert === undefined || key === undefined ? undefined : { cert, key },
    expiresAt: Number.isNaN(expiry) ? undefined : expiry,
  };
}

/** Runs a program with its error output on ours; standard input is ours when interactive. */
export function runProgram({ command, args, env, interactive }: ExecCall): Promise<ExecResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      env: { ...env },
      stdio: [interactive ? 'inherit' : 'ignore', 'pipe', 'inherit'],
    });
    const chunks: Buffer[] = [];
    let size = 0;
    child.stdout?.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_OUTPUT_BYTES) child.kill();
      else chunks.push(chunk);
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, stdout: Buffer.concat(chunks).toString('utf8') }));
  });
}
