import { describe, expect, it } from 'vitest';
import { FieldErrors } from '../../../src/api/field-errors.ts';
import { cloneJson, type JsonObject, type KubeObject } from '../../../src/api/object.ts';
import { decode } from '../../../src/api/schema/decoder.ts';
import types from '../../../src/api/schema/types.json' with { type: 'json' };
import { BUILTIN_KINDS } from '../../../src/server/kinds/index.ts';
import type { Kind } from '../../../src/server/kinds/kind.ts';
import { CLUSTER_KINDS } from './cluster-kinds.ts';
import { NOW, strategyContext } from './golden-harness.ts';

interface TypeFact {
  gvk?: { group: string; kind: string; version: string }[];
  fields?: Record<string, FieldFact>;
}

interface FieldFact {
  type?: string;
  ref?: string;
  array?: string;
  map?: string;
}

const TYPES = types as unknown as Record<string, TypeFact>;
const ROUNDS = 80;
const DEPTH = 8;
const WORDS = [
  '',
  'a',
  'A_b',
  'None',
  '10.0.0.1',
  '1.2.3.4/8',
  'fe80::1',
  '*',
  '../x',
  '__proto__',
  'TCP',
  '1Gi',
  '-1',
  'x'.repeat(300),
];

/** A small generator of numbers (mulberry32): the same objects in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Values of the right type that make little sense. */
class Inventor {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = numbers(seed);
  }

  #pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random() * items.length)] as T;
  }

  struct(name: string, depth: number): unknown {
    if (name.endsWith('.Quantity')) return this.#pick(['1', '1.5Gi', '-3', '0']);
    if (name.endsWith('IntOrString')) return this.#pick([0, 80, 'web', -1]);
    if (/\.(Time|MicroTime)$/.test(name)) return this.#pick(['2026-01-01T00:00:00Z', null]);
    const fields = Object.entries(TYPES[name]?.fields ?? {});
    const out: JsonObject = {};
    for (const [key, fact] of fields) {
      if (['apiVersion', 'kind', 'metadata'].includes(key)) continue;
      if (this.#random() < 0.6) out[key] = this.#field(fact, depth);
    }
    return out;
  }

  #field(fact: FieldFact, depth: number): unknown {
    if (this.#random() < 0.08) return null;
    if (fact.ref !== undefined) return this.#named(fact.ref, depth);
    if (fact.array !== undefined) return this.#list().map(() => this.#named(fact.array as string, depth));
    if (fact.map !== undefined)
      return Object.fromEntries(this.#list().map(() => [this.#pick(WORDS), this.#named(fact.map as string, depth)]));
    return this.#named(fact.type ?? 'string', depth);
  }

  #list(): number[] {
    return Array.from({ length: Math.floor(this.#random() * 3) }, (_, i) => i);
  }

  #named(name: string, depth: number): unknown {
    if (name === 'string') return this.#pick(WORDS);
    if (name === 'integer') return this.#pick([0, 1, -1, 80, 70_000]);
    if (name === 'number') return 0.5;
    if (name === 'boolean') return this.#random() < 0.5;
    if (TYPES[name] === undefined && !/Quantity|IntOrString|Time$/.test(name)) return {};
    return depth === 0 ? {} : this.struct(name, depth - 1);
  }
}

function typeNameOf(kind: Kind): string {
  const found = Object.entries(TYPES).find(([, { gvk = [] }]) =>
    gvk.some((g) => g.group === kind.group && g.version === kind.version && g.kind === kind.kind),
  );
  return found?.[0] ?? '';
}

function invented(kind: Kind, seed: number): KubeObject | undefined {
  const value = new Inventor(seed).struct(typeNameOf(kind), DEPTH) as JsonObject;
  const sent = { apiVersion: kind.apiVersion, kind: kind.kind, metadata: { name: 'x', namespace: 'ns' }, ...value };
  try {
    return decode(kind.schema, sent) as KubeObject;
  } catch {
    return undefined;
  }
}

function exercise(kind: Kind, obj: KubeObject, old: KubeObject): void {
  const { strategy } = kind;
  const ctx = strategyContext();
  for (const item of [obj, old]) strategy.applyDefaults?.(item);
  const created = cloneJson(obj);
  strategy.prepareForCreate?.(created, ctx);
  strategy.validate?.(created, new FieldErrors(), ctx);
  strategy.warnings?.(created, undefined, ctx);
  kind.table.cells(created, NOW);
  kind.table.cells(obj, NOW);
  for (const read of kind.selectableFields.values()) expect(typeof read(created)).toBe('string');
  const updated = cloneJson(obj);
  strategy.prepareForUpdate?.(updated, old, ctx);
  if (strategy.validateUpdate === undefined) strategy.validate?.(updated, new FieldErrors(), ctx);
  else strategy.validateUpdate(updated, old, new FieldErrors(), ctx);
  strategy.warnings?.(updated, old, ctx);
  strategy.status?.prepareForUpdate?.(obj, old, ctx);
  strategy.status?.validateUpdate?.(obj, old, new FieldErrors(), ctx);
  strategy.status?.warnings?.(obj, old);
}

describe('no rule trips over what decoding leaves', () => {
  it.each(CLUSTER_KINDS.map((kind) => [`${kind.group}/${kind.resource}`, kind] as const))('%s', (_, kind) => {
    let played = 0;
    for (let seed = 1; seed <= ROUNDS; seed++) {
      const [obj, old] = [invented(kind, seed), invented(kind, seed + 1000)];
      if (obj === undefined || old === undefined) continue;
      exercise(kind, obj, old);
      played += 1;
    }
    expect(played).toBeGreaterThan(ROUNDS / 4);
  });

  it('knows all kinds of the cluster', () => {
    expect(CLUSTER_KINDS.length).toBe(25);
    expect(BUILTIN_KINDS).toEqual(expect.arrayContaining([...CLUSTER_KINDS]));
  });
});
