/** Which OpenAPI documents there are, their hashes (known before they are built), and their bodies. */
import { createHash } from 'node:crypto';
import { stringifyJson } from '../../api/json.ts';
import type { JsonObject } from '../../api/object.ts';
import type { Kind } from '../kinds/kind.ts';
import type { KindTable } from '../kinds/kind-table.ts';
import { FIXED_DOCUMENTS, groupRoute, resourceListRoute } from './api-routes.ts';
import { addCustomDefinitions } from './custom-definitions.ts';
import { Definitions } from './definitions.ts';
import { type Descriptions, descriptionsDigest, loadDescriptions } from './descriptions.ts';
import { DocumentCache } from './document-cache.ts';
import { kindRoutes } from './kind-routes.ts';
import { Parameters } from './parameters.ts';
import type { Route } from './route.ts';
import { v2Document } from './v2-document.ts';
import { v2Protobuf } from './v2-protobuf.ts';
import { BUILTIN_INFO, CUSTOM_INFO, v3Document } from './v3-document.ts';
import { v3Protobuf } from './v3-protobuf.ts';

export type OpenApiFormat = 'json' | 'protobuf';

const CACHE_BYTES = 12 << 20;

/** A document of the v3 index. */
interface Source {
  /** `apis/apps/v1`. */
  readonly name: string;
  readonly kinds: readonly Kind[];
  /** Routes besides those of the kinds. */
  readonly routes: readonly Route[];
}

export class OpenApiDocuments {
  readonly #kinds: KindTable;
  readonly #loadDescriptions: () => Descriptions;
  readonly #cache = new DocumentCache(CACHE_BYTES);
  readonly #prints = new WeakMap<Kind, string>();
  #generation = -1;
  #sources = new Map<string, Source>();
  #hashes = new Map<string, string>();

  constructor(kinds: KindTable, descriptions: () => Descriptions = loadDescriptions) {
    this.#kinds = kinds;
    this.#loadDescriptions = descriptions;
  }

  /** Names of the v3 documents, in order, with their hashes. */
  index(): ReadonlyMap<string, string> {
    this.#refresh();
    return this.#hashes;
  }

  /** @throws Error for a name that is not in the index */
  v3(name: string, format: OpenApiFormat): Buffer {
    this.#refresh();
    const source = this.#sources.get(name);
    if (source === undefined) throw new Error(`no OpenAPI document ${name}`);
    return this.#cache.get(`${name} ${format} ${this.#hashes.get(name)}`, () =>
      encode(this.#v3Document(source), format, v3Protobuf),
    );
  }

  v2Hash(): string {
    return hash([...this.index().values()].join());
  }

  v2(format: OpenApiFormat): Buffer {
    return this.#cache.get(`v2 ${format} ${this.v2Hash()}`, () => encode(this.#v2Document(), format, v2Protobuf));
  }

  #v3Document({ kinds, routes }: Source): JsonObject {
    const descriptions = this.#loadDescriptions();
    const definitions = new Definitions('v3', descriptions);
    const custom = kinds.length > 0 && kinds.every((kind) => kind.source === 'crd');
    return v3Document(custom ? CUSTOM_INFO : BUILTIN_INFO, routesOf(kinds, routes, definitions), definitions);
  }

  #v2Document(): JsonObject {
    this.#refresh();
    const definitions = new Definitions('v2', this.#loadDescriptions());
    const routes = [...this.#sources.values()].flatMap((source) => routesOf(source.kinds, source.routes, definitions));
    return v2Document(routes, definitions);
  }

  #refresh(): void {
    if (this.#generation === this.#kinds.generation) return;
    this.#generation = this.#kinds.generation;
    const sources = sourcesOf(this.#kinds.all());
    this.#sources = new Map(sources.map((source) => [source.name, source]));
    this.#hashes = new Map(sources.map((source) => [source.name, this.#hashOf(source)]));
  }

  /** Of everything that the document is made from, so that nothing has to be built for the index. */
  #hashOf({ name, kinds, routes }: Source): string {
    return hash(
      [name, descriptionsDigest(), JSON.stringify(routes), ...kinds.map((kind) => this.#printOf(kind))].join('\n'),
    );
  }

  #printOf(kind: Kind): string {
    let print = this.#prints.get(kind);
    if (print === undefined) {
      const { resource, kind: name, listKind, namespaced, verbs, subresources, openapi } = kind;
      const subs = [...subresources.values()].map((sub) => [sub.name, sub.group, sub.version, sub.kind, sub.verbs]);
      print = hash(stringifyJson([resource, name, listKind, namespaced, verbs, subs, openapi]));
      this.#prints.set(kind, print);
    }
    return print;
  }
}

function routesOf(kinds: readonly Kind[], routes: readonly Route[], definitions: Definitions): Route[] {
  const parameters = new Parameters(definitions.descriptions);
  for (const kind of kinds) if (kind.source === 'crd') addCustomDefinitions(definitions, kind);
  return [...routes, ...kinds.flatMap((kind) => kindRoutes(kind, parameters))];
}

function sourcesOf(kinds: readonly Kind[]): Source[] {
  const sources = new Map<string, Source & { kinds: Kind[] }>();
  for (const [name, route] of FIXED_DOCUMENTS) sources.set(name, { name, kinds: [], routes: [route] });
  for (const kind of kinds) {
    const name = kind.group === '' ? `api/${kind.version}` : `apis/${kind.group}/${kind.version}`;
    const builtIn = kind.source === 'builtin';
    const source = sources.get(name) ?? { name, kinds: [], routes: builtIn ? [resourceListRoute(`/${name}/`)] : [] };
    source.kinds.push(kind);
    sources.set(name, source);
    if (builtIn && kind.group !== '') sources.set(`apis/${kind.group}`, groupSource(kind.group));
  }
  return [...sources.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function groupSource(group: string): Source & { kinds: Kind[] } {
  return { name: `apis/${group}`, kinds: [], routes: [groupRoute(`/apis/${group}/`)] };
}

function encode(document: JsonObject, format: OpenApiFormat, protobuf: (document: JsonObject) => Buffer): Buffer {
  return format === 'protobuf' ? protobuf(document) : Buffer.from(stringifyJson(document), 'utf8');
}

/** Upper-case hexadecimal SHA-512, as kube-openapi's hashes look. */
function hash(text: string): string {
  return createHash('sha512').update(text).digest('hex').toUpperCase();
}
