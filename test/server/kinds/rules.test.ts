// What each kind fills in, refuses, keeps and shows, through the server's own door: tables of good and bad values in
// rules/. The matrix in docs/conformance.md names this file where a kind's table has an entry.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isObject, type JsonObject } from '../../../src/api/object.ts';
import { applyMergePatch } from '../../../src/api/patch/merge-patch.ts';
import { BUILTIN_KINDS } from '../../../src/server/kinds/index.ts';
import type { Kind } from '../../../src/server/kinds/kind.ts';
import { collectionPath, type FuzzCluster, type Reply, startFuzzCluster } from '../../helpers/fuzz-cluster.ts';
import { validObject } from '../../helpers/valid-objects.ts';
import { RULES } from './rules/index.ts';
import type { Change, Expected, Outcome, RuleTable, StrategyRule } from './rules/rule.ts';

const MERGE = 'application/merge-patch+json';
const TABLE = 'application/json;as=Table;g=meta.k8s.io;v=v1';
let cluster: FuzzCluster;

beforeAll(async () => {
  cluster = await startFuzzCluster();
});

afterAll(() => cluster.stop());

it('has a table for every kind', () => {
  expect(Object.keys(RULES).sort()).toEqual(BUILTIN_KINDS.map(keyOf).sort());
});

describe.each(Object.entries(RULES))('%s', (key, rules) => {
  const kind = BUILTIN_KINDS.find((candidate) => keyOf(candidate) === key) as Kind;
  const example = validObject(kind.apiVersion, kind.kind) ?? {};
  const collection = collectionPath(kind);
  const at = `${collection}/${(example['metadata'] as { name?: string } | undefined)?.name}`;
  const changed = (change: Change) => applyMergePatch(structuredClone(example), change) as JsonObject;
  const create = (change: Change, accept?: string) =>
    cluster.send('POST', `${collection}?dryRun=All`, changed(change), 'application/json', accept);

  it.each(named(rules.defaults))('fills in: %s', async (_, [change, expected]) => {
    expectOutcome(await create(change), expected);
  });

  it.each(named(rules.validation))('refuses or accepts: %s', async (_, [change, outcome]) => {
    expectOutcome(await create(change), outcome);
  });

  it.each(named(rules.strategy?.filter((rule) => !needsStored(rule))))('decides: %s', async (_, rule) => {
    await expectStrategy(rule, { at, collection, create });
  });

  it.each(named(rules.table?.filter(([change]) => !isOfStatus(kind, change))))(
    'shows: %s',
    async (_, [change, expected]) => {
      const reply = kind.unstored
        ? await cluster.send('GET', collection, undefined, undefined, TABLE)
        : await create(change, TABLE);
      expect(pickCells(reply, Object.keys(expected)), told(reply)).toEqual(expected);
    },
  );

  // What lies about may change what other objects get; so it lies about no longer than needed.
  describe.skipIf(!asksForStored(kind, rules))('once it is stored', () => {
    beforeAll(async () => {
      expect(told(await cluster.send('POST', collection, example))).toMatch(/^201/);
    });

    afterAll(async () => {
      await cluster.send('PATCH', at, { metadata: { finalizers: null } }, MERGE);
      await cluster.send('DELETE', at, { gracePeriodSeconds: 0 });
    });

    it.each(named(rules.strategy?.filter(needsStored)))('decides: %s', async (_, rule) => {
      await expectStrategy(rule, { at, collection, create });
    });

    it.each(named(rules.table?.filter(([change]) => isOfStatus(kind, change))))(
      'shows: %s',
      async (_, [change, expected]) => {
        const reply = await cluster.send('PATCH', `${at}/status?dryRun=All`, change, MERGE, TABLE);
        expect(pickCells(reply, Object.keys(expected)), told(reply)).toEqual(expected);
      },
    );

    it.each(named(rules['sub-resources']))('answers at: %s', async (_, [request, body, outcome]) => {
      const [method = '', sub = ''] = request.split(' ');
      const type = method === 'PATCH' ? MERGE : 'application/json';
      const query = method === 'GET' ? '' : `${sub.includes('?') ? '&' : '?'}dryRun=All`;
      expectOutcome(await cluster.send(method, `${at}/${sub}${query}`, body, type), outcome);
    });
  });
});

function keyOf({ apiVersion, kind }: Kind): string {
  return `${apiVersion}/${kind}`;
}

function needsStored([what]: StrategyRule): boolean {
  return what === 'update' || what === 'selects';
}

function asksForStored(kind: Kind, { strategy = [], table = [], ...rules }: RuleTable): boolean {
  if (kind.virtual !== undefined || kind.unstored !== undefined) return false;
  const ofStatus = table.some(([change]) => isOfStatus(kind, change));
  return ofStatus || rules['sub-resources'] !== undefined || strategy.some(needsStored);
}

function isOfStatus(kind: Kind, change: Change): boolean {
  return kind.subresources.has('status') && Object.hasOwn(change, 'status');
}

function named<T extends readonly unknown[]>(rules: readonly T[] | undefined): [string, T][] {
  return (rules ?? []).map((rule) => [JSON.stringify(rule).slice(0, 120), rule]);
}

interface Door {
  readonly at: string;
  readonly collection: string;
  create(change: Change): Promise<Reply>;
}

async function expectStrategy([what, given, outcome]: StrategyRule, { at, collection, create }: Door): Promise<void> {
  if (what === 'selects') {
    const reply = await cluster.send('GET', `${collection}?fieldSelector=${encodeURIComponent(given)}`);
    const { items = [] } = JSON.parse(reply.text) as { items?: { metadata: { name: string } }[] };
    expect([reply.status, items.some(({ metadata }) => at.endsWith(`/${metadata.name}`))], told(reply)).toEqual([
      200,
      outcome,
    ]);
  } else if (what === 'warns') {
    expect((await create(given)).warning).toContain(outcome);
  } else {
    expectOutcome(
      what === 'create' ? await create(given) : await cluster.send('PATCH', `${at}?dryRun=All`, given, MERGE),
      outcome,
    );
  }
}

function expectOutcome(reply: Reply, outcome: Outcome): void {
  if (typeof outcome === 'string')
    expect(
      refusalsIn(reply).some((text) => text.startsWith(outcome)),
      told(reply),
    ).toBe(true);
  else expect([reply.status < 300, pickAll(reply, Object.keys(outcome))], told(reply)).toEqual([true, outcome]);
}

/** The causes with their fields, and the message. */
function refusalsIn({ text }: Reply): string[] {
  const { message, details } = JSON.parse(text) as {
    message?: string;
    details?: { causes?: { field?: string; message?: string }[] };
  };
  const causes = (details?.causes ?? []).map((cause) => `${cause.field}: ${cause.message}`);
  return [...causes, message ?? ''];
}

function pickAll({ text }: Reply, paths: readonly string[]): Expected {
  const object = JSON.parse(text) as unknown;
  return Object.fromEntries(paths.map((path) => [path, valueAt(object, path)]));
}

/** `spec/ports/0/port` */
function valueAt(object: unknown, path: string): unknown {
  return path
    .split('/')
    .reduce<unknown>(
      (value, key) =>
        isObject(value) || Array.isArray(value) ? (value as JsonObject)[key.replaceAll('~1', '/')] : undefined,
      object,
    );
}

function pickCells({ text }: Reply, columns: readonly string[]): Expected {
  const { columnDefinitions = [], rows = [] } = JSON.parse(text) as {
    columnDefinitions?: { name: string }[];
    rows?: { cells: unknown[] }[];
  };
  const cells = columnDefinitions.map(({ name }, i) => [name, rows[0]?.cells[i]] as const);
  return Object.fromEntries(cells.filter(([name]) => columns.includes(name)));
}

function told({ status, text }: Reply): string {
  return `${status} ${text.slice(0, 2000)}`;
}
