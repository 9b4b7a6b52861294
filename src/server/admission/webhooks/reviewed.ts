/** What a webhook is shown of a write, and how what it makes of it comes back. */

import { FieldErrors, Path, quote } from '../../../api/field-errors.ts';
import { plainDocument } from '../../../api/json-scanner.ts';
import { cloneJson, equalJson, isObject, type JsonObject, type KubeObject } from '../../../api/object.ts';
import { DecodeError, decodeDocument } from '../../../api/schema/decoder.ts';
import type { Schema } from '../../../api/schema/schema.ts';
import { readTypeMeta } from '../../../api/schema/type-meta.ts';
import { schemaOfKind, typeNameOfKind } from '../../../api/schema/type-table.ts';
import { internalError, invalid, plainError } from '../../../api/status-error.ts';
import type { Kind } from '../../kinds/kind.ts';
import { replicasPaths, scaleOf } from '../../kinds/shared/scale-object.ts';
import type { AdmissionAttributes, AdmissionContext } from '../admission.ts';
import { bodyKind } from '../admission-request.ts';
import { replaceContent } from '../replace-content.ts';
import { convertObject } from './versions.ts';

type Kinds = AdmissionContext['kinds'];

/** The write as a webhook for `kind` sees it: converted, and a Scale where the Scale of an object is written. */
export function reviewedAs(attributes: AdmissionAttributes, kind: Kind, kinds: Kinds): AdmissionAttributes {
  const shows = (object: KubeObject | undefined): KubeObject | undefined => {
    if (object === undefined) return undefined;
    if (isScale(attributes)) return scaleShown(object, attributes.kind, kinds);
    return kind === attributes.kind ? object : convertObject(object, attributes.kind, kind);
  };
  if (kind === attributes.kind && !isScale(attributes)) return attributes;
  const { object, old } = attributes;
  return { ...attributes, kind, requested: attributes.kind, object: shows(object), old: shows(old) };
}

function isScale({ kind, subresource }: AdmissionAttributes): boolean {
  return subresource === 'scale' && kind.strategy.scale !== undefined;
}

function scaleShown(object: KubeObject, kind: Kind, kinds: Kinds): KubeObject {
  const paths = replicasPaths(kinds.versions(kind.group, kind.resource));
  return scaleOf(kind.strategy.scale as NonNullable<Kind['strategy']['scale']>, paths, object);
}

/**
 * Reads what a patch made as the object's type, prunes and defaults it, and puts it into the write.
 * @returns whether anything but defaults changed
 * @throws StatusError for what is no such object
 */
export function takeBack(
  patched: unknown,
  shown: AdmissionAttributes,
  attributes: AdmissionAttributes,
  kinds: Kinds,
): boolean {
  const object = attributes.object as KubeObject;
  const before = shown.object as KubeObject;
  const target = bodyKind(shown.kind, shown.subresource);
  if (isScale(attributes)) return takeScale(patched, before, object, attributes.kind);
  if (target.kind !== shown.kind.kind || shown.kind.virtual !== undefined)
    return takeBody(patched, before, object, target);
  const kind = claimedKind(patched, shown.kind, kinds);
  const { value, changed } = decoded(patched, kind.schema, before);
  const made = finished(value, kind);
  replaceContent(object, kind === attributes.kind ? made : convertObject(made, kind, attributes.kind));
  return changed;
}

function takeScale(patched: unknown, before: KubeObject, object: KubeObject, kind: Kind): boolean {
  const { value, changed } = decoded(patched, schemaOfKind('autoscaling', 'v1', 'Scale'), before);
  const { replicas = 0 } = (value.spec ?? {}) as { replicas?: number };
  if (changed) kind.strategy.scale?.setReplicas(object, replicas);
  return changed;
}

/** The body of a sub-resource is decoded by its handler later; here it has to be of its type, where that is known. */
function takeBody(
  patched: unknown,
  before: KubeObject,
  object: KubeObject,
  { group, version, kind }: ReturnType<typeof bodyKind>,
): boolean {
  const known = typeNameOfKind(group, version, kind) !== undefined;
  const { value, changed } = known
    ? decoded(patched, schemaOfKind(group, version, kind), before)
    : { value: patched as KubeObject, changed: !equalJson(patched, before) };
  value.metadata ??= {};
  if (changed) replaceContent(object, value);
  return changed;
}

interface Decoded {
  readonly value: KubeObject;
  readonly changed: boolean;
}

function decoded(patched: unknown, schema: Schema, before: KubeObject): Decoded {
  try {
    const value = decodeDocument(schema, plainDocument(cloneJson(patched)), { defaults: false }).value as KubeObject;
    const same = { ...value, apiVersion: before.apiVersion, kind: before.kind };
    return { value, changed: !equalJson(same, before) };
  } catch (error) {
    if (error instanceof DecodeError) throw internalError(error.message, error);
    throw error;
  }
}

/** Defaults of what was taken away. */
function finished(value: KubeObject, kind: Kind): KubeObject {
  const object = decodeDocument(kind.schema, plainDocument(value)).value as KubeObject;
  object.apiVersion = kind.apiVersion;
  object.kind = kind.kind;
  object.metadata ??= {};
  kind.strategy.applyDefaults?.(object);
  return object;
}

/**
 * A patch may put the object into another version of its kind; nothing else becomes of it.
 * @throws StatusError 500, as upstream's conversion has it; 422 for custom resources
 */
function claimedKind(patched: unknown, kind: Kind, kinds: Kinds): Kind {
  const { apiVersion, kind: name } = claimed(patched);
  const given = { apiVersion: apiVersion || kind.apiVersion, kind: name || kind.kind };
  if (given.apiVersion === kind.apiVersion && given.kind === kind.kind) return kind;
  const [group, version] = splitVersion(given.apiVersion);
  const found = kinds.byKind(group, version, given.kind);
  if (found !== undefined && found.storage.prefix === kind.storage.prefix) return found;
  if (kind.source === 'crd') throw otherCustomKind(kind, given.kind, patched);
  if (found === undefined)
    throw internalError(
      `no kind ${quote(given.kind)} is registered for version ${quote(given.apiVersion)} in scheme "pkg/api/legacyscheme/scheme.go:30"`,
    );
  const internal = `${kind.group === '' ? 'core' : kind.group.split('.')[0]}.${kind.kind}`;
  throw plainError(`converting (${version}.${given.kind}) to (${internal}): unknown conversion`);
}

function claimed(patched: unknown): ReturnType<typeof readTypeMeta> {
  try {
    return readTypeMeta(patched);
  } catch (error) {
    throw internalError((error as Error).message, error);
  }
}

function otherCustomKind(kind: Kind, given: string, patched: unknown): Error {
  const errors = new FieldErrors();
  errors.invalid(Path.root('kind'), given, `must be ${kind.kind}`);
  const { name } = isObject(patched) && isObject(patched.metadata) ? (patched.metadata as JsonObject) : {};
  return invalid({ group: kind.group, resource: given }, typeof name === 'string' ? name : '', errors.list);
}

function splitVersion(apiVersion: string): [group: string, version: string] {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? ['', apiVersion] : [apiVersion.slice(0, slash), apiVersion.slice(slash + 1)];
}
