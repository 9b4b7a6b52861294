/** The life of one object: what is created can be got, replaced, patched and applied without a change, and deleted. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { cloneJson, getOwn, isObject, type JsonObject, type KubeObject } from '../../src/api/object.ts';
import type { Kind, Subresource } from '../../src/server/kinds/kind.ts';
import { collectionPath, type FuzzCluster } from './fuzz-cluster.ts';
import { PATCH_TYPES } from './subresource-bodies.ts';

/** A list that is owned as one differs from what defaults made of it: so upstream sees a conflict, too. */
const MANAGER = 'fieldManager=round-trip&force=true';
/** Kinds with a field of any JSON, which upstream's strategic merge patch cannot enter. */
const RAW: ReadonlySet<string> = new Set(['ControllerRevision']);
/** Kinds that controllers write, too, whenever they come to it. */
const CONTROLLED: ReadonlySet<string> = new Set([
  ...[
    'ClusterRole',
    'CustomResourceDefinition',
    'FlowSchema',
    'Namespace',
    'PersistentVolume',
    'PersistentVolumeClaim',
  ],
  ...['PodDisruptionBudget', 'ResourceQuota', 'Secret', 'ServiceAccount', 'ServiceCIDR', 'APIService', 'Job'],
]);
/** Kinds whose generation counts labels, too. */
const LABELS_COUNT: ReadonlySet<string> = new Set(['EndpointSlice']);

/**
 * `exact`: managers own nothing that the object has not; so it is unless there are empty values, which Go drops, or
 * fields of disabled features, which go after ownership was noted.
 * @throws AssertionError that says which step changed what
 */
export async function roundTrip(cluster: FuzzCluster, kind: Kind, object: JsonObject, exact = false): Promise<void> {
  const life = new Life(cluster, kind, exact);
  try {
    await life.create(object);
    await life.steadily(() => life.changesNothing());
    await life.steadily(() => life.changes());
    for (const sub of kind.subresources.values()) await life.steadily(() => life.subresource(sub));
    await life.steadily(() => life.applyTwice(object));
  } finally {
    await life.end();
  }
}

class Life {
  readonly #cluster: FuzzCluster;
  readonly #kind: Kind;
  readonly #exact: boolean;
  #at = '';
  #now: KubeObject = { metadata: {} };

  constructor(cluster: FuzzCluster, kind: Kind, exact: boolean) {
    this.#cluster = cluster;
    this.#kind = kind;
    this.#exact = exact;
  }

  async create(object: JsonObject): Promise<void> {
    for (const type of [PATCH_TYPES.merge, PATCH_TYPES.json]) {
      const path = `${collectionPath(this.#kind)}/missing`;
      const { status, text } = await this.#cluster.send('PATCH', path, type === PATCH_TYPES.json ? [] : {}, type);
      strictEqual(status, 404, `a patch of what is not there: ${text}`);
    }
    const made = await this.#ok('POST', collectionPath(this.#kind), object);
    this.#at = `${collectionPath(this.#kind)}/${made.metadata.name}`;
    const got = await this.#settled();
    if (got.metadata.resourceVersion === made.metadata.resourceVersion) deepStrictEqual(got, made, 'get after create');
  }

  /** The step; once more where a controller may have come in between. */
  async steadily(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (!CONTROLLED.has(this.#kind.kind)) throw error;
      await this.#settled();
      await step();
    }
  }

  /** Writes of what is there already. */
  async changesNothing(): Promise<void> {
    const { acceptsStrategicMerge, kind } = this.#kind;
    const patches: [string, unknown][] = [
      [PATCH_TYPES.merge, {}],
      [PATCH_TYPES.merge, this.#now],
      ...(acceptsStrategicMerge ? [[PATCH_TYPES.strategic, {}] as [string, unknown]] : []),
      ...(this.#exact && !RAW.has(kind) ? [[PATCH_TYPES.strategic, this.#now] as [string, unknown]] : []),
      [PATCH_TYPES.json, []],
      [PATCH_TYPES.json, [{ op: 'test', path: '/metadata/name', value: this.#now.metadata.name }]],
    ];
    await this.#same('PUT', '', this.#now);
    for (const [type, body] of patches) await this.#same('PATCH', '', body, type);
  }

  /** A label comes and goes; everything else stays. */
  async changes(): Promise<void> {
    const before = this.#now;
    const { json, merge, strategic } = PATCH_TYPES;
    const labelled = await this.#ok('PATCH', this.#at, { metadata: { labels: { round: 'trip' } } }, merge);
    strictEqual(labelled.metadata.labels?.['round'], 'trip', 'merge patch');
    const path = '/metadata/labels/round';
    const replaced = await this.#ok('PATCH', this.#at, [{ op: 'replace', path, value: 'two' }], json);
    strictEqual(replaced.metadata.labels?.['round'], 'two', 'JSON patch');
    if (!LABELS_COUNT.has(this.#kind.kind))
      strictEqual(replaced.metadata.generation, before.metadata.generation, 'generation after a label');
    const without = this.#kind.acceptsStrategicMerge ? strategic : merge;
    await this.#ok('PATCH', this.#at, { metadata: { labels: { round: null } } }, without);
    const after = await this.#settled();
    deepStrictEqual(lasting(after), lasting(before), 'a label that came and went');
    checkManagedFields(after, this.#exact);
  }

  /** What is read from a sub-resource can be written to it. */
  async subresource({ name, verbs }: Subresource): Promise<void> {
    if (!verbs.includes('update') || name === 'proxy') return;
    const get = async (): Promise<KubeObject> =>
      verbs.includes('get') ? this.#ok('GET', `${this.#at}/${name}`) : this.#now;
    let read = await get();
    if (name === 'scale') {
      // As upstream the first write moves the replicas to a second entry of its manager, of which the next keeps one.
      for (let i = 0; i < 2; i++) {
        await this.#ok('PUT', `${this.#at}/${name}`, read);
        await this.#settled();
        read = await get();
      }
    }
    await this.#same('PUT', `/${name}`, read);
    if (!verbs.includes('patch')) return;
    await this.#same('PATCH', `/${name}`, {}, PATCH_TYPES.merge);
    await this.#same('PATCH', `/${name}`, [], PATCH_TYPES.json);
  }

  async applyTwice(object: JsonObject): Promise<void> {
    const configuration = cloneJson(object) as unknown as KubeObject;
    configuration.metadata = { ...configuration.metadata, name: this.#now.metadata.name };
    const path = `${this.#at}?${MANAGER}`;
    const first = await this.#cluster.send('PATCH', path, configuration, PATCH_TYPES.apply);
    // Lists that a create takes with repeated keys cannot be applied, here as upstream.
    if (first.text.includes('duplicate entries for key')) return;
    ok(first.status < 300, `apply of ${JSON.stringify(configuration)}: ${first.status} ${first.text}`);
    const once = await this.#settled();
    const twice = await this.#ok('PATCH', path, configuration, PATCH_TYPES.apply);
    deepStrictEqual(twice, once, 'the second apply');
    checkManagedFields(once, this.#exact);
  }

  async end(): Promise<void> {
    if (this.#at === '') return;
    await this.#ok('DELETE', this.#at, { gracePeriodSeconds: 0 });
    const left = await this.#cluster.send('GET', this.#at);
    if (left.status === 404) return;
    ok(isObject(JSON.parse(left.text).metadata) && JSON.parse(left.text).metadata.deletionTimestamp, left.text);
    const finalizers = { metadata: { finalizers: null } };
    await this.#cluster.send('PATCH', this.#at, finalizers, PATCH_TYPES.merge);
    if (this.#kind.subresources.has('finalize'))
      await this.#cluster.send('PUT', `${this.#at}/finalize`, { ...this.#now, spec: {}, metadata: { name: 'fuzz' } });
    for (let i = 0; (await this.#cluster.send('GET', this.#at)).status !== 404; i++) {
      ok(i < 500, `${this.#at} does not go`);
      await new Promise((done) => setTimeout(done, 2));
    }
  }

  async #same(method: string, sub: string, body: unknown, type?: string): Promise<void> {
    const what = `${method} ${sub} ${type ?? ''} of ${JSON.stringify(body)}`;
    const answer = await this.#ok(method, this.#at + sub, body, type);
    strictEqual(answer.metadata.resourceVersion, this.#now.metadata.resourceVersion, what);
    if (answer.kind === this.#now.kind) deepStrictEqual(answer, this.#now, what);
  }

  /** The object once controllers have nothing more to add to it. */
  async #settled(): Promise<KubeObject> {
    let last = await this.#ok('GET', this.#at);
    for (let still = 0; still < 3; still++) {
      await new Promise((done) => setImmediate(done));
      const next = await this.#ok('GET', this.#at);
      if (next.metadata.resourceVersion !== last.metadata.resourceVersion) still = 0;
      last = next;
    }
    this.#now = last;
    return last;
  }

  async #ok(method: string, path: string, body?: unknown, type?: string): Promise<KubeObject> {
    const { status, text } = await this.#cluster.send(method, path, body, type);
    ok(status < 300, `${method} ${path} ${JSON.stringify(body)}: ${status} ${text}`);
    return JSON.parse(text) as KubeObject;
  }
}

/** Without what every write may change. */
function lasting(object: KubeObject): KubeObject {
  const { resourceVersion: _, managedFields: __, generation: ___, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** Every entry is whole and readable; `exact`: it owns only what the object has. */
function checkManagedFields(object: KubeObject, exact: boolean): void {
  for (const entry of object.metadata.managedFields ?? []) {
    const told = JSON.stringify(entry);
    ok(entry.manager, told);
    ok(entry.operation === 'Update' || entry.operation === 'Apply', told);
    ok(entry.apiVersion, told);
    strictEqual(entry.fieldsType, 'FieldsV1');
    checkOwned(entry.fieldsV1 as JsonObject, exact ? object : ANYTHING, told);
  }
}

/** In place of a value that is not looked for. */
const ANYTHING = Symbol('anything');

function checkOwned(fields: JsonObject, value: unknown, where: string): void {
  ok(isObject(fields), where);
  for (const [element, inner] of Object.entries(fields)) {
    if (element === '.') continue;
    const found = memberOf(element, value, where);
    ok(found !== undefined, `${element} is owned but missing, in ${where}`);
    checkOwned(inner as JsonObject, found, `${element} of ${where}`);
  }
}

function memberOf(element: string, value: unknown, where: string): unknown {
  const [kind, rest] = [element.slice(0, 2), element.slice(2)];
  ok(['f:', 'k:', 'v:'].includes(kind), where);
  const wanted: unknown = kind === 'f:' ? rest : JSON.parse(rest);
  if (value === ANYTHING) return ANYTHING;
  if (kind === 'f:') return isObject(value) ? getOwn(value, rest) : undefined;
  if (!Array.isArray(value)) return undefined;
  if (kind === 'v:') return value.find((item) => item === wanted);
  const keys = Object.entries(wanted as JsonObject);
  return value.find((item) => isObject(item) && keys.every(([key, own]) => getOwn(item, key) === own));
}
