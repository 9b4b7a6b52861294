import { expect, it } from 'vitest';
import { MeasuredStore } from '../../../src/server/endpoints/metrics/measured-store.ts';
import { Metrics } from '../../../src/server/endpoints/metrics/metrics.ts';
import { versionInfo } from '../../../src/server/endpoints/version.ts';
import { openMemoryStore } from '../../../src/store/memory/memory-store.ts';

it('books each operation on what its key is about, whatever came before', async () => {
  const metrics = new Metrics({ version: versionInfo() });
  const store = new MeasuredStore(openMemoryStore(), metrics);
  const create = (key: string) => store.commit([{ type: 'put', key, value: Buffer.alloc(1), expected: 0 }]);
  await create('/registry/core/pods/a/1');
  await create('/registry/core/podsets/a/1');
  await create('/registry/core/pods/b/1');
  await create('/registry/apps/pods/b/1');
  await store.get('/registry/core/podsets/a/1');
  await store.list({ prefix: '/registry/core/pods/' });
  await store.list({ prefix: '/registry/core/pods/b/' });
  await store.commit([{ type: 'delete', key: '/registry/core/pods/a/1', expected: 1 }]);
  const lines = (await metrics.text()).split('\n').filter((line) => line.startsWith('etcd_requests_total{'));
  const counted = lines.map((line) => {
    const label = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(line)?.[1];
    return [label('operation'), label('group'), label('resource'), line.split(' ').at(-1)].join(' ');
  });
  expect(counted.toSorted()).toEqual([
    'create  pods 2',
    'create  podsets 1',
    'create apps pods 1',
    'delete  pods 1',
    'get  podsets 1',
    'list  pods 2',
  ]);
  await store.close();
});
