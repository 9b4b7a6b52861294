/** Plays requests on a registry over a memory store: what the server does but for HTTP, authorization and admission. */
import { parseJsonDocument } from '../../../src/api/json.ts';
import type { JsonObject, KubeObject } from '../../../src/api/object.ts';
import { applyMergePatch } from '../../../src/api/patch/merge-patch.ts';
import { applyStrategicMergePatch } from '../../../src/api/patch/strategic-merge-patch.ts';
import { DecodeError, decode } from '../../../src/api/schema/decoder.ts';
import { isStatusError, type StatusError } from '../../../src/api/status-error.ts';
import { finishDecoding } from '../../../src/server/handlers/decode-body.ts';
import type { Kind } from '../../../src/server/kinds/kind.ts';
import { decodeEntry } from '../../../src/server/registry/codec.ts';
import { type DeleteOptions, deleteObject } from '../../../src/server/registry/delete-object.ts';
import { Registry } from '../../../src/server/registry/registry.ts';
import type { WriteOptions } from '../../../src/server/registry/write.ts';
import { openMemoryStore } from '../../../src/store/memory/memory-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { NOW } from './golden-harness.ts';

export const NAMESPACE = 'ns';

export interface Answer {
  readonly status: number;
  readonly body: KubeObject | JsonObject;
  readonly warnings: readonly string[];
}

export class RegistryPlayer {
  readonly #store: Store;
  readonly #registry: Registry;

  constructor(store: Store = openMemoryStore()) {
    this.#store = store;
    const admission = { admit: async () => {}, validate: async () => {} };
    let uids = 0;
    const uuid = () => `00000000-0000-4000-8000-${String(++uids).padStart(12, '0')}`;
    this.#registry = new Registry({ store: this.#store, admission, now: () => NOW, random: () => 0.5, uuid });
  }

  async close(): Promise<void> {
    await this.#store.close();
  }

  create(kind: Kind, sent: JsonObject, dryRun = false): Promise<Answer> {
    return this.#answer(201, async (write) => {
      const obj = decoded(kind, sent);
      return (await this.#registry.create(kind, namespaceOf(kind), obj, { ...write, dryRun })).object;
    });
  }

  get(kind: Kind, name: string): Promise<Answer> {
    return this.#answer(200, () => this.#registry.get(kind, namespaceOf(kind), name));
  }

  put(kind: Kind, name: string, sent: JsonObject, subresource = ''): Promise<Answer> {
    return this.#update(kind, name, subresource, () => decoded(kind, sent));
  }

  merge(kind: Kind, name: string, patch: JsonObject, subresource = ''): Promise<Answer> {
    return this.#update(kind, name, subresource, (current) =>
      decoded(kind, applyMergePatch(current, patch) as JsonObject),
    );
  }

  strategic(kind: Kind, name: string, patch: JsonObject, subresource = ''): Promise<Answer> {
    const apply = (current: KubeObject) => applyStrategicMergePatch(kind.schema, current, patch);
    return this.#update(kind, name, subresource, (current) => decoded(kind, apply(current)));
  }

  delete(kind: Kind, name: string, options: DeleteOptions = {}, dryRun = false): Promise<Answer> {
    return this.#answer(200, async (write) => {
      const change = { ...write, dryRun };
      return (await deleteObject(this.#registry, kind, namespaceOf(kind), name, options, change)).object;
    });
  }

  /** What is stored, as the stored kind sees it. */
  async stored(kind: Kind, key: string): Promise<KubeObject | undefined> {
    const entry = await this.#store.get(key);
    return entry === undefined ? undefined : decodeEntry(kind, entry);
  }

  #update(
    kind: Kind,
    name: string,
    subresource: string,
    transform: (current: KubeObject) => KubeObject,
  ): Promise<Answer> {
    return this.#answer(200, async (write) => {
      const change = {
        ...write,
        subresource,
        transform: (current: KubeObject | undefined) => transform(current as KubeObject),
      };
      return (await this.#registry.update(kind, namespaceOf(kind), name, change)).object;
    });
  }

  async #answer(status: number, act: (write: WriteOptions) => Promise<KubeObject>): Promise<Answer> {
    const warnings: string[] = [];
    const user = { name: 'test', uid: '', groups: [], extra: {} };
    const write = {
      user,
      dryRun: false,
      subresource: '',
      options: {},
      warn: (text: string) => void warnings.push(text),
    };
    try {
      return { status, body: await act(write), warnings };
    } catch (error) {
      if (error instanceof DecodeError) return { status: 400, body: { message: error.message }, warnings };
      if (!isStatusError(error)) throw error;
      return {
        status: (error as StatusError).code,
        body: (error as StatusError).status as unknown as JsonObject,
        warnings,
      };
    }
  }
}

function namespaceOf(kind: Kind): string {
  return kind.namespaced ? NAMESPACE : '';
}

function decoded(kind: Kind, sent: JsonObject): KubeObject {
  const { value } = parseJsonDocument(JSON.stringify(sent));
  const obj = finishDecoding(kind, decode(kind.schema, value) as JsonObject);
  if (kind.namespaced) obj.metadata.namespace ??= NAMESPACE;
  return obj;
}
