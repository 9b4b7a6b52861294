import { ConflictError, type Entry, type Mutation, StoreError, type StoreEvent } from '../store.ts';
import type { Engine } from './engine.ts';

export interface Applied {
  readonly revision: number;
  readonly events: readonly StoreEvent[];
}

/** What became of one commit of a group: its changes, or why it was refused. */
export type Outcome = Applied | Error;

/** The guard of one mutation; gives what the key holds now. */
function checkGuard(engine: Engine, mutation: Mutation): Entry | undefined {
  const held = engine.read(mutation.key);
  const unchanged = (held?.modRevision ?? 0) === mutation.expected;
  if (!unchanged || (held === undefined && mutation.type === 'delete')) throw new ConflictError(mutation.key, held);
  return held;
}

/** An event's place within its revision has 20 bits in the SQLite log. */
const mostMutations = 2 ** 20;

function checkDistinct(mutations: readonly Mutation[]): void {
  if (mutations.length > mostMutations)
    throw new StoreError('Failed', `a commit has more than ${mostMutations} mutations`);
  if (mutations.length > 1 && new Set(mutations.map(({ key }) => key)).size < mutations.length) {
    throw new StoreError('Failed', 'a commit names a key twice');
  }
}

function toEvent(mutation: Mutation, revision: number, previous: Entry | undefined): StoreEvent {
  const { type, key } = mutation;
  const value = mutation.type === 'put' ? mutation.value : previous!.value;
  return { type, key, revision, value, createRevision: previous?.createRevision ?? revision, previous };
}

/** The only mutation of a commit that creates one key. */
function creationIn(mutations: readonly Mutation[]): Mutation | undefined {
  const [first] = mutations;
  return mutations.length === 1 && first?.type === 'put' && first.expected === 0 ? first : undefined;
}

/** Applies one commit at this revision; throws before the first change when a guard does not hold. */
function applyOne(engine: Engine, mutations: readonly Mutation[], revision: number, nowMs: number): Applied {
  const creation = creationIn(mutations);
  if (creation !== undefined) return applyCreation(engine, creation, revision, nowMs);
  checkDistinct(mutations);
  const held = mutations.map((mutation) => checkGuard(engine, mutation));
  const events = mutations.map((mutation, i) => toEvent(mutation, revision, held[i]));
  for (let i = 0; i < events.length; i++) engine.apply(events[i]!, i, expiryOf(mutations[i]!, nowMs));
  return { revision, events };
}

/** Its guard is the insertion itself: nothing has to be looked up first. */
function applyCreation(engine: Engine, mutation: Mutation, revision: number, nowMs: number): Applied {
  const event = toEvent(mutation, revision, undefined);
  if (!engine.create(event, expiryOf(mutation, nowMs)))
    throw new ConflictError(mutation.key, engine.read(mutation.key));
  return { revision, events: [event] };
}

/** When the mutation's key will expire, in milliseconds since the epoch. */
export function expiryOf(mutation: Mutation, nowMs: number): number | undefined {
  if (mutation.type !== 'put' || mutation.ttlSeconds === undefined) return undefined;
  return nowMs + Math.round(mutation.ttlSeconds * 1000);
}

/**
 * Applies commits in one transaction, each at a revision of its own. A refused guard concerns only its own commit; any
 * other failure throws, and then nothing at all was applied.
 */
export function applyGroup(
  engine: Engine,
  commits: readonly (readonly Mutation[])[],
  revision: number,
  nowMs: number,
): Outcome[] {
  const outcomes: Outcome[] = [];
  const creating = commits.flatMap((mutations) => creationIn(mutations)?.key ?? []);
  engine.transact(() => {
    let next = revision + 1;
    for (const mutations of commits) {
      try {
        outcomes.push(applyOne(engine, mutations, mutations.length === 0 ? next - 1 : next, nowMs));
        if (mutations.length > 0) next++;
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        outcomes.push(error);
      }
    }
  }, creating);
  return outcomes;
}
