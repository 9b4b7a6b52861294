/** Reads the body of a sub-resource or virtual kind as its type, with the refusals of a plain create. */
import { quote } from '../../../api/field-errors.ts';
import type { JsonObject, KubeObject } from '../../../api/object.ts';
import { DecodeError, decode } from '../../../api/schema/decoder.ts';
import { schemaOfKind, typeNameOfKind } from '../../../api/schema/type-table.ts';
import { badRequest } from '../../../api/status-error.ts';

const SCHEME = 'scheme "pkg/api/legacyscheme/scheme.go:30"';

/** @throws StatusError 400 for another kind, or values of the wrong type */
export function readBody<T>(
  group: string,
  version: string,
  kind: string,
  body: JsonObject | undefined,
): T & KubeObject {
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const given = { apiVersion: text(body?.apiVersion) || apiVersion, kind: text(body?.kind) || kind };
  const refuse = (why: string) =>
    badRequest(`${given.kind} in version ${quote(versionOf(given.apiVersion))} cannot be handled as a ${kind}: ${why}`);
  if (given.apiVersion !== apiVersion || given.kind !== kind) {
    throw refuse(otherKind(given, `${internalGroup(group)}.${kind}`));
  }
  try {
    const object = decode(schemaOfKind(group, version, kind), body ?? {}) as T & KubeObject;
    object.metadata ??= {};
    return object;
  } catch (error) {
    if (error instanceof DecodeError) throw refuse(error.message);
    throw error;
  }
}

function otherKind({ apiVersion, kind }: { apiVersion: string; kind: string }, wanted: string): string {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const version = versionOf(apiVersion);
  if (typeNameOfKind(group, version, kind) === undefined) {
    return `no kind ${quote(kind)} is registered for version ${quote(apiVersion)} in ${SCHEME}`;
  }
  return `converting (${version}.${kind}) to (${wanted}): unknown conversion`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function versionOf(apiVersion: string): string {
  return apiVersion.slice(apiVersion.indexOf('/') + 1);
}

function internalGroup(group: string): string {
  return group === '' ? 'core' : (group.split('.')[0] as string);
}

const OTHER_NAMESPACE = 'the namespace of the provided object does not match the namespace sent on the request';

/**
 * The namespace of the path goes into the body.
 * @throws StatusError 400 when the body names another one
 */
export function takeNamespace({ metadata }: KubeObject, namespace: string): void {
  if (namespace === '') delete metadata.namespace;
  else if (metadata.namespace && metadata.namespace !== namespace) throw badRequest(OTHER_NAMESPACE);
  else metadata.namespace = namespace;
}
