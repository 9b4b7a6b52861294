/** Every operation on a kind and its sub-resources; names and texts as apiserver pkg/endpoints/installer.go makes them. */
import { typeNameOfKind } from '../../api/schema/type-table.ts';
import type { Kind, Subresource } from '../kinds/kind.ts';
import { customTypeName } from './custom-definitions.ts';
import { operationId, tagOf } from './operation-id.ts';
import type { Parameters } from './parameters.ts';
import { type Method, type Route, sortParameters } from './route.ts';
import type { GroupVersionKind } from './type-facts.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.';
const JSON_TYPE = 'application/json';
const YAML_TYPE = 'application/yaml';
const PROTOBUF_TYPE = 'application/vnd.kubernetes.protobuf';
const OBJECT_TYPES = [JSON_TYPE, YAML_TYPE, PROTOBUF_TYPE];
const STREAM_TYPES = [...OBJECT_TYPES, `${JSON_TYPE};stream=watch`, `${PROTOBUF_TYPE};stream=watch`];
const PATCH_TYPES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];
const ANYTHING = ['*/*'];
const WATCH_HINT = "deprecated: use the 'watch' parameter with a list operation instead";

const CONNECT_METHODS: Readonly<Record<string, readonly Method[]>> = {
  proxy: ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'],
};
const STREAM_METHODS: readonly Method[] = ['get', 'post'];

/** What an operation is made of, besides the kind. */
interface Operation {
  readonly action: string;
  readonly method: Method;
  /** First word of the operation id, and what follows group and version in it. */
  readonly verb: string;
  readonly rest: string;
  readonly description: string;
}

/** By x-kubernetes-action: the method and the verb of the operation id. */
const ACTIONS: Readonly<Record<string, readonly [Method, string]>> = {
  list: ['get', 'list'],
  watch: ['get', 'watch'],
  watchlist: ['get', 'watch'],
  get: ['get', 'read'],
  post: ['post', 'create'],
  put: ['put', 'replace'],
  patch: ['patch', 'patch'],
  delete: ['delete', 'delete'],
  deletecollection: ['delete', 'delete'],
};

function operation(action: string, rest: string, description: string): Operation {
  const [method, verb] = ACTIONS[action] as [Method, string];
  return { action, method, verb, rest, description };
}

export function kindRoutes(kind: Kind, parameters: Parameters): Route[] {
  return new KindRoutes(kind, parameters).all();
}

class KindRoutes {
  readonly #kind: Kind;
  readonly #parameters: Parameters;
  readonly #base: string;
  /** `NamespacedPod`, `Node`. */
  readonly #name: string;

  constructor(kind: Kind, parameters: Parameters) {
    this.#kind = kind;
    this.#parameters = parameters;
    this.#base = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
    this.#name = `${kind.namespaced ? 'Namespaced' : ''}${kind.kind}`;
  }

  all(): Route[] {
    const collection = this.#collectionBelow(this.#base);
    const item = `${collection}/{name}`;
    return [
      ...this.#collectionRoutes(collection),
      ...this.#itemRoutes(item),
      ...this.#everywhereRoutes(),
      ...this.#watchRoutes(),
      ...[...this.#kind.subresources.values()].flatMap((sub) => this.#subresourceRoutes(`${item}/${sub.name}`, sub)),
    ];
  }

  #collectionBelow(root: string): string {
    return `${root}/${this.#kind.namespaced ? 'namespaces/{namespace}/' : ''}${this.#kind.resource}`;
  }

  #collectionRoutes(path: string): Route[] {
    const { kind, verbs } = this.#kind;
    const name = this.#name;
    const collection = operation('deletecollection', `Collection${name}`, `delete collection of ${kind}`);
    return [
      ...(verbs.includes('list') ? [this.#list(path, name)] : []),
      ...(verbs.includes('create') ? [this.#write(path, operation('post', name, `create ${withArticle(kind)}`))] : []),
      ...(verbs.includes('deletecollection') ? [this.#remove(path, collection)] : []),
    ];
  }

  #itemRoutes(path: string): Route[] {
    const { kind, verbs } = this.#kind;
    const name = this.#name;
    const remove = operation('delete', name, `delete ${withArticle(kind)}`);
    return [
      ...this.#readAndWriteRoutes(path, verbs, name, kind),
      ...(verbs.includes('delete') ? [this.#remove(path, remove)] : []),
    ];
  }

  #readAndWriteRoutes(path: string, verbs: readonly string[], rest: string, kind: string, sub?: Subresource): Route[] {
    const target = sub === undefined ? `the specified ${kind}` : `${sub.name} of the specified ${kind}`;
    return [
      ...(verbs.includes('get') ? [this.#read(path, operation('get', rest, `read ${target}`), sub)] : []),
      ...(verbs.includes('update') ? [this.#write(path, operation('put', rest, `replace ${target}`), sub)] : []),
      ...(verbs.includes('patch')
        ? [this.#write(path, operation('patch', rest, `partially update ${target}`), sub)]
        : []),
    ];
  }

  #everywhereRoutes(): Route[] {
    const { kind, namespaced, resource, verbs } = this.#kind;
    return namespaced && verbs.includes('list')
      ? [this.#list(`${this.#base}/${resource}`, `${kind}ForAllNamespaces`)]
      : [];
  }

  /** The old paths below /watch; custom resources never had them. */
  #watchRoutes(): Route[] {
    const { kind, namespaced, resource, source, verbs } = this.#kind;
    if (source === 'crd' || !verbs.includes('watch')) return [];
    const list = `watch individual changes to a list of ${kind}. ${WATCH_HINT}.`;
    const item = `watch changes to an object of kind ${kind}. ${WATCH_HINT}, filtered to a single item with the 'fieldSelector' parameter.`;
    const scoped = this.#collectionBelow(`${this.#base}/watch`);
    const everywhere = operation('watchlist', `${kind}ListForAllNamespaces`, list);
    return [
      this.#watch(scoped, operation('watchlist', `${this.#name}List`, list)),
      this.#watch(`${scoped}/{name}`, operation('watch', this.#name, item)),
      ...(namespaced ? [this.#watch(`${this.#base}/watch/${resource}`, everywhere)] : []),
    ];
  }

  #subresourceRoutes(path: string, sub: Subresource): Route[] {
    const { kind } = this.#kind;
    const rest = `${this.#name}${capital(sub.name)}`;
    if (sub.name === 'log') return [this.#log(path, sub, operation('get', rest, `read log of the specified ${kind}`))];
    if (this.#parameters.isOptions(sub.kind)) return this.#connectRoutes(path, sub);
    const create = operation('post', rest, `create ${sub.name} of ${withArticle(kind)}`);
    return [
      ...(sub.verbs.includes('create') ? [this.#write(path, create, sub)] : []),
      ...this.#readAndWriteRoutes(path, sub.verbs, rest, kind, sub),
    ];
  }

  #connectRoutes(path: string, sub: Subresource): Route[] {
    const methods = CONNECT_METHODS[sub.name] ?? STREAM_METHODS;
    const paths = sub.name === 'proxy' ? [path, `${path}/{path}`] : [path];
    return paths.flatMap((one) => methods.map((method) => this.#connect(one, method, sub)));
  }

  #connect(path: string, method: Method, sub: Subresource): Route {
    const rest = `${capital(method)}${this.#name}${capital(sub.name)}${path.endsWith('{path}') ? 'WithPath' : ''}`;
    const description = `connect ${method.toUpperCase()} requests to ${sub.name} of ${this.#kind.kind}`;
    const connect: Operation = { action: 'connect', method, verb: 'connect', rest, description };
    return this.#withOptions(this.#route(path, connect, sub, ANYTHING, { 200: 'string' }), sub.kind);
  }

  #log(path: string, sub: Subresource, read: Operation): Route {
    return this.#withOptions(
      this.#route(path, read, sub, ['text/plain', ...OBJECT_TYPES], { 200: 'string' }),
      'PodLogOptions',
    );
  }

  #withOptions(route: Route, options: string): Route {
    return { ...route, parameters: sortParameters([...route.parameters, ...this.#parameters.forOptions(options)]) };
  }

  #read(path: string, read: Operation, sub?: Subresource): Route {
    return this.#route(path, read, sub, this.#objectTypes(), { 200: this.#typeOf(sub) });
  }

  #list(path: string, rest: string): Route {
    const { kind, source, verbs } = this.#kind;
    const list = operation('list', rest, `list ${verbs.includes('watch') ? 'or watch ' : ''}objects of kind ${kind}`);
    return this.#route(path, list, undefined, source === 'crd' ? this.#objectTypes() : STREAM_TYPES, {
      200: this.#listType(),
    });
  }

  #watch(path: string, watch: Operation): Route {
    return this.#route(path, watch, undefined, STREAM_TYPES, { 200: `${META}WatchEvent` });
  }

  #write(path: string, write: Operation, sub?: Subresource): Route {
    const type = this.#typeOf(sub);
    const patch = write.action === 'patch';
    const codes = { 200: type, 201: type, ...(write.action === 'post' ? { 202: type } : {}) };
    const route = this.#route(path, write, sub, this.#objectTypes(), codes);
    const consumes = patch ? this.#patchTypes() : route.consumes;
    return { ...route, body: { type: patch ? `${META}Patch` : type, required: true }, consumes };
  }

  #remove(path: string, remove: Operation): Route {
    const one = remove.action === 'delete';
    const type = one && this.#kind.strategy.deleteReturns === 'object' ? this.#typeOf() : `${META}Status`;
    const codes: Record<string, string> = one ? { 200: type, 202: type } : { 200: type };
    const route = this.#route(path, remove, undefined, this.#objectTypes(), codes);
    return { ...route, body: { type: `${META}DeleteOptions`, required: false } };
  }

  #route(
    path: string,
    operation: Operation,
    sub: Subresource | undefined,
    produces: readonly string[],
    codes: Record<string, string>,
  ): Route {
    const kind = this.#kindOf(sub);
    return {
      path,
      method: operation.method,
      operationId: operationId(operation.verb, operation.rest, path),
      tag: tagOf(path),
      description: operation.description,
      action: operation.action,
      kind,
      parameters: sortParameters([
        ...this.#parameters.forAction(operation.action),
        ...this.#parameters.inPath(path, kind.kind),
      ]),
      consumes: this.#kind.source === 'crd' && operation.method !== 'get' ? [JSON_TYPE, YAML_TYPE] : ANYTHING,
      produces,
      responses: { ...codes, 401: undefined },
    };
  }

  #objectTypes(): readonly string[] {
    return this.#kind.source === 'crd' ? [JSON_TYPE, YAML_TYPE] : OBJECT_TYPES;
  }

  #patchTypes(): readonly string[] {
    return this.#kind.acceptsStrategicMerge ? PATCH_TYPES : PATCH_TYPES.filter((type) => !type.includes('strategic'));
  }

  #kindOf(sub: Subresource | undefined): GroupVersionKind {
    const { group, version, kind } = this.#kind;
    if (sub === undefined) return { group, kind, version };
    return sub.group
      ? { group: sub.group, kind: sub.kind, version: sub.version ?? version }
      : { group, kind: sub.kind, version };
  }

  #typeOf(sub?: Subresource): string {
    const { group, version, kind } = this.#kindOf(sub);
    const own = group === this.#kind.group && kind === this.#kind.kind;
    if (own && this.#kind.source === 'crd') return customTypeName(this.#kind, kind);
    return typeNameOfKind(group, version, kind) ?? `${META}Status`;
  }

  #listType(): string {
    const { group, version, listKind, source } = this.#kind;
    if (source === 'crd') return customTypeName(this.#kind, listKind);
    return typeNameOfKind(group, version, listKind) ?? `${META}Status`;
  }
}

/** Nothing for plurals (Endpoints), which words in -ss are not. */
function withArticle(noun: string): string {
  if (/[^s]s$/.test(noun)) return noun;
  return `${/^[AEIOU]/i.test(noun) ? 'an' : 'a'} ${noun}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
