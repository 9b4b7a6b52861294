import { describe, expect, it } from 'vitest';
import { healthHandlers } from '../../../src/server/endpoints/health.ts';
import { ask } from './fake-request.ts';

const healthy = healthHandlers([
  { name: 'etcd', check: () => {}, endpoints: ['healthz', 'livez'] },
  { name: 'poststarthook/rbac/bootstrap-roles', check: async () => {} },
]);
const ill = healthHandlers([
  {
    name: 'etcd',
    check: () => {
      throw new Error('disk is gone');
    },
  },
  { name: 'late', check: () => Promise.reject(new Error('still starting')) },
]);

describe('health endpoints', () => {
  it.each([
    ['/healthz', 'ok'],
    ['/livez?exclude=etcd', 'ok'],
    ['/livez?exclude=nonesuch', 'ok'],
    ['/livez/etcd', 'ok'],
    ['/readyz/poststarthook/rbac/bootstrap-roles', 'ok'],
    ['/healthz?verbose', '[+]ping ok\n[+]etcd ok\n[+]poststarthook/rbac/bootstrap-roles ok\nhealthz check passed\n'],
    ['/livez?verbose=0', '[+]ping ok\n[+]etcd ok\n[+]poststarthook/rbac/bootstrap-roles ok\nlivez check passed\n'],
    ['/readyz?verbose', '[+]ping ok\n[+]poststarthook/rbac/bootstrap-roles ok\nreadyz check passed\n'],
    [
      '/livez?verbose&exclude=ping&exclude=other&exclude=etcd&exclude=nonesuch',
      '[+]ping excluded: ok\n[+]etcd excluded: ok\n[+]poststarthook/rbac/bootstrap-roles ok\n' +
        'warn: some health checks cannot be excluded: no matches for "nonesuch","other"\nlivez check passed\n',
    ],
  ])('%s is well', async (path, text) => {
    expect(await ask(healthy, path)).toMatchObject({
      status: 200,
      text,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    });
  });

  it.each([
    ['/readyz', '[+]ping ok\n[-]etcd failed: reason withheld\n[-]late failed: reason withheld\nreadyz check failed\n'],
    [
      '/readyz?exclude=etcd',
      '[+]ping ok\n[+]etcd excluded: ok\n[-]late failed: reason withheld\nreadyz check failed\n',
    ],
    ['/healthz/etcd', 'internal server error: disk is gone\n'],
  ])('%s is ill', async (path, text) => {
    expect(await ask(ill, path)).toMatchObject({ status: 500, text });
  });

  it('passes when what is ill is excluded', async () => {
    expect((await ask(ill, '/readyz?exclude=etcd&exclude=late')).text).toBe('ok');
  });

  it.each(['/healthz/nonesuch', '/livez/', '/readyz/etcd', '/healthzz'])('has nothing at %s', async (path) => {
    expect((await ask(healthy, path)).status).toBe(0);
  });
});
