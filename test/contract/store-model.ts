import fc from 'fast-check';
import { expect } from 'vitest';
import { ConflictError, type Mutation, type Store } from '../../src/store/store.ts';
import { compareUtf8 } from '../../src/util/utf8-order.ts';
import { EventLog } from './event-log.ts';

type Change = { readonly key: string; readonly deletes: boolean; readonly stale: boolean };

export type Step =
  | { readonly do: 'commit'; readonly batches: readonly (readonly Change[])[] }
  | { readonly do: 'compact'; readonly part: number }
  | { readonly do: 'read'; readonly part: number; readonly limit: number; readonly after: string };

const key = fc.constantFrom('/a', '/a/1', '/a/2', '/a0', '/b', '/b/\u{1F600}', '/b/\uFFFD', '/c', '/__proto__');
const change = fc.record({ key, deletes: fc.boolean(), stale: fc.boolean().map((stale) => stale) });
const batch = fc.uniqueArray(change, { selector: (item) => item.key, minLength: 1, maxLength: 4 });
const part = fc.double({ min: 0, max: 1, noNaN: true });

/** Sequences of things to do to a store; `part` picks a revision between the compacted and the current one. */
export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('commit' as const),
        batches: fc.array(batch, { minLength: 1, maxLength: 4 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('compact' as const), part }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('read' as const), part, limit: fc.nat(4), after: key }) },
  ),
  { maxLength: 25 },
);

interface ModelEntry {
  readonly key: string;
  readonly value: string;
  readonly createRevision: number;
  readonly modRevision: number;
}

type State = ReadonlyMap<string, ModelEntry>;

/** Keeps every state there ever was. */
class Model {
  readonly states: State[] = [new Map()];
  readonly lines: string[][] = [[]];
  compacted = 0;

  get revision(): number {
    return this.states.length - 1;
  }

  get now(): State {
    return this.states.at(-1)!;
  }

  /** The key whose guard fails, or undefined when the batch was applied. */
  apply(mutations: readonly Mutation[]): string | undefined {
    const refused = mutations.find((m) => !this.#allows(m));
    if (refused !== undefined) return refused.key;
    const next = new Map(this.now);
    const revision = this.states.length;
    this.lines.push(mutations.map((m) => `${m.type} ${m.key} ${revision}<${this.now.get(m.key)?.modRevision ?? '-'}`));
    for (const m of mutations) {
      if (m.type === 'delete') next.delete(m.key);
      else {
        const createRevision = next.get(m.key)?.createRevision ?? revision;
        next.set(m.key, { key: m.key, value: m.value.toString(), createRevision, modRevision: revision });
      }
    }
    this.states.push(next);
    return undefined;
  }

  #allows(mutation: Mutation): boolean {
    const held = this.now.get(mutation.key);
    if (mutation.type === 'delete' && held === undefined) return false;
    return (held?.modRevision ?? 0) === mutation.expected;
  }

  pick(share: number): number {
    return this.compacted + Math.round(share * (this.revision - this.compacted));
  }

  list(revision: number, after: string, limit: number): { entries: ModelEntry[]; more: boolean } {
    const all = [...this.states[revision]!.values()]
      .filter((entry) => compareUtf8(entry.key, after) > 0)
      .sort((a, b) => compareUtf8(a.key, b.key));
    return { entries: limit > 0 ? all.slice(0, limit) : all, more: limit > 0 && all.length > limit };
  }
}

let values = 0;

function toMutation(state: State, { key: name, deletes, stale }: Change): Mutation {
  const expected = (state.get(name)?.modRevision ?? 0) + (stale && name === '/c' ? 1 : 0);
  return deletes
    ? { type: 'delete', key: name, expected }
    : { type: 'put', key: name, value: Buffer.from(`v${values++}`), expected };
}

/** All batches are sent at once; guards are computed before, so later ones of the step may well be refused. */
async function commitAll(store: Store, model: Model, batches: readonly (readonly Change[])[]): Promise<void> {
  const wanted = batches.map((changes) => changes.map((item) => toMutation(model.now, item)));
  const results = await Promise.allSettled(wanted.map((mutations) => store.commit(mutations)));
  for (const [i, mutations] of wanted.entries()) {
    const result = results[i]!;
    const refused = model.apply(mutations);
    if (refused === undefined) expect(result).toEqual({ status: 'fulfilled', value: model.revision });
    else expect((result as PromiseRejectedResult).reason).toBeInstanceOf(ConflictError);
  }
}

async function checkRead(store: Store, model: Model, step: Step & { do: 'read' }): Promise<void> {
  const revision = model.pick(step.part);
  const { entries, more } = await store.list({ prefix: '/', after: step.after, limit: step.limit, revision });
  const found = { entries: entries.map((e) => ({ ...e, value: e.value.toString() })), more };
  expect(found).toEqual(model.list(revision, step.after, step.limit));
  const entry = await store.get(step.after, revision);
  expect(entry?.modRevision).toBe(model.states[revision]!.get(step.after)?.modRevision);
  expect(await store.count('/')).toBe(model.now.size);
}

/** Does the steps to both, compares all the way, and at the end compares the whole history. */
export async function checkAgainstModel(store: Store, sequence: readonly Step[]): Promise<void> {
  const model = new Model();
  const live = new EventLog(store, '/', 0);
  for (const step of sequence) {
    if (step.do === 'commit') await commitAll(store, model, step.batches);
    else if (step.do === 'read') await checkRead(store, model, step);
    else {
      model.compacted = model.pick(step.part);
      await store.compact(model.compacted);
    }
  }
  const { entries } = model.list(model.revision, '', 0);
  const held = (await store.list({ prefix: '/' })).entries;
  expect(held.map((e) => ({ ...e, value: e.value.toString() }))).toEqual(entries);
  expect(live.lines).toEqual(model.lines.flat());
  if (model.revision > model.compacted) {
    const late = await new EventLog(store, '/', model.compacted).reach(model.revision);
    expect(late.events).toEqual(live.events.filter((event) => event.revision > model.compacted));
  }
  expect((await store.integrityCheck()).faults).toEqual([]);
}
