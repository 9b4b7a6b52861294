/** Puts the objects in place that a control plane has from its start. */
import { createHash } from 'node:crypto';
import { equalJson, type KubeObject } from '../../api/object.ts';
import { decode } from '../../api/schema/decoder.ts';
import { ConflictError, type Entry, type Mutation, type Store } from '../../store/store.ts';
import type { Kind, StrategyContext } from '../kinds/kind.ts';
import type { KindTable } from '../kinds/kind-table.ts';
import { decodeEntry, encodeForStore } from '../registry/codec.ts';
import { objectKey } from '../registry/keys.ts';
import { fillSystemFields } from '../registry/metadata.ts';
import type { BootstrapObject } from './objects.ts';

export interface BootstrapContext {
  readonly store: Store;
  readonly kinds: KindTable;
  readonly now: () => Date;
  readonly uuid: () => string;
}

const SYSTEM = { name: 'system:apiserver', uid: '', groups: ['system:masters'], extra: {} };

/** Says what facts the objects were last compared with, at which revision. No kind's key: clients do not see it. */
const MARK = '/kctl/bootstrap';

/** Brings the store in line with the facts. Idempotent: where nothing changed since the last time, little is looked at. */
export async function bootstrapFacts(context: BootstrapContext, objects: readonly BootstrapObject[]): Promise<void> {
  const digest = digestOf(objects);
  const mark = await context.store.get(MARK);
  const known = mark?.value.toString() === digest;
  const note: Mutation = { type: 'put', key: MARK, value: Buffer.from(digest), expected: mark?.modRevision ?? 0 };
  await bootstrap(context, objects, known ? mark.modRevision : 0, known ? [] : [note]);
}

/** What an object is compared with; not the times in its status. */
function digestOf(objects: readonly BootstrapObject[]): string {
  const compared = objects.map(({ object: { status: _, ...content } }) => content);
  return createHash('sha256').update(JSON.stringify(compared)).digest('base64');
}

/**
 * Writes what is missing or differs, all in one commit. `comparedAt`: objects that are older than this revision are as they
 * should be. `more` is written with the objects.
 */
export async function bootstrap(
  context: BootstrapContext,
  objects: readonly BootstrapObject[],
  comparedAt = 0,
  more: readonly Mutation[] = [],
): Promise<void> {
  const existing = await readExisting(context, objects);
  const mutations = [...more];
  for (const wanted of objects) {
    const mutation = plan(context, wanted, existing, comparedAt);
    if (mutation !== undefined) mutations.push(mutation);
  }
  if (mutations.length === 0) return;
  try {
    await context.store.commit(mutations);
  } catch (error) {
    // Another server on the same store was faster with one of them: look again.
    if (!(error instanceof ConflictError)) throw error;
    await bootstrap(context, objects);
  }
}

type Existing = Map<string, Entry>;

/** One range read a kind instead of one read an object. */
async function readExisting(
  { store, kinds }: BootstrapContext,
  objects: readonly BootstrapObject[],
): Promise<Existing> {
  const existing: Existing = new Map();
  const { entries: any } = await store.list({ prefix: '/registry/', limit: 1 });
  if (any.length === 0) return existing;
  for (const key of new Set(objects.map(({ group, resource }) => `${group}/${resource}`))) {
    const [group, resource] = [key.slice(0, key.lastIndexOf('/')), key.slice(key.lastIndexOf('/') + 1)];
    const { entries } = await store.list({ prefix: kindOf(kinds, group, resource).storage.prefix });
    for (const entry of entries) existing.set(entry.key, entry);
  }
  return existing;
}

function kindOf(kinds: KindTable, group: string, resource: string): Kind {
  const kind = kinds.preferred(group, resource);
  if (kind === undefined) throw new Error(`bootstrap needs ${resource}.${group}, which is not served`);
  return kind;
}

function plan(
  context: BootstrapContext,
  wanted: BootstrapObject,
  existing: Existing,
  comparedAt: number,
): Mutation | undefined {
  const kind = kindOf(context.kinds, wanted.group, wanted.resource);
  const { metadata } = wanted.object;
  const key = objectKey(kind, metadata.namespace ?? '', metadata.name ?? '');
  const entry = existing.get(key);
  if (entry !== undefined && (!wanted.reconcile || entry.modRevision <= comparedAt)) return undefined;
  const fresh = prepare(context, kind, wanted.object);
  if (entry === undefined) return { type: 'put', key, value: encodeForStore(kind, fresh), expected: 0 };
  const found = decodeEntry(kind, entry);
  if (!mayReconcile(found)) return undefined;
  const merged = reconcile(found, fresh);
  if (equalJson(merged, found)) return undefined;
  return { type: 'put', key, value: encodeForStore(kind, merged), expected: entry.modRevision };
}

function prepare(context: BootstrapContext, kind: Kind, object: KubeObject): KubeObject {
  const obj = decode(kind.schema, structuredClone(object), { onUnknown: (path) => fail(kind, path) }) as KubeObject;
  kind.strategy.applyDefaults?.(obj);
  const status = obj.status;
  const ctx: StrategyContext = { now: context.now(), user: SYSTEM, dryRun: false, subresource: '', warn() {} };
  fillSystemFields(kind, obj, obj.metadata.namespace ?? '', ctx.now, context.uuid(), Math.random);
  kind.strategy.prepareForCreate?.(obj, ctx);
  if (object.status !== undefined) obj.status = status;
  return obj;
}

function fail(kind: Kind, path: string): never {
  throw new Error(`the bootstrap facts of ${kind.kind} have an unknown field ${path}`);
}

/** Users opt out of updates by this annotation. */
function mayReconcile(found: KubeObject): boolean {
  const annotations = found.metadata.annotations ?? {};
  const flag =
    annotations['rbac.authorization.kubernetes.io/autoupdate'] ?? annotations['apf.kubernetes.io/autoupdate-spec'];
  return flag !== 'false';
}

/** The found object with the facts' content; rules and subjects that users added stay. */
function reconcile(found: KubeObject, fresh: KubeObject): KubeObject {
  const { metadata: _, status: __, ...content } = fresh;
  const merged: KubeObject = { ...found, ...content, metadata: found.metadata };
  for (const list of ['rules', 'subjects']) {
    if (fresh.aggregationRule !== undefined && list === 'rules') merged[list] = found[list];
    else if (Array.isArray(found[list]) && Array.isArray(fresh[list])) merged[list] = union(found[list], fresh[list]);
  }
  return merged;
}

function union(found: unknown[], fresh: unknown[]): unknown[] {
  return [...found, ...fresh.filter((item) => !found.some((other) => equalJson(other, item)))];
}
