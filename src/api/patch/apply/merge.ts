/**
 * Merges an applied configuration into an object by schema: fields of the configuration win, lists merge by key.
 * Imitates structured-merge-diff typed.Merge.
 */
import { getOwn, isObject, type JsonObject, setOwn } from '../../object.ts';
import { ANY, type Shape } from './shape.ts';

/** Neither argument is changed; unchanged parts are shared. Throws ElementError for unidentifiable list items. */
export function mergeTyped(shape: Shape, live: JsonObject, config: JsonObject): JsonObject {
  return mergeMaps(shape, live, config);
}

/** `undefined` stands for an absent side; at least one is there. */
function mergeValues(shape: Shape, live: unknown, config: unknown): unknown {
  if (live === undefined || config === undefined) return config ?? (config === null ? null : live);
  if (shape.kind === 'scalar' || shape.atomic) return config;
  if (shape.kind === 'list') return mergeAsLists(shape, live, config);
  if (isObject(live) && (isObject(config) || config === null)) return mergeAsMaps(shape, live, config);
  return config;
}

function mergeAsMaps(shape: Shape, live: JsonObject, config: JsonObject | null): unknown {
  if (config === null || Object.keys(config).length === 0) return Object.keys(live).length === 0 ? config : live;
  return mergeMaps(shape, live, config);
}

function mergeMaps(shape: Shape, live: JsonObject, config: JsonObject): JsonObject {
  const out = { ...live };
  for (const name of Object.keys(config)) {
    const value = config[name];
    if (value !== undefined) setOwn(out, name, mergeValues(shape.child(name), getOwn(live, name), value));
  }
  return out;
}

function mergeAsLists(shape: Shape, live: unknown, config: unknown): unknown {
  const left = Array.isArray(live) ? live : [];
  const right = Array.isArray(config) ? config : [];
  if (right.length === 0) return left.length === 0 ? config : live;
  return new ListMerger(shape, left, right).merge();
}

/**
 * Items of both lists in one order: as the configuration has its items, with the items of the object alone before
 * the shared item they stood before.
 */
class ListMerger {
  readonly #element: Shape;
  readonly #live: readonly unknown[];
  readonly #liveKeys: readonly string[];
  readonly #config: ReadonlyMap<string, unknown>;
  /** The item of the object by key; null where several share the key, which then do not merge. */
  readonly #liveByKey = new Map<string, unknown>();

  constructor(shape: Shape, live: readonly unknown[], config: readonly unknown[]) {
    this.#element = shape.element ?? ANY;
    this.#live = live;
    this.#liveKeys = live.map((item) => shape.itemKey(item));
    this.#config = new Map(config.map((item) => [shape.itemKey(item), item]));
    this.#liveKeys.forEach((key, i) => {
      this.#liveByKey.set(key, this.#liveByKey.has(key) ? null : live[i]);
    });
  }

  merge(): unknown[] {
    const out: unknown[] = [];
    const keys = [...this.#config.keys()];
    const shared = keys.filter((key) => this.#liveByKey.has(key));
    const merged = new Set<string>();
    let l = 0;
    let r = 0;
    const takeConfig = (key: string) => {
      out.push(this.#mergeItem(key));
      merged.add(key);
      r++;
      if (shared[0] === key) shared.shift();
    };
    while (l < this.#liveKeys.length || r < keys.length) {
      const left = this.#liveKeys[l];
      const right = keys[r];
      if (left !== undefined && right !== undefined) {
        if (left === right) {
          takeConfig(right);
          l++;
          continue;
        }
        if (this.#config.has(left) && shared.length > 0 && shared[0] !== left) {
          l++;
          continue;
        }
      }
      if (left !== undefined && !this.#config.has(left)) {
        out.push(this.#live[l++]);
        continue;
      }
      if (left !== undefined && merged.has(left)) l++;
      if (right !== undefined) takeConfig(right);
    }
    return out;
  }

  #mergeItem(key: string): unknown {
    const live = this.#liveByKey.get(key);
    return mergeValues(this.#element, live === null ? undefined : live, this.#config.get(key));
  }
}
