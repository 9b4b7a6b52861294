/** A log that is loaded when the first line is written: most servers write none, and pino takes 10 ms of a start. */
import type { Logger } from 'pino';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
type Level = (typeof LEVELS)[number];
type Line = readonly [level: Level, args: readonly unknown[]];

/** What writes lines. */
export type LineLog = Pick<Logger, Level>;

/** Has the methods that write lines, and no others; lines come in order. `load` is called once, if at all. */
export function lazyLog(level: string, load: () => Promise<LineLog>): Logger {
  const first = level === 'silent' ? LEVELS.length : Math.max(0, LEVELS.indexOf(level as Level));
  let loaded: LineLog | undefined;
  let waiting: Line[] | undefined;
  const put = (log: LineLog, [name, args]: Line): void => {
    (log[name] as (...args: readonly unknown[]) => void)(...args);
  };
  const write = (line: Line): void => {
    if (loaded !== undefined) put(loaded, line);
    else if (waiting !== undefined) waiting.push(line);
    else {
      waiting = [line];
      void load().then((log) => {
        loaded = log;
        for (const late of waiting ?? []) put(log, late);
      });
    }
  };
  const methods = LEVELS.map((name, i) => [name, i < first ? () => {} : (...args: unknown[]) => write([name, args])]);
  return { level, ...Object.fromEntries(methods) } as Logger;
}
