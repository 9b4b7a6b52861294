/** The hottest functions of a V8 CPU profile (`node --cpu-prof`), by the time spent in themselves. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
}

interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const IDLE = new Set(['(idle)', '(root)', '(program)']);

/** Prints the busiest `count` functions with their share of the time that was not idle. */
export function printHottest(folder: string, count = 25): void {
  const file = readdirSync(folder).find((name) => name.endsWith('.cpuprofile'));
  if (file === undefined) throw new Error(`no CPU profile in ${folder}`);
  const profile = JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile;
  const names = new Map(profile.nodes.map((node) => [node.id, nameOf(node)]));
  const self = new Map<string, number>();
  let busy = 0;
  profile.samples.forEach((id, i) => {
    const name = names.get(id) as string;
    if (IDLE.has(name)) return;
    const spent = profile.timeDeltas[i] as number;
    busy += spent;
    self.set(name, (self.get(name) ?? 0) + spent);
  });
  const hottest = [...self].sort((a, b) => b[1] - a[1]).slice(0, count);
  for (const [name, spent] of hottest) console.log(`${((100 * spent) / busy).toFixed(1).padStart(5)} %  ${name}`);
}

function nameOf({ callFrame: { functionName, url, lineNumber } }: ProfileNode): string {
  const name = functionName || '(anonymous)';
  if (name.startsWith('(') && url === '') return name;
  return `${name} ${url.split('/').slice(-1)[0] ?? ''}:${lineNumber + 1}`;
}
