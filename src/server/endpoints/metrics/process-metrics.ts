/** What every Prometheus client library tells about its process; read from the system when asked for. */
import { readdir, readFile } from 'node:fs/promises';
import type { VersionInfo } from '../version.ts';
import { computed, type Metric } from './series.ts';

const PAGE_BYTES = 4096;

export function processMetrics(): Metric[] {
  return [
    number('counter', 'process_cpu_seconds_total', 'User and system CPU time in seconds.', cpuSeconds),
    number('gauge', 'process_resident_memory_bytes', 'Resident memory in bytes.', () => process.memoryUsage.rss()),
    number('gauge', 'process_virtual_memory_bytes', 'Virtual memory in bytes.', virtualMemory),
    number('gauge', 'process_start_time_seconds', 'When the process started, in seconds since the epoch.', startTime),
    number('gauge', 'process_open_fds', 'Open file descriptors.', async () => (await readdir('/proc/self/fd')).length),
    number('gauge', 'process_max_fds', 'Most file descriptors that may be open.', maxDescriptors),
    number(
      'gauge',
      'nodejs_heap_size_used_bytes',
      'Used part of the JavaScript heap in bytes.',
      () => process.memoryUsage().heapUsed,
    ),
  ];
}

export function buildInfo(info: VersionInfo): Metric {
  const labels = {
    major: info.major,
    minor: info.minor,
    git_version: info.gitVersion,
    git_commit: info.gitCommit,
    git_tree_state: info.gitTreeState,
    build_date: info.buildDate,
    go_version: info.goVersion,
    compiler: info.compiler,
    platform: info.platform,
  };
  return computed('gauge', 'kubernetes_build_info', 'Always 1; the labels say which build this is.', () => [
    { labels, value: 1 },
  ]);
}

/** Left out where the system does not tell. */
function number(type: 'counter' | 'gauge', name: string, help: string, read: () => number | Promise<number>): Metric {
  return computed(type, name, help, async () => {
    try {
      return [{ labels: {}, value: await read() }];
    } catch {
      return [];
    }
  });
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function startTime(): number {
  return Math.round(Date.now() / 1000 - process.uptime());
}

async function virtualMemory(): Promise<number> {
  const [pages] = (await readFile('/proc/self/statm', 'utf8')).split(' ');
  return Number(pages) * PAGE_BYTES;
}

async function maxDescriptors(): Promise<number> {
  const limit = /^Max open files\s+(\d+)/m.exec(await readFile('/proc/self/limits', 'utf8'));
  if (limit === null) throw new Error('no such limit');
  return Number(limit[1]);
}
