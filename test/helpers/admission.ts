/** Admission plugins without a server: objects in a map, attributes with the usual values. */
import { cloneJson, type KubeObject } from '../../src/api/object.ts';
import type {
  AdmissionAttributes,
  AdmissionContext,
  AdmissionPlugin,
  AdmissionPluginFactory,
  MirroredObjects,
  Operation,
} from '../../src/server/admission/admission.ts';
import type { Decision } from '../../src/server/authorization/authorizer.ts';
import { BUILTIN_KINDS } from '../../src/server/kinds/index.ts';
import { KindTable } from '../../src/server/kinds/kind-table.ts';
import type { ObjectAccess } from '../../src/server/kinds/subresource.ts';

const kinds = new KindTable(BUILTIN_KINDS);

const keyOf = (group: string, resource: string) => (group === '' ? resource : `${resource}.${group}`);

/** Objects by `resource.group` (`pods`, `storageclasses.storage.k8s.io`). */
export class FakeObjects {
  readonly #all = new Map<string, KubeObject>();

  put(resource: string, object: { readonly metadata: object; readonly [field: string]: unknown }): this {
    const { namespace = '', name = '' } = object.metadata as { namespace?: string; name?: string };
    this.#all.set(`${resource}/${namespace}/${name}`, object as unknown as KubeObject);
    return this;
  }

  /** One object, as the mirror and the store show it. */
  find(group: string, resource: string, namespace: string, name: string): KubeObject | undefined {
    return cloneJson(this.#all.get(`${keyOf(group, resource)}/${namespace}/${name}`));
  }

  /** All of a resource, or those of one namespace. */
  listed(group: string, resource: string, namespace?: string): KubeObject[] {
    const prefix = `${keyOf(group, resource)}/${namespace ? `${namespace}/` : ''}`;
    return [...this.#all].filter(([at]) => at.startsWith(prefix)).map(([, object]) => cloneJson(object));
  }

  mirrored<T>(group: string, resource: string): MirroredObjects<T> {
    return {
      get: (namespace, name) => this.find(group, resource, namespace, name) as (T & KubeObject) | undefined,
      list: (namespace) => this.listed(group, resource, namespace) as (T & KubeObject)[],
    };
  }

  access(): ObjectAccess {
    const unused = () => Promise.reject(new Error('not in this test'));
    return {
      kindOf: (group, resource) => kinds.preferred(group, resource),
      get: async (...what) => this.find(...what),
      list: async (...what) => this.listed(...what),
      update: async (group, resource, namespace, name, _options, change) => {
        const at = `${keyOf(group, resource)}/${namespace}/${name}`;
        let updated: KubeObject;
        let before: KubeObject | undefined;
        // As the registry does: try again when somebody else was faster.
        do {
          before = this.#all.get(at);
          updated = await change(cloneJson(before) as KubeObject);
        } while (this.#all.get(at) !== before);
        this.#all.set(at, updated);
        return updated;
      },
      create: unused,
      delete: unused,
    };
  }
}

export interface Write {
  /** `pods`, `pods/binding`, `deployments.apps`, `certificatesigningrequests.certificates.k8s.io/approval`. */
  readonly to: string;
  readonly operation?: Operation;
  readonly object?: object;
  readonly old?: object;
  readonly namespace?: string;
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly dryRun?: boolean;
  readonly name?: string;
}

export interface Outcome {
  readonly object: KubeObject | undefined;
  readonly warnings: readonly string[];
  readonly annotations: Readonly<Record<string, string>>;
}

export function contextOf(
  objects = new FakeObjects(),
  decide: (verb: string, name: string) => boolean = () => false,
): AdmissionContext {
  return {
    objects: objects.access(),
    mirrored: (group, resource) => objects.mirrored(group, resource),
    kinds,
    now: () => new Date('2030-01-01T00:00:00Z'),
    random: () => 0,
    authorize: ({ verb, name }): Decision => ({ verdict: decide(verb, name) ? 'allow' : 'no-opinion', reason: '' }),
  };
}

export function attributesOf(
  write: Write,
  warnings: string[] = [],
  annotations: Record<string, string> = {},
): AdmissionAttributes {
  const [path = '', ...rest] = write.to.split('/');
  const dot = path.indexOf('.');
  const [resource, group] = dot < 0 ? [path, ''] : [path.slice(0, dot), path.slice(dot + 1)];
  const kind = kinds.preferred(group, resource);
  if (kind === undefined) throw new Error(`no kind ${path}`);
  const object = write.object === undefined ? undefined : (cloneJson({ metadata: {}, ...write.object }) as KubeObject);
  const old = write.old === undefined ? undefined : ({ metadata: {}, ...write.old } as KubeObject);
  return {
    kind,
    operation: write.operation ?? 'CREATE',
    namespace: write.namespace ?? (kind.namespaced ? 'shop' : ''),
    name: write.name ?? object?.metadata.name ?? old?.metadata.name ?? '',
    subresource: rest.join('/'),
    object,
    old,
    options: {},
    user: { name: write.user ?? 'jane', uid: '', groups: write.groups ?? ['dev'], extra: {} },
    dryRun: write.dryRun ?? false,
    warn: (text) => warnings.push(text),
    annotate: (key, value) => {
      annotations[key] = value;
    },
  };
}

/** Both steps of one plugin. @throws what the plugin throws */
export async function admit(
  plugin: AdmissionPlugin | AdmissionPluginFactory,
  write: Write,
  objects?: FakeObjects,
): Promise<Outcome> {
  const made = typeof plugin === 'function' ? plugin(contextOf(objects)) : plugin;
  const warnings: string[] = [];
  const annotations: Record<string, string> = {};
  const attributes = attributesOf(write, warnings, annotations);
  await made.admit?.(attributes);
  await made.validate?.(attributes);
  return { object: attributes.object, warnings, annotations };
}
