/** `--profile`: what the command spends its time or memory on, for Chrome's and VS Code's profile viewers. */
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { CliError } from './errors.ts';

/** kubectl's names, and what V8 calls the two that it has. */
const PROFILES: Readonly<Record<string, 'Profiler' | 'HeapProfiler' | undefined>> = {
  cpu: 'Profiler',
  heap: 'HeapProfiler',
  goroutine: undefined,
  threadcreate: undefined,
  block: undefined,
  mutex: undefined,
  trace: undefined,
};

/** Records from now on; the end of the process writes the file. @throws CliError */
export function startProfile(name: string, file: string): void {
  if (!Object.hasOwn(PROFILES, name)) throw new CliError(`unknown profile '${name}'`);
  const domain = PROFILES[name];
  if (domain === undefined) throw new CliError(`profile '${name}' is of Go programs: kctl has cpu and heap`);
  const session = new Session();
  session.connect();
  session.post(`${domain}.enable`);
  session.post(domain === 'Profiler' ? 'Profiler.start' : 'HeapProfiler.startSampling');
  process.once('exit', () => finish(session, domain, file));
}

/** The inspector answers within the call, so that it works while the process ends. */
function finish(session: Session, domain: 'Profiler' | 'HeapProfiler', file: string): void {
  const stop = domain === 'Profiler' ? 'Profiler.stop' : 'HeapProfiler.stopSampling';
  session.post(stop, (error: Error | null, answer?: object) => {
    const { profile } = (answer ?? {}) as { profile?: object };
    if (error === null && profile !== undefined) writeFileSync(file, JSON.stringify(profile));
  });
}
