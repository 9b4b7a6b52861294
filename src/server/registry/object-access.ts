/** ObjectAccess for sub-resource handlers and admission plugins: stored objects by group and resource. */
import type { JsonObject, KubeObject } from '../../api/object.ts';
import { isStatusError, notFound } from '../../api/status-error.ts';
import type { Kind } from '../kinds/kind.ts';
import type { KindTable } from '../kinds/kind-table.ts';
import type { ObjectAccess } from '../kinds/subresource.ts';
import { decodeEntry } from './codec.ts';
import { type DeleteOptions, deleteObject } from './delete-object.ts';
import { listPrefix } from './keys.ts';
import type { Registry } from './registry.ts';
import type { WriteOptions } from './write.ts';

export function objectAccess(kinds: KindTable, registry: Registry): ObjectAccess {
  const need = (group: string, resource: string): Kind => {
    const kind = kinds.preferred(group, resource);
    if (kind === undefined) throw notFound({ group, resource }, '');
    return kind;
  };
  return {
    kindOf: (group, resource) => kinds.preferred(group, resource),
    async get(group, resource, namespace, name) {
      try {
        return await registry.get(need(group, resource), namespace, name);
      } catch (error) {
        if (isStatusError(error, 'NotFound')) return undefined;
        throw error;
      }
    },
    async list(group, resource, namespace) {
      const kind = need(group, resource);
      const { entries } = await registry.store.list({ prefix: listPrefix(kind, namespace ?? '') });
      return entries.map((entry) => decodeEntry(kind, entry));
    },
    async update(group, resource, namespace, name, options, change) {
      const write = writeBy(options, options.subresource);
      const updated = await registry.update(need(group, resource), namespace, name, {
        ...write,
        skipAdmission: true,
        skipValidation: options.validate === false,
        transform: (current) => change(current as KubeObject),
      });
      return updated.object;
    },
    async create(group, resource, object, options) {
      const kind = need(group, resource);
      const created = await registry.create(kind, object.metadata.namespace ?? '', object, writeBy(options, ''));
      return created.object;
    },
    async delete(group, resource, namespace, name, options) {
      const deleteOptions = (options.body ?? {}) as DeleteOptions;
      const deleted = await deleteObject(
        registry,
        need(group, resource),
        namespace,
        name,
        deleteOptions,
        writeBy(options, '', options.body),
      );
      return deleted.object;
    },
  };
}

function writeBy(
  options: Pick<WriteOptions, 'user' | 'dryRun'>,
  subresource: string,
  body: JsonObject = {},
): WriteOptions {
  return { user: options.user, dryRun: options.dryRun, subresource, options: body, warn: () => {} };
}
