/** A registry with definitions and their controller over a memory store, without HTTP. */
import { pino } from 'pino';
import { cloneJson, type JsonObject, type KubeObject } from '../../../src/api/object.ts';
import { decode } from '../../../src/api/schema/decoder.ts';
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionVersion,
} from '../../../src/api/types/apiextensions-v1.ts';
import { type CrdController, startCrdController } from '../../../src/server/extensions/crd-controller.ts';
import { CustomResources } from '../../../src/server/extensions/custom-resources.ts';
import { finishDecoding } from '../../../src/server/handlers/decode-body.ts';
import { BUILTIN_KINDS } from '../../../src/server/kinds/index.ts';
import type { Kind } from '../../../src/server/kinds/kind.ts';
import { KindTable } from '../../../src/server/kinds/kind-table.ts';
import { deleteObject } from '../../../src/server/registry/delete-object.ts';
import { Registry } from '../../../src/server/registry/registry.ts';
import type { WriteOptions } from '../../../src/server/registry/write.ts';
import { type Feeding, feedIndexes } from '../../../src/server/watch/index-feeds.ts';
import { openMemoryStore } from '../../../src/store/memory/memory-store.ts';
import type { Store } from '../../../src/store/store.ts';

export const GROUP = 'sea.example';

export interface BoatOptions {
  readonly names?: JsonObject;
  readonly scope?: string;
}

/** A definition of boats with these versions. */
export function boats(versions: CustomResourceDefinitionVersion[], { names, scope }: BoatOptions = {}): JsonObject {
  const all = { plural: 'boats', kind: 'Boat', ...names };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${String(all.plural)}.${GROUP}` },
    spec: { group: GROUP, scope: scope ?? 'Namespaced', names: all, versions },
  };
}

export function version(more: CustomResourceDefinitionVersion = {}): CustomResourceDefinitionVersion {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return { name: 'v1', served: true, storage: true, schema, ...more };
}

/** A version v1 whose spec has these properties. */
export function withSpec(
  properties: JsonObject,
  more: CustomResourceDefinitionVersion = {},
): CustomResourceDefinitionVersion {
  const spec = { type: 'object', properties };
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec, status: { type: 'object' } } } };
  return version({ schema: schema as NonNullable<CustomResourceDefinitionVersion['schema']>, ...more });
}

export class DefinitionWorld {
  readonly store: Store = openMemoryStore();
  readonly kinds = new KindTable(BUILTIN_KINDS);
  readonly definitions = new CustomResources(this.kinds);
  readonly registry: Registry;
  readonly warnings: string[] = [];
  readonly #write: WriteOptions;
  #feeding: Feeding | undefined;
  #controller: CrdController | undefined;

  constructor() {
    const admission = { admit: async () => {}, validate: async () => {} };
    const uuid = () => crypto.randomUUID();
    this.registry = new Registry({ store: this.store, admission, now: () => new Date(), random: Math.random, uuid });
    const user = { name: 'ann', uid: '', groups: [], extra: {} };
    this.#write = { user, dryRun: false, subresource: '', options: {}, warn: (text) => this.warnings.push(text) };
  }

  async start(): Promise<this> {
    const log = pino({ level: 'silent' });
    this.#feeding = await feedIndexes(this.store, this.kinds, [this.definitions], log);
    const { registry, kinds, definitions } = this;
    this.#controller = startCrdController({ registry, kinds, definitions, log });
    return this;
  }

  /** As a restart of the server: what is stored stays. */
  async stop(): Promise<void> {
    this.#controller?.stop();
    this.#feeding?.stop();
  }

  async close(): Promise<void> {
    await this.stop();
    await this.store.close();
  }

  /** The kind of custom resources, once it is served. */
  async served(resource = 'boats', name = 'v1'): Promise<Kind> {
    return this.#until(() => this.kinds.find(GROUP, name, resource));
  }

  async gone(resource = 'boats'): Promise<void> {
    await this.#until(() => (this.kinds.versions(GROUP, resource).length === 0 ? true : undefined));
  }

  /** Waits until the stored definition is as wanted. */
  async definition(
    name: string,
    wanted: (crd: CustomResourceDefinition) => boolean,
  ): Promise<CustomResourceDefinition> {
    return this.#until(() => {
      const crd = this.definitions.get(name);
      return crd !== undefined && wanted(crd) ? crd : undefined;
    });
  }

  #until<T>(read: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const timeout = setTimeout(() => reject(new Error('it never came about')), 5000);
      const check = (): void => {
        const value = read();
        if (value === undefined) return;
        clearTimeout(timeout);
        stop();
        resolve(value);
      };
      const stops = [this.kinds.onChange(check), this.definitions.onChange(check)];
      const stop = (): void => stops.forEach((end) => void end());
      check();
    });
  }

  get crdKind(): Kind {
    return this.kinds.preferred('apiextensions.k8s.io', 'customresourcedefinitions') as Kind;
  }

  async define(definition: JsonObject): Promise<KubeObject> {
    return this.create(this.crdKind, definition);
  }

  /** `obj` as a client sends it. */
  async create(kind: Kind, sent: JsonObject): Promise<KubeObject> {
    const obj = this.#decoded(kind, sent);
    return (await this.registry.create(kind, kind.namespaced ? 'ns' : '', obj, this.#write)).object;
  }

  async update(kind: Kind, name: string, change: (obj: KubeObject) => void, subresource = ''): Promise<KubeObject> {
    const updated = await this.registry.update(kind, kind.namespaced ? 'ns' : '', name, {
      ...this.#write,
      subresource,
      transform: (current) => {
        change(current as KubeObject);
        return this.#decoded(kind, current as KubeObject);
      },
    });
    return updated.object;
  }

  get(kind: Kind, name: string): Promise<KubeObject> {
    return this.registry.get(kind, kind.namespaced ? 'ns' : '', name);
  }

  async delete(kind: Kind, name: string): Promise<KubeObject> {
    return (await deleteObject(this.registry, kind, kind.namespaced ? 'ns' : '', name, {}, this.#write)).object;
  }

  #decoded(kind: Kind, sent: JsonObject): KubeObject {
    const onUnknown = (path: string): void => void this.warnings.push(`unknown field "${path}"`);
    const obj = finishDecoding(kind, decode(kind.schema, cloneJson(sent), { onUnknown }) as JsonObject);
    if (kind.namespaced) obj.metadata.namespace = 'ns';
    return obj;
  }
}
