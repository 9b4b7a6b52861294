/**
 * YAML bodies as sigs.k8s.io/yaml turns them into JSON: YAML 1.1 as go-yaml v2 understands it (`y` is true, `010` is
 * eight, keys become strings), the first document only, aliases expanded within go-yaml's bounds.
 */
import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  Parser,
  Scalar,
  type YAMLMap,
} from 'yaml';
import { quote } from './field-errors.ts';
import { setOwn } from './object.ts';
import { YamlError, yamlError } from './yaml-errors.ts';
import { resolvePlain, type YamlScalar } from './yaml-scalars.ts';

export { YamlError } from './yaml-errors.ts';

export interface YamlDocument {
  /** A JSON value; integers beyond 2^53 are bigint. */
  readonly value: unknown;
  /** `line 5: key "name" already set in map`, in the order in which go-yaml's strict mode finds them. */
  readonly duplicates: readonly string[];
}

/** Reads the first document of a text; an empty text is null. @throws YamlError */
export function parseYaml(source: string | Uint8Array): YamlDocument {
  const text = typeof source === 'string' ? source : decodeUtf8(source);
  refuseDepth(text);
  const lines = new LineCounter();
  try {
    const document = firstDocument(text, lines);
    if (document === undefined) return { value: null, duplicates: [] };
    const [fault] = document.errors;
    if (fault !== undefined) throw yamlError(text, fault, lines);
    const converter = new Converter(lines);
    return { value: converter.convert(document.contents as Node | null), duplicates: converter.duplicates };
  } catch (error) {
    if (error instanceof RangeError) throw new YamlError('yaml: exceeded max depth of 10000', { cause: error });
    throw error;
  }
}

const MAX_DEPTH = 10_000;
const OPENING = new Set(['[', '{'].map((bracket) => bracket.charCodeAt(0)));
const CLOSING = new Set([']', '}'].map((bracket) => bracket.charCodeAt(0)));

/** Before parsing, which takes seconds for what go-yaml refuses; brackets in strings count too, none has so many. */
function refuseDepth(text: string): void {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (OPENING.has(code)) depth++;
    else if (CLOSING.has(code)) depth--;
    if (depth > MAX_DEPTH) throw new YamlError(`yaml: exceeded max depth of ${MAX_DEPTH}`);
  }
}

const strictDecoder = new TextDecoder('utf-8', { fatal: true });

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return strictDecoder.decode(bytes);
  } catch (cause) {
    throw new YamlError('yaml: invalid leading UTF-8 octet', { cause });
  }
}

const OPTIONS = {
  version: '1.1',
  schema: 'failsafe',
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'silent',
  strict: true,
} as const;
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/;

function firstDocument(text: string, lines: LineCounter): Document.Parsed | undefined {
  if (CONTROL.test(text)) throw new YamlError('yaml: control characters are not allowed');
  const composer = new Composer(OPTIONS);
  const parser = new Parser(lines.addNewLine);
  for (const document of composer.compose(parser.parse(text), true, text.length)) {
    if (document.contents !== null || document.errors.length > 0) return document as Document.Parsed;
    return undefined;
  }
  return undefined;
}

const CORE = 'tag:yaml.org,2002:';

/** go-yaml's guard against documents that grow by aliases. */
function allowedAliasRatio(decoded: number): number {
  const [low, high] = [400_000, 4_000_000];
  if (decoded <= low) return 0.99;
  return decoded >= high ? 0.1 : 0.99 - 0.89 * ((decoded - low) / (high - low));
}

class Converter {
  readonly duplicates: string[] = [];
  readonly #lines: LineCounter;
  readonly #anchors = new Map<string, Node>();
  /** Anchors being expanded: one inside itself has no end. */
  readonly #open = new Set<string>();
  #decoded = 0;
  #aliased = 0;

  constructor(lines: LineCounter) {
    this.#lines = lines;
  }

  convert(node: Node | null): unknown {
    this.#count();
    if (node === null) return null;
    if (isAlias(node)) return this.#alias(node.source);
    const { anchor } = node as { anchor?: string };
    if (anchor !== undefined) this.#anchors.set(anchor, node);
    if (isScalar(node)) return jsonScalar(scalarValue(node));
    if (isSeq(node)) return node.items.map((item) => this.convert(item as Node | null));
    if (isMap(node)) return this.#map(node as YAMLMap<Node | null, Node | null>);
    return null;
  }

  #count(): void {
    this.#decoded++;
    if (this.#open.size > 0) this.#aliased++;
    if (
      this.#aliased > 100 &&
      this.#decoded > 1000 &&
      this.#aliased / this.#decoded > allowedAliasRatio(this.#decoded)
    ) {
      throw new YamlError('yaml: document contains excessive aliasing');
    }
  }

  #alias(name: string): unknown {
    const target = this.#anchors.get(name);
    if (target === undefined) throw new YamlError(`yaml: unknown anchor '${name}' referenced`);
    if (this.#open.has(name)) throw new YamlError(`yaml: anchor '${name}' value contains itself`);
    this.#open.add(name);
    const value = this.convert(target);
    this.#open.delete(name);
    return value;
  }

  #map(map: YAMLMap<Node | null, Node | null>): object {
    const out: Record<string, unknown> = {};
    const seen = new Set<YamlScalar>();
    const { anchor } = map as { anchor?: string };
    for (const { key, value } of map.items) {
      if (isMergeKey(key)) {
        this.#merge(value ?? null, out);
        continue;
      }
      const typed = this.#key(key);
      if (anchor !== undefined) this.#open.add(anchor);
      const converted = this.convert(value ?? null);
      if (anchor !== undefined) this.#open.delete(anchor);
      if (seen.has(typed)) this.duplicates.push(this.#duplicate(typed, value ?? key));
      seen.add(typed);
      setOwn(out, keyText(typed), converted);
    }
    return out;
  }

  #key(key: Node | null): YamlScalar {
    if (key === null) return null;
    if (isAlias(key)) {
      const target = this.#anchors.get(key.source);
      if (target === undefined) throw new YamlError(`yaml: unknown anchor '${key.source}' referenced`);
      return this.#key(target);
    }
    if (!isScalar(key))
      throw new YamlError(
        `yaml: invalid map key: ${isMap(key) ? 'map[interface {}]interface {}{}' : '[]interface {}{}'}`,
      );
    if (key.anchor !== undefined) this.#anchors.set(key.anchor, key);
    return scalarValue(key);
  }

  #duplicate(key: YamlScalar, at: Node | null): string {
    const line = this.#lines.linePos(at?.range?.[0] ?? 0).line;
    return `line ${line}: key ${typeof key === 'string' ? quote(key) : String(key)} already set in map`;
  }

  /** `<<`: members of a map, or of several, the first of which win. */
  #merge(node: Node | null, out: Record<string, unknown>): void {
    const source = node !== null && isAlias(node) ? this.#anchors.get(node.source) : node;
    const list = source !== undefined && isSeq(source) ? [...source.items].reverse() : [node];
    for (const item of list) {
      const value = this.convert(item as Node | null);
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw new YamlError('yaml: map merge requires map or sequence of maps as the value');
      }
      for (const [key, member] of Object.entries(value)) setOwn(out, key, member);
    }
  }
}

function isMergeKey(key: Node | null): boolean {
  return isScalar(key) && key.value === '<<' && (key.type === Scalar.PLAIN || key.tag === `${CORE}merge`);
}

function scalarValue(node: Scalar): YamlScalar {
  const text = String(node.value ?? '');
  const { tag } = node;
  if (tag === undefined) return node.type === Scalar.PLAIN ? resolvePlain(text) : text;
  if (tag === `${CORE}binary`) return binaryText(text);
  if (![`${CORE}int`, `${CORE}float`, `${CORE}bool`, `${CORE}null`].includes(tag)) return text;
  return taggedValue(tag.slice(CORE.length), text);
}

function taggedValue(tag: string, text: string): YamlScalar {
  const value = resolvePlain(text);
  if (tag === 'float' && typeof value === 'bigint') return Number(value);
  const kind =
    value === null ? 'null' : typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'str' : 'number';
  const fits =
    kind === tag || (kind === 'number' && (tag === 'float' || (tag === 'int' && Number.isInteger(Number(value)))));
  if (!fits)
    throw new YamlError(`yaml: cannot decode !!${kind === 'number' ? 'float' : kind} \`${text}\` as a !!${tag}`);
  return value;
}

function binaryText(text: string): string {
  try {
    const bytes = Uint8Array.from(atob(text.replace(/\s/g, '')), (char) => char.charCodeAt(0));
    return new TextDecoder().decode(bytes);
  } catch (cause) {
    throw new YamlError('yaml: !!binary value contains invalid base64 data', { cause });
  }
}

function jsonScalar(value: YamlScalar): YamlScalar {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    const name = Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
    throw new YamlError(`json: unsupported value: ${name}`);
  }
  return value;
}

/** JSON has only strings as keys. */
function keyText(key: YamlScalar): string {
  if (key === null) throw new YamlError('unsupported map key of type: %!s(<nil>), key: <nil>');
  if (key === Number.POSITIVE_INFINITY) return '.inf';
  if (key === Number.NEGATIVE_INFINITY) return '-.inf';
  return Number.isNaN(key) ? '.nan' : String(key);
}
