/** The table of what is measured over HTTP, in order. */
import { Connection, type Request, type Target } from './connection.ts';
import { type RequestMaker, succeeded } from './load.ts';

export interface Item {
  readonly id: string;
  readonly title: string;
  /** Least share of the bare server's rate. */
  readonly goal: number;
  readonly mode: 'read' | 'write';
  readonly request: RequestMaker;
}

export const NAMESPACE = 'kctl-bench';
const CONFIG_MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
const LISTED = `/api/v1/namespaces/${NAMESPACE}-list/configmaps`;
const LISTED_COUNT = 1000;
const JSON_TYPE = { 'content-type': 'application/json' };
const MERGE_TYPE = { 'content-type': 'application/merge-patch+json' };
const TABLE_TYPE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' };
const KILOBYTE = 'x'.repeat(1000);
/** Names of one run do not meet those of an earlier one on the same server. */
const RUN = Date.now().toString(36);

function configMap(name: string, labels?: Record<string, string>): string {
  const metadata = { name, ...(labels === undefined ? {} : { labels }) };
  return JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { text: KILOBYTE } });
}

function pod(name: string): string {
  const container = {
    name: 'app',
    image: 'registry.test/app:1',
    ports: [{ containerPort: 8080 }],
    env: [{ name: 'MODE', value: 'production' }],
    resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } },
    readinessProbe: { httpGet: { path: '/ready', port: 8080 } },
  };
  const spec = { containers: [container] };
  return JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: 'bench' } }, spec });
}

const get = (path: string, headers: Record<string, string> = {}): RequestMaker => {
  const request = { method: 'GET', path, headers };
  return () => request;
};

const create =
  (path: string, render: (name: string) => string): RequestMaker =>
  (connection, n) => ({ method: 'POST', path, headers: JSON_TYPE, body: render(`${RUN}-${connection}-${n}`) });

/** One object per connection, so that no two patches meet. */
const patch: RequestMaker = (connection, n) => ({
  method: 'PATCH',
  path: `${CONFIG_MAPS}/patched-${connection}`,
  headers: MERGE_TYPE,
  body: `{"data":{"seq":"${n}"}}`,
});

export const ITEMS: readonly Item[] = [
  { id: 'get', title: 'GET of a 1 KB ConfigMap', goal: 0.6, mode: 'read', request: get(`${CONFIG_MAPS}/one`) },
  { id: 'list', title: 'LIST of 1,000', goal: 0.6, mode: 'read', request: get(LISTED) },
  {
    id: 'list-selector',
    title: 'LIST of 1,000, label selector (half match)',
    goal: 0.6,
    mode: 'read',
    request: get(`${LISTED}?labelSelector=side%3Dleft`),
  },
  { id: 'list-table', title: 'LIST of 1,000 as Table', goal: 0.6, mode: 'read', request: get(LISTED, TABLE_TYPE) },
  {
    id: 'create-configmap',
    title: 'create ConfigMap',
    goal: 0.4,
    mode: 'write',
    request: create(CONFIG_MAPS, configMap),
  },
  {
    id: 'create-pod',
    title: 'create Pod',
    goal: 0.4,
    mode: 'write',
    request: create(`/api/v1/namespaces/${NAMESPACE}/pods`, pod),
  },
  { id: 'patch', title: 'merge patch of a ConfigMap', goal: 0.4, mode: 'write', request: patch },
];

export const EVENTS_GOAL = 0.5;
/** Creates of ConfigMaps in the time of one of a Pod. */
export const POD_COST_LIMIT = 1.5;
/** Every change in the namespace, from `resourceVersion` on. */
export const watchRequest = (resourceVersion: string): Request => ({
  method: 'GET',
  path: `${CONFIG_MAPS}?watch=true&resourceVersion=${resourceVersion}`,
});
export const writeEvent = (connection: number, seq: string): Request => ({
  method: 'PATCH',
  path: `${CONFIG_MAPS}/patched-${connection}`,
  headers: MERGE_TYPE,
  body: `{"data":{"seq":"${seq}"}}`,
});

/** Namespaces and objects that the items read and change. */
export async function prepare(target: Target, writers: number): Promise<void> {
  const connection = await Connection.open(target);
  const post = async (path: string, body: string): Promise<void> => {
    const answer = await connection.send({ method: 'POST', path, headers: JSON_TYPE, body });
    if (answer.status !== 409) succeeded(answer);
  };
  for (const name of [NAMESPACE, `${NAMESPACE}-list`]) {
    await post('/api/v1/namespaces', JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
  }
  await untilFound(connection, `/api/v1/namespaces/${NAMESPACE}/serviceaccounts/default`);
  await post(CONFIG_MAPS, configMap('one'));
  for (let i = 0; i < writers; i++) await post(CONFIG_MAPS, configMap(`patched-${i}`));
  for (let i = 0; i < LISTED_COUNT; i++) {
    await post(LISTED, configMap(`listed-${i}`, { side: i % 2 === 0 ? 'left' : 'right' }));
  }
  connection.close();
}

async function untilFound(connection: Connection, path: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while ((await connection.send({ method: 'GET', path })).status !== 200) {
    if (Date.now() > deadline) throw new Error(`${path} does not appear`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

export async function cleanUp(target: Target): Promise<void> {
  const connection = await Connection.open(target);
  for (const name of [NAMESPACE, `${NAMESPACE}-list`]) {
    await connection.send({ method: 'DELETE', path: `/api/v1/namespaces/${name}` });
  }
  connection.close();
}
