import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { TurnBatch } from '../../src/util/turn-batch.ts';

it('works on what one turn brought at its end, in order and before anything that it led to', async () => {
  const seen: string[] = [];
  const batch = new TurnBatch<string>((item) => {
    seen.push(item);
    void Promise.resolve().then(() => seen.push(`after ${item}`));
  });
  batch.add('a');
  await Promise.resolve();
  batch.add('b');
  expect(seen).toEqual([]);
  await nextTurn();
  expect(seen).toEqual(['a', 'b', 'after a', 'after b']);
});

it('leaves what is added meanwhile to the next turn', async () => {
  const seen: number[] = [];
  const batch = new TurnBatch<number>((item) => {
    seen.push(item);
    if (item < 3) batch.add(item + 1);
  });
  batch.add(1);
  for (const expected of [[1], [1, 2], [1, 2, 3], [1, 2, 3]]) {
    await nextTurn();
    expect(seen).toEqual(expected);
  }
});

it('lets too few wait for one turn, not for two', async () => {
  const seen: string[][] = [];
  const asked: number[] = [];
  const batch = new TurnBatch<string>(
    (item) => seen.at(-1)!.push(item),
    (items) => asked.push(items) > 0 && items < 3,
  );
  const turn = async () => {
    seen.push([]);
    await nextTurn();
  };
  batch.add('a');
  await turn();
  batch.add('b');
  await turn();
  await turn();
  for (const item of ['c', 'd', 'e']) batch.add(item);
  await turn();
  expect(seen).toEqual([[], ['a', 'b'], [], ['c', 'd', 'e']]);
  expect(asked).toEqual([1, 3]);
});

it('loses nothing when the work throws', async () => {
  const seen: number[] = [];
  const thrown: unknown[] = [];
  const before = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.once('uncaughtException', (error) => thrown.push(error));
  try {
    const batch = new TurnBatch<number>((item) => {
      if (item === 2) throw new Error('two');
      seen.push(item);
    });
    for (const item of [1, 2, 3, 4]) batch.add(item);
    await nextTurn();
    await nextTurn();
  } finally {
    process.removeAllListeners('uncaughtException');
    for (const listener of before) process.on('uncaughtException', listener);
  }
  expect(seen).toEqual([1, 3, 4]);
  expect(thrown).toMatchObject([{ message: 'two' }]);
});
