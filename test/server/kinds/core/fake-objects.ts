import { cloneJson, type JsonObject, type KubeObject } from '../../../../src/api/object.ts';
import { notFound } from '../../../../src/api/status-error.ts';
import { pods } from '../../../../src/server/kinds/core/pods.ts';
import type { ObjectAccess, SubresourceRequest } from '../../../../src/server/kinds/subresource.ts';
import { NOW } from '../golden-harness.ts';

/** Objects in a map, by `resource/name`; writes are kept, deletes recorded. */
export class FakeObjects implements ObjectAccess {
  readonly stored = new Map<string, KubeObject>();
  readonly deleted: { name: string; body: JsonObject | undefined; dryRun: boolean }[] = [];
  /** As it was when it went. */
  lastDeleted: KubeObject | undefined;

  put(resource: string, object: object): void {
    const stored = object as KubeObject;
    this.stored.set(`${resource}/${stored.metadata.name}`, stored);
  }

  read<T>(resource: string, name: string): T {
    return this.stored.get(`${resource}/${name}`) as T;
  }

  kindOf(): undefined {
    return undefined;
  }

  async get(_group: string, resource: string, _namespace: string, name: string): Promise<KubeObject | undefined> {
    return cloneJson(this.stored.get(`${resource}/${name}`));
  }

  async list(_group: string, resource: string): Promise<KubeObject[]> {
    return [...this.stored].filter(([key]) => key.startsWith(`${resource}/`)).map(([, value]) => cloneJson(value));
  }

  async update(...[group, resource, , name, options, change]: Parameters<ObjectAccess['update']>): Promise<KubeObject> {
    const current = this.stored.get(`${resource}/${name}`);
    if (current === undefined) throw notFound({ group, resource }, name);
    const next = await change(cloneJson(current));
    if (!options.dryRun) this.put(resource, next);
    return next;
  }

  async create(_group: string, resource: string, object: KubeObject): Promise<KubeObject> {
    this.put(resource, object);
    return object;
  }

  async delete(...[, resource, , name, { body, dryRun }]: Parameters<ObjectAccess['delete']>): Promise<KubeObject> {
    this.deleted.push({ name, body, dryRun });
    const object = this.read<KubeObject>(resource, name);
    this.lastDeleted = object;
    if (!dryRun) this.stored.delete(`${resource}/${name}`);
    return object;
  }
}

/** A request for `pods/NAME/SUBRESOURCE` in namespace `ns`. */
export function podRequest(
  objects: ObjectAccess,
  name: string,
  subresource: string,
  more: { body?: JsonObject; query?: string; dryRun?: boolean } = {},
): SubresourceRequest {
  return {
    kind: pods,
    info: {
      isResource: true,
      path: `/api/v1/namespaces/ns/pods/${name}/${subresource}`,
      verb: 'create',
      apiPrefix: 'api',
      group: '',
      version: 'v1',
      namespace: 'ns',
      resource: 'pods',
      subresource,
      name,
      named: true,
      parts: ['pods', name, subresource],
    },
    user: { name: 'test', uid: '', groups: [], extra: {} },
    query: new URLSearchParams(more.query ?? ''),
    body: more.body,
    dryRun: more.dryRun ?? false,
    now: NOW,
    warn: () => {},
    objects,
  };
}

/** Runs a handler; a refusal comes back as `CODE message`. */
export async function answer(request: SubresourceRequest): Promise<string> {
  const handler = pods.subresources.get(request.info.subresource)?.handler;
  if (handler === undefined) return 'no handler';
  try {
    const { status } = await handler(request);
    return String(status);
  } catch (error) {
    const { code, message } = error as { code?: number; message: string };
    return `${code} ${message}`;
  }
}
