/** What every write handler derives from its request. */
import type { KubeObject } from '../../api/object.ts';
import { managerName, updateManagedFields } from '../../api/patch/apply/managed-fields.ts';
import { badRequest } from '../../api/status-error.ts';
import type { Kind } from '../kinds/kind.ts';
import { timestamp } from '../registry/metadata.ts';
import type { ManagedFieldsUpdate, WriteOptions } from '../registry/write.ts';
import type { RequestContext } from '../request/context.ts';
import { optionsObject, type RequestOptions } from './request-options.ts';

export function writeOptions(
  ctx: RequestContext,
  optionsKind: string,
  options: RequestOptions,
  subresource: string,
): WriteOptions {
  return {
    user: ctx.user,
    dryRun: options.dryRun,
    subresource,
    options: optionsObject(optionsKind, options),
    warn: (text) => ctx.warn(text),
    trace: ctx.trace,
  };
}

/** The manager that a write is booked under: fieldManager, else the first part of the user agent. */
export function managerOf(ctx: RequestContext, options: RequestOptions): string {
  return managerName(options.fieldManager, ctx.header('user-agent') ?? '');
}

/** Books an ordinary write (not an apply) under its manager. */
export function bookUpdate(kind: Kind, manager: string, subresource: string, now: () => Date): ManagedFieldsUpdate {
  return (live: KubeObject | undefined, updated: KubeObject) => {
    updated.metadata.managedFields = updateManagedFields({
      schema: kind.schema,
      live,
      updated,
      manager,
      subresource,
      apiVersion: kind.apiVersion,
      now: timestamp(now()),
      resetFields: resetFields(kind, subresource),
    });
  };
}

/** Whether a (sub-)resource that is the object itself can be had as a Table. */
export function servesTables(kind: Kind, subresource: string): boolean {
  const { status, statusSubresources } = kind.strategy;
  return (subresource === 'status' ? status : statusSubresources?.[subresource])?.tables !== false;
}

/** Paths that a write to this (sub-)resource can never own. */
export function resetFields(kind: Kind, subresource: string): string[][] {
  if (kind.strategy.status === undefined) return [];
  const written = subresource === 'status' ? kind.strategy.status : kind.strategy.statusSubresources?.[subresource];
  if (written !== undefined) return (written.resetFields ?? ['spec']).map((field) => [field]);
  return [['status']];
}

/** The name and namespace of a body must be those of the path. @throws StatusError 400 */
export function checkIdentity(ctx: RequestContext, kind: Kind, obj: KubeObject, namedInPath: boolean): void {
  const { namespace, name } = ctx.info;
  const meta = obj.metadata;
  if (kind.namespaced) {
    if (meta.namespace && meta.namespace !== namespace) {
      throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
    }
    meta.namespace = namespace;
  } else delete meta.namespace;
  if (!namedInPath) return;
  if (!meta.name)
    throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  if (meta.name !== name)
    throw badRequest(`the name of the object (${meta.name}) does not match the name on the URL (${name})`);
}
