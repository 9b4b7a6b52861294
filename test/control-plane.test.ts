import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, expect, it } from 'vitest';
import { startControlPlane } from '../src/control-plane.ts';

const scratch = mkdtempSync(join(tmpdir(), 'kctl-plane-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** What keeps a process alive, by kind. */
function handles(): string[] {
  return process.getActiveResourcesInfo().filter((kind) => !['PipeWrap', 'MessagePort', 'TTYWrap'].includes(kind));
}

/** After collecting what is no longer used. */
function heapMb(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

const ADMIN = { name: 'admin', uid: '', groups: ['system:masters'], extra: {} };

/** Ends it when its controllers have done something. */
async function startAndClose(): Promise<void> {
  const plane = await startControlPlane({ inMemory: true, securePort: 0 });
  const path = '/api/v1/namespaces/default/serviceaccounts/default';
  while ((await plane.local(ADMIN).send({ method: 'GET', path })).status !== 200) await turn(5);
  await plane.close();
}

it('twenty planes come and go, and leave neither handles nor much memory', async () => {
  for (let i = 0; i < 3; i++) await startAndClose();
  const [before, heapBefore] = [handles(), heapMb()];
  for (let i = 0; i < 20; i++) await startAndClose();
  // The wait for this has a timer of its own.
  await expect.poll(() => handles().length, { timeout: 2000 }).toBeLessThan(before.length + 3);
  expect(heapMb() - heapBefore).toBeLessThan(8);
});

it('closes once, whoever asks, and while requests of its own are under way', async () => {
  const plane = await startControlPlane({ inMemory: true, securePort: 0 });
  const watch = await plane.local(ADMIN).send({ method: 'GET', path: '/api/v1/pods?watch=true' });
  expect(watch.status).toBe(200);
  await Promise.all([plane.close(), plane.close()]);
});

it('an aborted request from inside ends, answered or not', async () => {
  const plane = await startControlPlane({ inMemory: true, securePort: 0 });
  const abort = new AbortController();
  const list = plane.local(ADMIN).send({ method: 'GET', path: '/api/v1/pods', signal: abort.signal });
  abort.abort(new Error('enough'));
  await expect(list).rejects.toThrow('enough');
  await plane.close();
});

it('a start that fails leaves nothing behind', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as { port: number };
  const before = handles();
  const options = { inMemory: true, dataDir: join(scratch, 'failed'), securePort: port };
  await expect(startControlPlane(options)).rejects.toThrow(/EADDRINUSE/);
  await new Promise((resolve) => taken.close(resolve));
  await expect.poll(() => handles().length, { timeout: 2000 }).toBeLessThan(before.length);
  expect(readdirSync(scratch)).toEqual([]);
});
