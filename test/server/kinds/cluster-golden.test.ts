import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonObject, KubeObject } from '../../../src/api/object.ts';
import { serviceAllocation } from '../../../src/server/kinds/core/service-allocation.ts';
import { servicesKind } from '../../../src/server/kinds/core/services.ts';
import type { Kind } from '../../../src/server/kinds/kind.ts';
import { openMemoryStore } from '../../../src/store/memory/memory-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { CLUSTER_KINDS } from './cluster-kinds.ts';
import { causesOf, NOW, pick, warningTexts } from './golden-harness.ts';
import { type Answer, NAMESPACE, RegistryPlayer } from './registry-player.ts';

const GOLDEN = new URL('../../../../shared/golden/', import.meta.url);
const AREAS = ['defaults-others', 'validation-others', 'tables', 'subresources'];
const METHODS = ['POST', 'PUT', 'PATCH', 'GET', 'DELETE'];
/** What another layer answers: decoding, names in paths, other layers' refusals. */
const ELSEWHERE =
  /cannot be handled as|must be specified for an update|is forbidden: |resourceVersion should not|does not allow this method|namespaces? ".*" not found/;
/** Changed by admission, controllers or bootstrap of the reference in between, or decided elsewhere. */
const CHANGED_BY_OTHERS = new RegExp(
  [
    'defaults-others/(node #|service-account|put-without|ipaddress-and-servicecidr #4)',
    'subresources/(namespace-finalize|unknown-subresources)',
    'tables/(persistentvolumes #2|namespaces)',
    'defaults-others/statuses-written #2',
    // An empty map is none to the decoder.
    'validation-others/persistentvolume #1$',
    // Upstream allocates before it validates.
    'validation-others/(service-load-balancer-fields #8|service-cluster-ip-is-immutable #4)',
  ]
    .map((pattern) => `^${pattern}`)
    .join('|'),
);
/** Finalizers that admission adds. */
const FINALIZERS = /,?"finalizers":\["kubernetes.io\/(pvc?|vac)-protection"\]/g;

interface Step {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: JsonObject | string;
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
  const module = (await import(new URL(`scenarios/${area}.mjs`, GOLDEN).href)) as { default: Scenario[] };
  const text = readFileSync(new URL(`recordings/${area}.json`, GOLDEN), 'utf8');
  const recorded = JSON.parse(text) as Record<string, Recording[]>;
  return module.default.map(({ name, steps }) => ({
    name: `${area}/${name}`,
    steps,
    recordings: recorded[name] ?? [],
  }));
}

/** What chance made, and the tokens that recordings have for it, become the same words. */
function concrete<T>(value: T): T {
  const text = JSON.stringify(value ?? null)
    .replace(/\{ns\}|<ns>/g, 'ns')
    .replace(/<uid\d+>|[0-9a-f]{8}-0000-4000-8000-\d{12}/g, 'uid')
    .replace(/(?:\\[nt]|\s)*(?:(?:core\.PersistentVolume|@@ -)(?:[^"\\]|\\.)*|<diff>)/g, '<diff>')
    .replace(/"<time>"|"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"/g, '"2026-01-02T03:04:05Z"')
    .replace(/<ip\d+>|\b10\.\d+\.\d+\.\d+\b/g, '10.0.0.9')
    .replace(/"<(port\d+|nodeport)>"/g, '30009')
    .replace(/<nodeport>|\b3[0-2]\d{3}\b|(?<="nodePort":)\d+/g, '30009')
    .replace(FINALIZERS, '')
    .replace(/,?"resourceVersion":"[^"]*"/g, '');
  return JSON.parse(text) as T;
}

interface Target {
  readonly kind: Kind;
  readonly name: string;
  readonly subresource: string;
}

function targetOf(path: string, kinds: readonly Kind[]): Target | undefined {
  const words = path.split('/').filter((word) => word !== '');
  const groupWords = words[0] === 'api' ? 2 : 3;
  const group = words[0] === 'api' ? '' : words[1];
  const rest = words.slice(groupWords);
  const at = rest[0] === 'namespaces' && rest.length > 2 && rest[2] !== 'status' && rest[2] !== 'finalize' ? 2 : 0;
  const kind = kinds.find((k) => k.group === group && k.resource === rest[at]);
  if (kind === undefined || kind.namespaced !== (at === 2)) return undefined;
  const [name = '', subresource = ''] = rest.slice(at + 1);
  return { kind, name: concrete(name), subresource };
}

async function answer(player: RegistryPlayer, step: Step, target: Target): Promise<Answer | undefined> {
  const { kind, name, subresource } = target;
  if (!['', 'status'].includes(subresource) || /\{\{/.test(JSON.stringify(step))) return undefined;
  if (typeof step.body === 'string' || !METHODS.includes(step.method ?? '')) return undefined;
  const sent = JSON.parse(JSON.stringify(step.body ?? {}).replaceAll('{ns}', 'ns')) as JsonObject;
  if (step.method === 'POST') return player.create(kind, sent, step.path?.includes('dryRun=All'));
  if (step.method === 'PUT') return player.put(kind, name, sent, subresource);
  if (step.method === 'GET') return name === '' || name === NAMESPACE ? undefined : player.get(kind, name);
  if (step.method === 'DELETE') {
    if (name !== '') await player.delete(kind, name);
    return undefined;
  }
  const strategic = step.headers?.['content-type']?.includes('strategic') === true;
  return strategic ? player.strategic(kind, name, sent, subresource) : player.merge(kind, name, sent, subresource);
}

function compare(kind: Kind, step: Step, got: Answer, recorded: Recording): void {
  const body = recorded.body as JsonObject & { message?: string };
  if (recorded.status >= 300) {
    expect(concrete((got.body as { message?: string }).message)).toBe(concrete(body.message ?? null));
    if (step.show === undefined) expect(causesOf(concrete(got.body))).toEqual(causesOf(concrete(body)));
    expect(got.status).toBe(recorded.status);
    return;
  }
  expect(causesOf(got.body)).toEqual([]);
  expect(got.warnings).toEqual(warningTexts(recorded.warning).filter((text) => text !== kind.strategy.deprecation));
  if (body.kind === 'Table') {
    const cells = kind.table.cells(got.body as KubeObject, NOW);
    const wanted = (body as { rows?: { cells: unknown[] }[] }).rows?.[0]?.cells ?? [];
    expect(concrete(cells)).toEqual(concrete(wanted.map((c, i) => (/^<age>$/.test(String(c)) ? cells[i] : c))));
    return;
  }
  for (const path of (step.show ?? []).filter((shown) => shown !== 'message' && shown !== 'code'))
    expect({ [path]: concrete(pick(got.body, path)) }).toEqual({ [path]: concrete(body[path]) });
  if (step.show === undefined) expect(concrete(got.body)).toEqual(concrete(body));
}

function kindsOn(store: Store): Kind[] {
  const allocation = serviceAllocation({
    clusterIPRanges: ['10.0.0.0/16'],
    nodePortRange: '30000-32767',
    get: (key) => store.get(key),
    list: (options) => store.list(options),
  });
  return CLUSTER_KINDS.map((kind) => (kind.resource === 'services' ? servicesKind(allocation) : kind));
}

async function play({ name, steps, recordings }: Scenario): Promise<number> {
  const store = openMemoryStore();
  const player = new RegistryPlayer(store);
  const kinds = kindsOn(store);
  let compared = 0;
  let shown = 0;
  for (const step of steps) {
    const recorded = step.ignore === true || step.sleep !== undefined ? undefined : recordings[shown++];
    const target = targetOf((step.path ?? '').split('?')[0] ?? '', kinds);
    const got = target === undefined ? undefined : await answer(player, step, target);
    const title = `${name} #${shown}`;
    if (target === undefined || got === undefined || recorded === undefined || step.until !== undefined) continue;
    if (ELSEWHERE.test(JSON.stringify(recorded.body)) || CHANGED_BY_OTHERS.test(title)) continue;
    try {
      compare(target.kind, step, got, recorded);
    } catch (error) {
      (error as Error).message = `${title}: ${(error as Error).message}`;
      throw error;
    }
    compared += 1;
  }
  await player.close();
  return compared;
}

const hasGolden = existsSync(new URL('README.md', GOLDEN));

describe.skipIf(!hasGolden)('kinds of the cluster as recorded', async () => {
  const scenarios = hasGolden ? (await Promise.all(AREAS.map(scenariosOf))).flat() : [];
  const ours = scenarios.filter(({ steps }) =>
    steps.some((step) => targetOf((step.path ?? '').split('?')[0] ?? '', CLUSTER_KINDS) !== undefined),
  );
  let total = 0;
  it.each(ours.map((scenario) => [scenario.name, scenario] as const))('%s', async (_, scenario) => {
    total += await play(scenario);
  });
  it('compared a good many answers', () => {
    expect(total).toBeGreaterThan(150);
  });
});
