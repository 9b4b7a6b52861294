import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonObject, KubeObject } from '../../../src/api/object.ts';
import type { Kind } from '../../../src/server/kinds/kind.ts';
import { causesOf, NOW, pick, warningTexts } from './golden-harness.ts';
import { type Answer, RegistryPlayer } from './registry-player.ts';
import { pathPrefix, WORKLOAD_KINDS } from './workload-kinds.ts';

const GOLDEN = new URL('../../../../shared/golden/', import.meta.url);
const AREAS = [
  'defaults-workloads',
  'validation-pods',
  'validation-others',
  'defaults-others',
  'tables',
  'subresources',
];
/** What another layer answers: unparsable times, resource versions, admission. */
const ELSEWHERE = /parsing time|cannot be handled as|must be specified for an update|is forbidden: /;
/** Steps whose objects the reference's controllers, or kinds not played here, had changed in between. */
const CHANGED_BY_OTHERS = [
  'defaults-others/priorityclass #4',
  'tables/classes-and-leases #2',
  'subresources/scale-deployment #5',
];

interface Step {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: JsonObject;
  readonly show?: string[];
  readonly ignore?: boolean;
  readonly sleep?: number;
  readonly until?: unknown;
}

interface Recording {
  readonly status: number;
  readonly body: unknown;
  readonly warning?: string;
}

interface Scenario {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly recordings: readonly Recording[];
}

async function scenariosOf(area: string): Promise<Scenario[]> {
  const module = (await import(new URL(`scenarios/${area}.mjs`, GOLDEN).href)) as {
    default: { name: string; steps: Step[] }[];
  };
  const recorded = JSON.parse(readFileSync(new URL(`recordings/${area}.json`, GOLDEN), 'utf8')) as Record<
    string,
    Recording[]
  >;
  return module.default.map(({ name, steps }) => ({
    name: `${area}/${name}`,
    steps,
    recordings: recorded[name] ?? [],
  }));
}

/** Tokens of the recordings as something valid, and what chance made as the same. */
function concrete<T>(value: T): T {
  const text = JSON.stringify(value ?? null)
    .replace(/\{ns\}|<ns>/g, 'ns')
    .replace(/<uid\d+>|00000000-0000-4000-8000-\d{12}/g, 'uid')
    .replace(/core\.PodTemplateSpec[\s\S]*/g, '<struct>');
  return JSON.parse(text) as T;
}

function plain(value: unknown): unknown {
  const text = JSON.stringify(concrete(value))
    .replace(/"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"/g, '"<time>"')
    .replace(/,?"resourceVersion":"[^"]*"/g, '');
  return JSON.parse(text);
}

interface Target {
  readonly kind: Kind;
  readonly name: string;
  readonly subresource: string;
}

function targetOf(path: string): Target | undefined {
  const words = path.split('/');
  const kind = WORKLOAD_KINDS.find((k) => path.startsWith(pathPrefix(k)) && words.includes(k.resource));
  if (kind === undefined) return undefined;
  const [name = '', subresource = ''] = words.slice(words.lastIndexOf(kind.resource) + 1);
  return { kind, name: concrete(name), subresource };
}

/** The answer to a step; undefined for what is not played here. */
async function answer(player: RegistryPlayer, step: Step): Promise<Answer | undefined> {
  const [path = '', query = ''] = (step.path ?? '').split('?');
  const target = targetOf(path);
  if (target === undefined || !['', 'status'].includes(target.subresource)) return undefined;
  if (/\{\{/.test(JSON.stringify(step))) return undefined;
  const { kind, name, subresource } = target;
  const sent = concrete(step.body ?? {});
  if (step.method === 'POST') return player.create(kind, sent, query.includes('dryRun=All'));
  if (step.method === 'PUT') return player.put(kind, name, sent, subresource);
  if (step.method === 'GET' && name !== '') return player.get(kind, name);
  if (step.method !== 'PATCH') return undefined;
  const strategic = step.headers?.['content-type']?.includes('strategic') === true;
  return strategic ? player.strategic(kind, name, sent, subresource) : player.merge(kind, name, sent, subresource);
}

function compareTable(kind: Kind, obj: KubeObject, body: unknown): void {
  const rows = (body as { rows?: { cells: unknown[] }[] }).rows ?? [];
  const cells = kind.table.cells(obj, NOW).map((cell) => concrete(cell));
  expect(cells).toEqual(
    rows[0]?.cells.map((cell, i) => (/^<(age|time)>$/.test(String(cell)) ? cells[i] : concrete(cell))),
  );
}

function compare(kind: Kind, step: Step, got: Answer, recorded: Recording): void {
  const body = recorded.body as JsonObject & { message?: string };
  if (recorded.status >= 300) {
    const refusal = got.body as { message?: string };
    if (typeof body.message === 'string')
      expect(concrete(refusal.message)?.replace('Event.events.k8s.io', 'Event')).toBe(concrete(body.message));
    if (step.show === undefined) expect(causesOf(concrete(got.body))).toEqual(causesOf(concrete(body)));
    expect(got.status).toBe(recorded.status);
    return;
  }
  expect(causesOf(got.body)).toEqual([]);
  expect(got.warnings).toEqual(warningTexts(recorded.warning));
  if (body.kind === 'Table') {
    compareTable(kind, got.body as KubeObject, body);
    return;
  }
  for (const path of (step.show ?? []).filter((shown) => shown !== 'message' && shown !== 'code')) {
    expect({ [path]: plain(pick(got.body, path)) }).toEqual({ [path]: plain(body[path]) });
  }
  if (step.show === undefined) expect(plain(got.body)).toEqual(plain(body));
}

async function play({ name, steps, recordings }: Scenario): Promise<number> {
  const player = new RegistryPlayer();
  let compared = 0;
  try {
    let shown = 0;
    for (const step of steps) {
      const recorded = step.ignore === true || step.sleep !== undefined ? undefined : recordings[shown++];
      const got = await answer(player, step);
      const title = `${name} #${shown}`;
      if (got === undefined || recorded === undefined || step.until !== undefined) continue;
      if (ELSEWHERE.test(JSON.stringify(recorded.body)) || CHANGED_BY_OTHERS.includes(title)) continue;
      try {
        compare(targetOf((step.path ?? '').split('?')[0] ?? '')?.kind as Kind, step, got, recorded);
      } catch (error) {
        (error as Error).message = `${title}: ${(error as Error).message}`;
        throw error;
      }
      compared += 1;
    }
  } finally {
    await player.close();
  }
  return compared;
}

const hasGolden = existsSync(new URL('README.md', GOLDEN));

describe.skipIf(!hasGolden)('workloads as recorded', async () => {
  const scenarios = hasGolden ? (await Promise.all(AREAS.map(scenariosOf))).flat() : [];
  const ours = scenarios.filter(({ steps }) =>
    steps.some((step) => targetOf((step.path ?? '').split('?')[0] ?? '') !== undefined),
  );
  let compared = 0;
  it.each(ours.map((scenario) => [scenario.name, scenario] as const))('%s', async (_, scenario) => {
    compared += await play(scenario);
  });
  it('compared most of what is recorded', () => {
    expect(compared).toBeGreaterThan(200);
  });
});
