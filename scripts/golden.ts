/**
 * `npm run golden`: plays the golden transcripts against the built server and holds every area to its floor.
 *
 *   npm run golden -- [--only AREA/NAME-PART] [--skip AREA,…] [--jobs 4] [--raise] [--docs] [--golden DIR]
 *
 * `--docs` writes docs/conformance.md's tables. Floors (test/golden-floors.json: scenarios passed per area) only rise; `--raise` lifts them to what this run passed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { clientBinaries } from '../test/helpers/kubectl.ts';
import { type Report, type Score, writeConformance } from './conformance.ts';

const root = join(import.meta.dirname, '..');
const floorsFile = join(root, 'test', 'golden-floors.json');
const READY_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 10_000;
/** Their scenarios wait for what does not exist yet, up to 80 seconds each and one after another. */
const SKIPPED = 'controllers';
const TOKENS = `admintoken,admin,uid-admin,"system:masters"
jane-token,jane,uid-jane,"dev,qa"
nobody-token,nobody,uid-nobody
`;

const SHOWN_CHARACTERS = 400;

type Counts = Record<string, number>;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    skip: { type: 'string', default: SKIPPED },
    jobs: { type: 'string', default: '4' },
    raise: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    docs: { type: 'boolean', default: false },
    golden: { type: 'string', default: join(root, '..', 'shared', 'golden') },
  },
});

process.exit(await main());

async function main(): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), 'kctl-golden-'));
  let server: ChildProcess | undefined;
  try {
    const port = await freePort();
    server = startServer(dir, port);
    await ready(server, port);
    const report = await check(dir, port);
    const byArea = scores(report);
    if (options.docs) writeConformance(join(root, 'docs', 'conformance.md'), byArea, report);
    printDifferences(report);
    return judge(byArea);
  } finally {
    await stop(server);
    rmSync(dir, { recursive: true, force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((done, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => done(port));
    });
  });
}

function startServer(dir: string, port: number): ChildProcess {
  const tokens = join(dir, 'tokens.csv');
  writeFileSync(tokens, TOKENS, { mode: 0o600 });
  const args = [
    ['serve', '--data-dir', dir, '--secure-port', String(port), '--token-auth-file', tokens],
    ['--service-cluster-ip-range', '10.0.0.0/16', '--authorization-mode', 'Node,RBAC'],
  ];
  return spawn(process.execPath, [join(root, 'bin', 'run.js'), ...args.flat()], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function ready(server: ChildProcess, port: number): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (server.exitCode !== null) throw new Error(`the server ended with exit code ${server.exitCode}`);
    if ((await statusOf(port).catch(() => 0)) === 200) return;
    await pause(50);
  }
  throw new Error(`no 200 from /readyz within ${READY_TIMEOUT_MS / 1000} s`);
}

function statusOf(port: number): Promise<number> {
  return new Promise((done, reject) => {
    const options = { host: '127.0.0.1', port, path: '/readyz', rejectUnauthorized: false, timeout: 2000 };
    const req = request(options, (res) => {
      res.resume();
      done(res.statusCode ?? 0);
    });
    req.on('timeout', () => req.destroy(new Error('timeout')));
    req.on('error', reject).end();
  });
}

/** Runs check.mjs over the wanted areas. It exits 1 when anything differs, which is no failure here. */
function check(dir: string, port: number): Promise<Report> {
  const golden = resolve(options.golden);
  const out = join(dir, 'report.json');
  const home = join(dir, 'home');
  mkdirSync(home);
  const args = [
    [join(golden, 'check.mjs'), '--server', `https://127.0.0.1:${port}`, '--token', 'admintoken'],
    ['--ca', join(dir, 'pki', 'ca.crt'), '--kubeconfig', join(dir, 'admin.kubeconfig')],
    ['--kubectl', clientBinaries().kubectl, '--json', out, '--jobs', options.jobs],
    ['--scenarios', wantedScenarios(golden, join(dir, 'scenarios'))],
    options.only === undefined ? [] : ['--only', options.only],
    options.verbose ? ['--verbose'] : [],
  ];
  return new Promise((done, reject) => {
    const env = { ...process.env, HOME: home };
    const child = spawn(process.execPath, args.flat(), { stdio: ['ignore', 'inherit', 'inherit'], env });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code !== 0 && code !== 1) reject(new Error(`check.mjs ended with exit code ${code}`));
      else done(JSON.parse(readFileSync(out, 'utf8')) as Report);
    });
  });
}

/** A folder of links to the scenarios that are not skipped; `--only` overrules `--skip`. */
function wantedScenarios(golden: string, folder: string): string {
  const skipped = options.only === undefined ? options.skip.split(',').filter(Boolean) : [];
  mkdirSync(folder);
  for (const file of readdirSync(join(golden, 'scenarios'))) {
    if (skipped.includes(file.replace(/\.mjs$/, ''))) continue;
    symlinkSync(join(golden, 'scenarios', file), join(folder, file));
  }
  return folder;
}

/** The first difference of each scenario, so that a log tells what differs now and then. */
function printDifferences(report: Report): void {
  for (const [id, { diffs }] of Object.entries(report))
    if (diffs.length > 0) console.log(`differs: ${id}: ${JSON.stringify(diffs[0]).slice(0, SHOWN_CHARACTERS)}`);
}

function scores(report: Report): Record<string, Score> {
  const byArea: Record<string, Score> = {};
  for (const [id, { diffs }] of Object.entries(report)) {
    const area = id.split('/')[0] as string;
    const { passed, of } = byArea[area] ?? { passed: 0, of: 0 };
    byArea[area] = { passed: passed + (diffs.length === 0 ? 1 : 0), of: of + 1 };
  }
  return byArea;
}

/** Exit code: 1 when an area fell below its floor. A part of an area says nothing about the floor. */
function judge(byArea: Record<string, Score>): number {
  if (options.only !== undefined) return 0;
  const floors = JSON.parse(readFileSync(floorsFile, 'utf8')) as Counts;
  console.log(`${'area'.padEnd(24)} passed      floor`);
  let fallen = 0;
  for (const [area, { passed, of }] of Object.entries(byArea)) {
    const floor = floors[area] ?? 0;
    const percent = `${Math.floor((100 * passed) / of)} %`;
    const verdict = passed < floor ? '  BELOW ITS FLOOR' : '';
    if (passed < floor) fallen++;
    console.log(
      `${area.padEnd(24)} ${`${passed}/${of}`.padEnd(8)} ${percent.padStart(5)} ${String(floor).padStart(5)}${verdict}`,
    );
  }
  if (options.raise) raise(floors, byArea);
  return fallen > 0 ? 1 : 0;
}

function raise(floors: Counts, byArea: Record<string, Score>): void {
  const areas = [...new Set([...Object.keys(floors), ...Object.keys(byArea)])].sort();
  const raised = areas.map((area) => [area, Math.max(floors[area] ?? 0, byArea[area]?.passed ?? 0)]);
  writeFileSync(floorsFile, `${JSON.stringify(Object.fromEntries(raised), null, 2)}\n`);
}

async function stop(server: ChildProcess | undefined): Promise<void> {
  if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((done) => server.once('exit', done));
  server.kill('SIGINT');
  const cut = setTimeout(() => {
    console.error(`the server did not stop within ${STOP_TIMEOUT_MS / 1000} s of SIGINT and was killed`);
    server.kill('SIGKILL');
  }, STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(cut);
}
