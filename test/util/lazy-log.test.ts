import { expect, it } from 'vitest';
import { lazyLog } from '../../src/util/lazy-log.ts';

/** A log that notes its lines, and how often it was asked for. */
function recorder() {
  const lines: string[] = [];
  const write = (level: string) => (text: string) => void lines.push(`${level} ${text}`);
  const names = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
  const log = Object.fromEntries(names.map((name) => [name, write(name)]));
  const seen = { lines, loads: 0 };
  const load = async () => {
    seen.loads++;
    return log as never;
  };
  return { seen, load };
}

it('is loaded by the first line of its level, and keeps the order', async () => {
  const { seen, load } = recorder();
  const log = lazyLog('warn', load);
  log.debug('a');
  log.info('b');
  expect(seen.loads).toBe(0);
  log.warn('c');
  log.error('d');
  await Promise.resolve();
  await Promise.resolve();
  log.fatal('e');
  expect(seen).toEqual({ lines: ['warn c', 'error d', 'fatal e'], loads: 1 });
});
it('is never loaded when it is silent', () => {
  const { seen, load } = recorder();
  lazyLog('silent', load).fatal('a');
  expect(seen).toEqual({ lines: [], loads: 0 });
});
