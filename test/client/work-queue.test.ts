import { expect, test } from 'vitest';
import { WorkQueue } from '../../src/client/work-queue.ts';
import { ManualClock } from '../../src/util/manual-clock.ts';

/** A reconcile whose calls end when the test says so. */
function controlled() {
  const calls: { key: string; finish: (result?: unknown) => void; fail: (error: Error) => void }[] = [];
  const reconcile = (key: string): Promise<unknown> =>
    new Promise((resolve, reject) => calls.push({ key, finish: resolve, fail: reject }));
  return { calls, reconcile };
}

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a burst of adds is one call', async () => {
  const { calls, reconcile } = controlled();
  const queue = new WorkQueue<string>({ reconcile });
  for (let i = 0; i < 5; i++) queue.add('a');
  await tick();
  expect(calls).toHaveLength(1);
  calls[0]?.finish();
  await queue.idle();
  expect(calls).toHaveLength(1);
});

test('a key added while at work has another turn, never two at once', async () => {
  const { calls, reconcile } = controlled();
  const queue = new WorkQueue<string>({ reconcile, concurrency: 5 });
  queue.add('a');
  await tick();
  queue.add('a');
  queue.add('a');
  await tick();
  expect(calls).toHaveLength(1);
  calls[0]?.finish();
  await tick();
  expect(calls).toHaveLength(2);
  calls[1]?.finish();
  await queue.idle();
  expect(calls).toHaveLength(2);
});

test('no more keys at once than allowed, in order of arrival', async () => {
  const { calls, reconcile } = controlled();
  const queue = new WorkQueue<string>({ reconcile, concurrency: 2 });
  for (const key of ['a', 'b', 'c', 'd']) queue.add(key);
  await tick();
  expect(calls.map(({ key }) => key)).toEqual(['a', 'b']);
  calls[1]?.finish();
  await tick();
  expect(calls.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
  for (const call of calls) call.finish();
  await tick();
  calls[3]?.finish();
  await queue.idle();
  expect(queue.size).toBe(0);
});

test('failures come again after growing pauses, a success resets them', async () => {
  const clock = new ManualClock();
  const { calls, reconcile } = controlled();
  const delays: number[] = [];
  const queue = new WorkQueue<string>({
    reconcile,
    clock,
    backoff: { initialMs: 10, maxMs: 25 },
    onError: (_e, _k, ms) => delays.push(ms),
  });
  queue.add('a');
  for (const [i, pause] of [10, 20, 25].entries()) {
    await tick();
    calls[i]?.fail(new Error('no'));
    await tick();
    clock.advance(pause - 1);
    await tick();
    expect(calls).toHaveLength(i + 1);
    clock.advance(1);
  }
  await tick();
  calls[3]?.finish();
  await tick();
  queue.add('a');
  await tick();
  calls[4]?.fail(new Error('no'));
  await tick();
  expect(delays).toEqual([10, 20, 25, 10]);
  await queue.stop();
});

test('a number asks for another call later; add comes before the delay', async () => {
  const clock = new ManualClock();
  const { calls, reconcile } = controlled();
  const queue = new WorkQueue<string>({ reconcile, clock });
  queue.add('a');
  await tick();
  calls[0]?.finish(1000);
  await tick();
  queue.addAfter('a', 2000);
  clock.advance(1000);
  await tick();
  expect(calls).toHaveLength(2);
  calls[1]?.finish(1000);
  await tick();
  queue.add('a');
  await tick();
  calls[2]?.finish();
  await tick();
  clock.advance(5000);
  await tick();
  expect(calls).toHaveLength(3);
});

test('stop waits for the work under way and starts no other', async () => {
  const { calls, reconcile } = controlled();
  const queue = new WorkQueue<string>({ reconcile });
  queue.add('a');
  queue.add('b');
  await tick();
  let stopped = false;
  const stopping = queue.stop().then(() => {
    stopped = true;
  });
  queue.add('c');
  await tick();
  expect(stopped).toBe(false);
  calls[0]?.finish();
  await stopping;
  expect(calls.map(({ key }) => key)).toEqual(['a']);
});
