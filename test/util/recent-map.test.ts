import { expect, it } from 'vitest';
import { RecentMap } from '../../src/util/recent-map.ts';

it('remembers what was used lately, of twice its capacity at most', () => {
  const recent = new RecentMap<number, string>(10);
  for (let i = 0; i < 1000; i++) {
    recent.set(i, `value ${i}`);
    expect(recent.get(0), `after ${i}`).toBe('value 0');
  }
  const kept = Array.from({ length: 1000 }, (_, i) => recent.get(i)).filter((value) => value !== undefined);
  expect(recent.get(999)).toBe('value 999');
  expect(kept.length).toBeLessThanOrEqual(20);
});

it('answers with the newest value of a key', () => {
  const recent = new RecentMap<string, number>(1);
  recent.set('a', 1);
  recent.set('b', 2);
  recent.set('a', 3);
  expect(recent.get('a')).toBe(3);
});
