/** The hottest functions of a V8 CPU profile (`node --cpu-prof`). */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
  readonly startTime: number;
}

/** Microseconds by function. */
interface Spent {
  readonly self: Map<string, number>;
  /** With everything that it called. */
  readonly total: Map<string, number>;
  busy: number;
}

const IDLE = new Set(['(idle)', '(root)', '(program)']);

/**
 * Prints the busiest functions by the time spent in themselves and, for the project's own, with what they called; both
 * as shares of the time that was not idle. `after` µs at the beginning (the start of the process) are left out.
 */
export function printHottest(folder: string, after = 0, count = 25): void {
  const file = readdirSync(folder).find((name) => name.endsWith('.cpuprofile'));
  if (file === undefined) throw new Error(`no CPU profile in ${folder}`);
  const spent = add(JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile, after);
  print('in themselves', spent.self, spent.busy, count);
  const own = [...spent.total].filter(([name]) => /\.ts:\d+$/.test(name));
  print('with what they called', new Map(own), spent.busy, count);
}

function add({ nodes, samples, timeDeltas }: CpuProfile, after: number): Spent {
  const names = new Map(nodes.map((node) => [node.id, nameOf(node)]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const spent: Spent = { self: new Map(), total: new Map(), busy: 0 };
  let at = 0;
  samples.forEach((id, i) => {
    const micros = timeDeltas[i] as number;
    at += micros;
    const name = names.get(id) as string;
    if (at < after || IDLE.has(name)) return;
    spent.busy += micros;
    increase(spent.self, name, micros);
    const stack = new Set<string>();
    for (let up: number | undefined = id; up !== undefined; up = parents.get(up)) stack.add(names.get(up) as string);
    for (const caller of stack) increase(spent.total, caller, micros);
  });
  return spent;
}

function increase(map: Map<string, number>, key: string, by: number): void {
  map.set(key, (map.get(key) ?? 0) + by);
}

function print(heading: string, times: ReadonlyMap<string, number>, busy: number, count: number): void {
  console.log(`\n${heading}:`);
  const hottest = [...times].sort((a, b) => b[1] - a[1]).slice(0, count);
  for (const [name, micros] of hottest) console.log(`${((100 * micros) / busy).toFixed(1).padStart(5)} %  ${name}`);
}

function nameOf({ callFrame: { functionName, url, lineNumber } }: ProfileNode): string {
  const name = functionName || '(anonymous)';
  if (name.startsWith('(') && url === '') return name;
  return `${name} ${url.split('/').slice(-1)[0] ?? ''}:${lineNumber + 1}`;
}
