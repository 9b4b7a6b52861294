// The informer of @kubernetes/client-node: list, then watch, through add, update and delete.
import { CoreV1Api, KubeConfig, type KubernetesObject, makeInformer, type V1ConfigMap } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../helpers/cluster.ts';

let cluster: Cluster;
let api: CoreV1Api;
const config = new KubeConfig();
const namespace = 'default';

beforeAll(async () => {
  cluster = await startCluster();
  config.loadFromString(cluster.plane.kubeconfig);
  api = config.makeApiClient(CoreV1Api);
});

afterAll(() => cluster.stop());

const create = (name: string, value: string): Promise<V1ConfigMap> =>
  api.createNamespacedConfigMap({ namespace, body: { metadata: { name, labels: { seen: 'yes' } }, data: { value } } });

it('hears of every change exactly once, in order', async () => {
  await create('before', '0');
  const heard: string[] = [];
  const note = (what: string) => (object: KubernetesObject) => {
    heard.push(`${what} ${object.metadata?.name} ${(object as V1ConfigMap).data?.['value']}`);
  };
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  const informer = makeInformer<V1ConfigMap>(
    config,
    path,
    () => api.listNamespacedConfigMap({ namespace, labelSelector: 'seen=yes' }),
    'seen=yes',
  );
  informer.on('add', note('add'));
  informer.on('update', note('update'));
  informer.on('delete', note('delete'));
  const connected = new Promise<void>((done) => informer.on('connect', () => done()));
  await informer.start();
  await connected;
  const made = await create('during', '1');
  for (const value of ['2', '3']) {
    const body = { ...(await api.readNamespacedConfigMap({ namespace, name: 'during' })), data: { value } };
    await api.replaceNamespacedConfigMap({ namespace, name: 'during', body });
  }
  await expect(api.replaceNamespacedConfigMap({ namespace, name: 'during', body: made })).rejects.toMatchObject({
    code: 409,
  });
  await api.deleteNamespacedConfigMap({ namespace, name: 'during' });
  await expect.poll(() => heard.length, { timeout: 10_000 }).toBe(5);
  expect(heard).toEqual(['add before 0', 'add during 1', 'update during 2', 'update during 3', 'delete during 3']);
  expect(informer.list().map(({ metadata }) => metadata?.name)).toEqual(['before']);
  await informer.stop();
});
