/**
 * Plays recorded exchanges with kube-apiserver against the pure patch functions: a server of one object without
 * storage, validation and admission, and with only the defaulting that the recordings need.
 */
import { cloneJson, isObject, type JsonObject } from '../../../src/api/object.ts';
import { applyConfiguration } from '../../../src/api/patch/apply/apply.ts';
import { managerName, updateManagedFields } from '../../../src/api/patch/apply/managed-fields.ts';
import { withoutTimeChanges } from '../../../src/api/patch/apply/timestamps.ts';
import { applyJsonPatch, decodeJsonPatch } from '../../../src/api/patch/json-patch.ts';
import { applyMergePatch } from '../../../src/api/patch/merge-patch.ts';
import { decodeMergePatch, decodeStrategicPatch, patchSyntaxError } from '../../../src/api/patch/patch-body.ts';
import { applyStrategicMergePatch } from '../../../src/api/patch/strategic-merge-patch.ts';
import type { Schema } from '../../../src/api/schema/schema.ts';
import { schemaOfKind } from '../../../src/api/schema/type-table.ts';
import { isStatusError, type Status } from '../../../src/api/status-error.ts';
import { GARDEN } from './garden.ts';

export interface Step {
  sleep?: boolean;
  method: string;
  path: string;
  body?: unknown;
  type?: string;
  agent?: string;
  capture?: Record<string, string>;
  show?: string[];
  expect?: { status: number; body: JsonObject };
}

export interface Scenario {
  name: string;
  steps: Step[];
}

interface KindOfPath {
  apiVersion: string;
  kind: string;
  schema: Schema;
  finish: (object: JsonObject) => JsonObject;
}

const UID = 'uid-of-the-object';

export class Replay {
  live: JsonObject | undefined;
  #seconds = 0;
  #captured: Record<string, string> = {};

  /** The status code and what upstream would answer, validation apart. */
  play(step: Step): { status: number; body: JsonObject } | undefined {
    if (step.sleep) {
      this.#seconds += 2;
      return undefined;
    }
    const filled = this.#fill(step);
    try {
      const created = this.live === undefined;
      const body = this.#write(filled);
      this.#capture(filled, body);
      return { status: created ? 201 : 200, body };
    } catch (error) {
      if (!isStatusError(error)) throw error;
      return { status: error.code, body: error.status as Status & JsonObject };
    }
  }

  #fill(step: Step): Step {
    let text = JSON.stringify(step);
    for (const [name, value] of Object.entries(this.#captured)) text = text.replaceAll(`{{${name}}}`, value);
    return JSON.parse(text) as Step;
  }

  #capture(step: Step, body: JsonObject): void {
    for (const [name, path] of Object.entries(step.capture ?? {})) this.#captured[name] = String(pick(body, path));
  }

  #write(step: Step): JsonObject {
    const target = kindOf(step.path);
    if (step.method === 'GET') return this.live as JsonObject;
    const subresource = /\/status(\?|$)/.test(step.path) ? 'status' : '';
    const query = new URLSearchParams(step.path.split('?')[1] ?? '');
    const context = {
      schema: target.schema,
      apiVersion: target.apiVersion,
      manager: managerName(query.get('fieldManager') ?? '', step.agent ?? 'node/1.0'),
      subresource,
      now: new Date(Date.UTC(2024, 4, 5) + this.#seconds * 1000).toISOString().replace('.000', ''),
      resetFields: subresource === 'status' ? [['metadata'], ['spec']] : [['status']],
    };
    if (step.type === 'application/apply-patch+yaml') return this.#apply(step, target, context, query);
    const updated = target.finish(this.#changed(step, target));
    const managedFields = updateManagedFields({ ...context, ...(this.live ? { live: this.live } : {}), updated });
    return this.#store(updated, managedFields);
  }

  #apply(
    step: Step,
    target: KindOfPath,
    context: Parameters<typeof updateManagedFields>[0] | object,
    query: URLSearchParams,
  ) {
    const applied = step.body as JsonObject;
    const result = applyConfiguration({
      ...(context as Omit<Parameters<typeof applyConfiguration>[0], 'applied'>),
      ...(this.live ? { live: this.live } : {}),
      kind: target.kind,
      applied,
      force: query.get('force') === 'true',
    });
    return this.#store(target.finish(this.#resetStatus(result.object, step)), result.managedFields);
  }

  /** A write to the object leaves its status, a write to the status all else. */
  #resetStatus(object: JsonObject, step: Step): JsonObject {
    const status = /\/status(\?|$)/.test(step.path);
    const { status: own, ...rest } = object;
    const { status: stored, ...storedRest } = this.live ?? {};
    const merged = status ? { ...storedRest, status: own } : { ...rest, status: stored };
    if (merged.status === undefined) delete merged.status;
    return merged as JsonObject;
  }

  #changed(step: Step, target: KindOfPath): JsonObject {
    if (step.method === 'POST' || step.method === 'PUT') return cloneJson(step.body) as JsonObject;
    const live = cloneJson(this.live as JsonObject);
    const kind =
      step.type === 'application/json-patch+json' ? 'json' : step.type?.includes('strategic') ? 'strategic' : 'merge';
    const body = typeof step.body === 'string' ? parse(step.body, kind) : step.body;
    if (kind === 'json') return applyJsonPatch(live, decodeJsonPatch(body, 'Warn').operations) as JsonObject;
    if (kind === 'merge') return applyMergePatch(live, decodeMergePatch(body, 'Warn')) as JsonObject;
    return applyStrategicMergePatch(target.schema, live, decodeStrategicPatch(body));
  }

  #store(object: JsonObject, managedFields: unknown): JsonObject {
    const { managedFields: _, ...metadata } = (object['metadata'] ?? {}) as JsonObject;
    const stored = {
      ...object,
      metadata: { ...metadata, namespace: 'ns', uid: UID, ...(managedFields === undefined ? {} : { managedFields }) },
    };
    this.live = this.live === undefined ? stored : withoutTimeChanges(this.live, stored);
    return this.live;
  }
}

function parse(text: string, kind: 'json' | 'merge' | 'strategic'): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw patchSyntaxError(kind, 'unexpected end of JSON input', 'Warn');
  }
}

function kindOf(path: string): KindOfPath {
  const [row] = KINDS.filter(({ match }) => match.test(path));
  if (row === undefined) throw new Error(`no kind for ${path}`);
  return row;
}

const core = (plural: string, kind: string, finish: (object: JsonObject) => JsonObject) => ({
  match: new RegExp(`/${plural}`),
  apiVersion: 'v1',
  kind,
  schema: schemaOfKind('', 'v1', kind),
  finish,
});

const KINDS: (KindOfPath & { match: RegExp })[] = [
  core('configmaps', 'ConfigMap', ({ apiVersion, kind, metadata, data }) =>
    compact({ apiVersion, kind, metadata, data: isObject(data) ? texts(data) : null }),
  ),
  core('podtemplates', 'PodTemplate', (object) => defaultPodTemplate(compact(object))),
  core('secrets', 'Secret', (object) => encodeSecret(compact(object))),
  core('services', 'Service', (object) => defaultService(compact(object))),
  {
    match: /\/roles/,
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    schema: schemaOfKind('rbac.authorization.k8s.io', 'v1', 'Role'),
    finish: (object) => ({
      ...object,
      rules: (object['rules'] as unknown[] | undefined)?.length ? object['rules'] : null,
    }),
  },
  { match: /\/gardens/, apiVersion: 'ns.apply.example/v1', kind: 'Garden', schema: GARDEN, finish: defaultGarden },
];

/** Drops what Go would not keep: nulls, and empty lists and maps where no type always writes them. */
const KEPT_EMPTY = new Set(['resources', 'securityContext', 'emptyDir', 'metadata']);

function compact(object: JsonObject): JsonObject {
  const out: JsonObject = {};
  for (const [key, value] of Object.entries(object)) {
    if (key === 'managedFields') {
      out[key] = value;
      continue;
    }
    const item = Array.isArray(value)
      ? value.map((v) => (isObject(v) ? compact(v) : v))
      : isObject(value)
        ? compact(value)
        : value;
    if (item === null) continue;
    if (typeof item === 'object' && Object.keys(item as object).length === 0 && !KEPT_EMPTY.has(key)) continue;
    out[key] = item;
  }
  return out;
}

function texts(data: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, value ?? '']));
}

function encodeSecret({ stringData, ...object }: JsonObject): JsonObject {
  const encoded = Object.entries((stringData ?? {}) as Record<string, string>).map(([k, v]) => [k, btoa(v)]);
  return {
    ...object,
    data: { ...(object['data'] as JsonObject | undefined), ...Object.fromEntries(encoded) },
    type: 'Opaque',
  };
}

function defaultService(object: JsonObject): JsonObject {
  const spec = object['spec'] as JsonObject;
  const ports = ((spec['ports'] ?? []) as JsonObject[]).map((port) => ({
    protocol: 'TCP',
    targetPort: port['port'],
    ...port,
  }));
  const settled = {
    clusterIP: '<ip1>',
    clusterIPs: ['<ip1>'],
    internalTrafficPolicy: 'Cluster',
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
    sessionAffinity: 'None',
    type: 'ClusterIP',
  };
  return { ...object, spec: { ...settled, ...spec, ports }, status: { loadBalancer: {} } };
}

function defaultPodTemplate(object: JsonObject): JsonObject {
  const template = object['template'] as JsonObject;
  const spec = (template['spec'] ?? {}) as JsonObject;
  const defaulted: JsonObject = {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    ...spec,
  };
  for (const list of ['containers', 'initContainers']) {
    if (Array.isArray(spec[list])) defaulted[list] = (spec[list] as JsonObject[]).map(defaultContainer);
  }
  if (Array.isArray(spec['volumes'])) defaulted['volumes'] = (spec['volumes'] as JsonObject[]).map(defaultVolume);
  return { ...object, template: { metadata: {}, ...template, spec: defaulted } };
}

function defaultContainer(item: JsonObject | null): JsonObject {
  const container = item ?? {};
  const tag = /:([^/]+)$/.exec(String(container['image'] ?? ''))?.[1];
  const imagePullPolicy = tag === undefined || tag === 'latest' ? 'Always' : 'IfNotPresent';
  const ports = (container['ports'] as JsonObject[] | undefined)?.map((port) => ({ protocol: 'TCP', ...port }));
  return {
    imagePullPolicy,
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    ...container,
    ...(ports ? { ports } : {}),
  };
}

function defaultVolume(volume: JsonObject): JsonObject {
  const out: JsonObject = { ...volume };
  for (const source of ['secret', 'configMap'])
    if (isObject(out[source])) out[source] = { defaultMode: 420, ...(out[source] as JsonObject) };
  if (isObject(out['hostPath'])) out['hostPath'] = { type: '', ...out['hostPath'] };
  return out;
}

function defaultGarden(object: JsonObject): JsonObject {
  const spec = pruneNulls((object['spec'] ?? {}) as JsonObject);
  const beds = (spec['beds'] as JsonObject[] | undefined)?.map((bed) => ({ side: 'left', wet: false, ...bed }));
  const pond = spec['pond'] === undefined ? {} : { pond: { depth: 2, ...(spec['pond'] as JsonObject) } };
  return {
    ...object,
    ...(object['spec'] ? { spec: { soil: 'loam', ...spec, ...(beds ? { beds } : {}), ...pond } } : {}),
  };
}

/** Only `pond.fish` may be null. */
function pruneNulls(spec: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== null));
}

/** A dotted path of a scenario's `show`. */
export function pick(body: unknown, path: string): unknown {
  return (
    path
      .split('.')
      .reduce<unknown>(
        (value, part) => (isObject(value) || Array.isArray(value) ? (value as JsonObject)[part] : undefined),
        body,
      ) ?? null
  );
}

const SERVER_FIELDS = new Set([
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'generation',
  'namespace',
  'selfLink',
  'metadata.generation',
]);

/** The part of an answer that the patch functions decide, times made comparable. */
export function essence(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(essence);
  if (!isObject(body)) return body;
  const entries = Object.entries(body).filter(([key]) => !SERVER_FIELDS.has(key));
  return Object.fromEntries(entries.map(([key, value]) => [key, key === 'time' ? '<time>' : essence(value)]));
}

/** The recorded answer without managedFields where the recording left them out. */
export function withoutManagedFields(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(withoutManagedFields);
  if (!isObject(body)) return body;
  return Object.fromEntries(
    Object.entries(body)
      .filter(([key]) => key !== 'managedFields')
      .map(([key, value]) => [key, withoutManagedFields(value)]),
  );
}
