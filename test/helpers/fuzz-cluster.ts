/** A control plane that remembers what it logged as an error, and requests to it from inside the process. */
import { pino } from 'pino';
import type { JsonObject } from '../../src/api/object.ts';
import { type ControlPlane, type ControlPlaneOptions, startControlPlane } from '../../src/control-plane.ts';
import { BUILTIN_KINDS } from '../../src/server/kinds/index.ts';
import type { Kind } from '../../src/server/kinds/kind.ts';
import { validObject } from './valid-objects.ts';

const DEFAULT_ACCOUNT = '/api/v1/namespaces/default/serviceaccounts/default';

export interface Reply {
  readonly status: number;
  readonly text: string;
  /** Texts of Warning headers, one after the other. */
  readonly warning: string;
}

export interface FuzzCluster {
  readonly plane: ControlPlane;
  /** Log lines of level error, stacks included. */
  readonly errors: string[];
  /** As a member of system:masters. */
  send(method: string, path: string, body?: unknown, contentType?: string, accept?: string): Promise<Reply>;
  stop(): Promise<void>;
}

/** Comes once pods can be created: they are refused until the controllers have made the default service account. */
export async function startFuzzCluster(options: ControlPlaneOptions = {}): Promise<FuzzCluster> {
  const errors: string[] = [];
  const log = pino({ level: 'error' }, { write: (line: string) => void errors.push(line) });
  const plane = await startControlPlane({ inMemory: true, securePort: 0, log, ...options });
  const admin = plane.local({ name: 'admin', uid: '', groups: ['system:masters', 'system:authenticated'], extra: {} });
  const cluster: FuzzCluster = {
    plane,
    errors,
    async send(method, path, body, contentType = 'application/json', accept) {
      const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
      const headers: Record<string, string> = {
        ...(text === undefined ? {} : { 'content-type': contentType }),
        ...(accept === undefined ? {} : { accept }),
      };
      const response = await admin.send({ method, path, headers, body: text });
      const chunks: Buffer[] = [];
      for await (const chunk of response.body) chunks.push(chunk);
      const warning = String(response.headers['warning'] ?? '');
      return { status: response.status, text: Buffer.concat(chunks).toString('utf8'), warning };
    },
    stop: () => plane.close(),
  };
  while ((await cluster.send('GET', DEFAULT_ACCOUNT)).status !== 200) await new Promise((done) => setImmediate(done));
  return cluster;
}

/** Kinds that can be created, virtual ones included. */
export const CREATABLE: readonly Kind[] = BUILTIN_KINDS.filter(({ verbs }) => verbs.includes('create'));

export const title = ({ apiVersion, kind }: Kind): string => `${apiVersion} ${kind}`;

/** Where objects of the kind are created. */
export function collectionPath({ group, version, namespaced, resource }: Kind): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return `${root}${namespaced ? '/namespaces/default' : ''}/${resource}`;
}

/** @throws Error when the table of valid objects lacks the kind */
export function exampleOf(kind: Kind): JsonObject & { metadata: { name?: string } } {
  const object = validObject(kind.apiVersion, kind.kind);
  if (object === undefined) throw new Error(`no valid object for ${title(kind)}`);
  return object as JsonObject & { metadata: { name?: string } };
}
