/**
 * `npm run bench`: how fast `kctl serve` is beside a bare node:https server that answers the same bytes.
 *
 *   npm run bench -- [--only ID,…] [--seconds 4] [--against URL,TOKEN] [--docs] [--profile ID]
 *
 * IDs: startup, get, list, list-selector, list-table, create-configmap, create-pod, patch, pod-cost, events.
 * Needs `npm run build` first. `--docs` writes the ratios to docs/benchmarks.md; `--profile` prints where the time goes.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Connection, type Target } from './connection.ts';
import { cleanUp, EVENTS_GOAL, ITEMS, type Item, POD_COST_LIMIT, prepare, watchRequest, writeEvent } from './items.ts';
import { CONNECTIONS, type Delivery, deliver, Load, succeeded } from './load.ts';
import { median } from './median.ts';
import { printHottest } from './profile.ts';
import { printRows, type Row, writeRatios } from './report.ts';
import { type BareServer, type KctlServer, SOURCES, startBare, startKctl } from './servers.ts';
import { measureStartup } from './startup.ts';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    seconds: { type: 'string', default: '4' },
    against: { type: 'string' },
    docs: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
});
const milliseconds = Number(options.seconds) * 1000;
/** Servers take turns, so that a slow moment of the machine hits them all; the median of the rounds counts. */
const ROUNDS = 8;
const scratch = mkdtempSync(join(tmpdir(), 'kctl-bench-'));

try {
  if (options.profile !== undefined) await profile(options.profile);
  else await compare();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

interface Servers {
  readonly kctl: KctlServer;
  readonly bare: BareServer;
  readonly other: Target | undefined;
}

async function compare(): Promise<void> {
  const dataDir = dataDirectory('data');
  const rows: Row[] = [];
  const kctl = await startKctl(dataDir);
  const bare = await startBare(dataDir);
  const other = options.against === undefined ? undefined : parseTarget(options.against);
  const servers = { kctl, bare, other };
  for (const target of [kctl, other]) if (target !== undefined) await prepare(target, CONNECTIONS);
  for (const item of ITEMS) if (wanted(item.id)) rows.push(await measure(servers, item));
  if (wanted('pod-cost')) rows.push(await measurePodCost(servers));
  if (wanted('events')) rows.push(...(await measureEvents(servers)));
  if (other !== undefined) await cleanUp(other);
  await kctl.stop();
  await bare.stop();
  if (wanted('startup')) rows.unshift(...(await startupRows(dataDir)));
  printRows(rows);
  if (options.docs) writeRatios(join(import.meta.dirname, '..', 'docs', 'benchmarks.md'), rows);
}

async function measure({ kctl, bare, other }: Servers, item: Item): Promise<Row> {
  const body = await answerOf(kctl, item);
  await bare.behave({ mode: item.mode, status: item.id.startsWith('create') ? 201 : 200, body });
  const targets = [kctl, bare, ...(other === undefined ? [] : [other])];
  const loads: Load[] = [];
  for (const target of targets) loads.push(await warmLoad(target, item));
  const [mine = 0, yardstick = 0, others] = await ratesInTurns(loads);
  return { title: item.title, unit: '1/s', kctl: mine, bare: yardstick, other: others, goal: item.goal };
}

/** How much longer a write of a Pod takes than one of a ConfigMap: the two take turns on the same server. */
async function measurePodCost({ kctl, other }: Servers): Promise<Row> {
  const of = async (target: Target): Promise<number> => {
    const loads: Load[] = [];
    for (const id of ['create-configmap', 'create-pod']) {
      const item = ITEMS.find((candidate) => candidate.id === id) as Item;
      // Names other than those of the items measured before.
      loads.push(await warmLoad(target, { ...item, request: (at, n) => item.request(CONNECTIONS + at, n) }));
    }
    const [configMaps = 0, pods = 0] = await ratesInTurns(loads);
    return configMaps / pods;
  };
  const title = 'a Pod created, in ConfigMaps created in the same time';
  return { title, unit: '×', kctl: await of(kctl), bare: 1, other: other && (await of(other)), limit: POD_COST_LIMIT };
}

/** The median rate of each; closes them. */
async function ratesInTurns(loads: readonly Load[]): Promise<number[]> {
  const rates = loads.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++)
    for (const [i, load] of loads.entries()) rates[i]?.push(await load.rate(milliseconds / ROUNDS));
  for (const load of loads) load.close();
  return rates.map(median);
}

/** Its connections are opened right before: one that sends nothing for 15 seconds is closed. */
async function warmLoad(target: Target, { request }: Item): Promise<Load> {
  const load = await Load.open(target, request);
  await load.warmUp();
  return load;
}

/** What kctl answers, for the bare server to repeat. */
async function answerOf(kctl: Target, item: Item): Promise<string> {
  const connection = await Connection.open(kctl);
  const { body } = succeeded(await connection.send(item.request(CONNECTIONS - 1, -1)));
  connection.close();
  return body.toString('utf8');
}

async function measureEvents({ kctl, bare, other }: Servers): Promise<Row[]> {
  const { body, event } = await exampleEvent(kctl);
  await bare.behave({ mode: 'watch', status: 200, body, event });
  const mine = await deliverTwice(kctl);
  const yardstick = await deliverTwice(bare);
  const others = other === undefined ? undefined : await deliverTwice(other);
  const row = (title: string, unit: string, key: keyof Delivery, goal?: number): Row => {
    return { title, unit, kctl: mine[key], bare: yardstick[key], other: others?.[key], goal };
  };
  return [
    row('200 watches × 300 events: delivered', '1/s', 'eventsPerSecond', EVENTS_GOAL),
    row('200 watches × 300 events: median delay', 'ms', 'p50'),
    row('200 watches × 300 events: delay, 99th percentile', 'ms', 'p99'),
  ];
}

/** The first run warms up. */
async function deliverTwice(target: Target): Promise<Delivery> {
  await deliver(target, watchRequest(await currentVersion(target)), writeEvent);
  return deliver(target, watchRequest(await currentVersion(target)), writeEvent);
}

/** The bare server has no versions: all it knows is to watch and to write. */
async function currentVersion(target: Target): Promise<string> {
  if ('behave' in target) return '0';
  const connection = await Connection.open(target);
  const { body } = succeeded(await connection.send({ method: 'GET', path: '/api/v1/namespaces?limit=1' }));
  connection.close();
  return /"resourceVersion":"(\d+)"/.exec(body.toString('utf8'))?.[1] ?? '0';
}

/** A patch's answer and the event that it causes, cut where the sequence number stands. */
async function exampleEvent(kctl: Target): Promise<{ body: string; event: [string, string] }> {
  const connection = await Connection.open(kctl);
  const answer = succeeded(await connection.send(writeEvent(0, '999999')));
  connection.close();
  const body = answer.body.toString('utf8');
  const [before = '', after = ''] = `{"type":"MODIFIED","object":${body.trimEnd()}}\n`.split(/(?<="seq":")999999/);
  return { body, event: [before, after] };
}

async function startupRows(usedDir: string): Promise<Row[]> {
  const { emptyMs, usedMs, bareMs, residentMb, bareResidentMb } = await measureStartup(scratch, usedDir);
  return [
    { title: 'ready on an empty data directory', unit: 'ms', kctl: emptyMs, bare: bareMs, limit: 500 },
    { title: 'ready on a used data directory', unit: 'ms', kctl: usedMs, bare: bareMs, limit: 300 },
    { title: 'resident memory after 2 s', unit: 'MB', kctl: residentMb, bare: bareResidentMb, limit: 100 },
  ];
}

async function profile(id: string): Promise<void> {
  const folder = join(scratch, 'profile');
  const started = performance.now();
  const kctl = await startKctl(dataDirectory('data'), ['--cpu-prof', `--cpu-prof-dir=${folder}`, SOURCES]);
  if (id !== 'startup') await prepare(kctl, CONNECTIONS);
  const prepared = (performance.now() - started) * 1000;
  const item = ITEMS.find((candidate) => candidate.id === id);
  if (item !== undefined) {
    const load = await Load.open(kctl, item.request);
    console.log(`${Math.round(await load.rate(3 * milliseconds))} requests per second under the profiler`);
    load.close();
  } else if (id === 'events') await deliverTwice(kctl);
  await kctl.stop();
  printHottest(folder, id === 'startup' ? 0 : prepared);
}

function dataDirectory(name: string): string {
  const dir = join(scratch, name);
  mkdirSync(dir);
  return dir;
}

function wanted(id: string): boolean {
  return options.only === undefined || options.only.split(',').includes(id);
}

function parseTarget(text: string): Target {
  const [url = '', token = ''] = text.split(',');
  return { url: url.replace(/\/$/, ''), token };
}
