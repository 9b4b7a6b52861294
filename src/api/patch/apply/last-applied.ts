/**
 * The annotation of client-side apply, and how `kubectl apply --server-side` takes over from it: conflicts on fields
 * that the annotation names with their present value are no conflicts for the manager `kubectl`.
 * Imitates apimachinery pkg/util/managedfields/internal (lastappliedmanager.go, lastappliedupdater.go).
 */

import { stringifyJson } from '../../json.ts';
import { getOwn, isObject, type JsonObject, withSortedKeys } from '../../object.ts';
import { allPaths, compareObjects } from './compare.ts';
import { fieldSetOf } from './field-set.ts';
import { type FieldsNode, LEAF, subtractFields } from './fields.ts';
import type { Shape } from './shape.ts';
import { validateTyped } from './validate.ts';

export const LAST_APPLIED_ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';

/** The only manager that takes over from client-side apply. */
export const KUBECTL = 'kubectl';

/** Annotations of an object may not be larger than this together. */
const MAX_ANNOTATION_BYTES = 256 * 1024;

export function lastAppliedOf(object: JsonObject): string {
  const annotations = annotationsOf(object);
  const value = annotations === undefined ? undefined : getOwn(annotations, LAST_APPLIED_ANNOTATION);
  return typeof value === 'string' ? value : '';
}

function annotationsOf(object: JsonObject): JsonObject | undefined {
  const metadata = getOwn(object, 'metadata');
  const annotations = isObject(metadata) ? getOwn(metadata, 'annotations') : undefined;
  return isObject(annotations) ? annotations : undefined;
}

/** Fields that client-side apply set and that still have its value; undefined when the annotation tells nothing. */
export function fieldsOfLastApplied(shape: Shape, live: JsonObject, apiVersion: string): FieldsNode | undefined {
  const applied = parse(lastAppliedOf(live));
  if (applied === undefined || applied['apiVersion'] !== apiVersion) return undefined;
  if (validateTyped(shape, applied) !== undefined) return undefined;
  return subtractFields(fieldSetOf(shape, applied), allPaths(compareObjects(shape, applied, live, LEAF))) ?? LEAF;
}

function parse(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The object with the annotation brought up to date after kubectl applied `config`; the object itself when it has no
 * such annotation. An annotation that would become too large is removed.
 */
export function syncLastApplied(object: JsonObject, config: JsonObject): JsonObject {
  if (lastAppliedOf(object) === '') return object;
  const annotations: JsonObject = { ...annotationsOf(object), [LAST_APPLIED_ANNOTATION]: configText(config) };
  if (annotationBytes(annotations) > MAX_ANNOTATION_BYTES) delete annotations[LAST_APPLIED_ANNOTATION];
  return { ...object, metadata: { ...(object['metadata'] as JsonObject), annotations } };
}

/** The configuration as JSON in Go's key order, without its own annotation, and with a line end. */
function configText(config: JsonObject): string {
  const annotations = annotationsOf(config);
  if (annotations === undefined) return `${stringifyJson(withSortedKeys(config))}\n`;
  const { [LAST_APPLIED_ANNOTATION]: _, ...rest } = annotations;
  return `${stringifyJson(withSortedKeys({ ...config, metadata: { ...(config['metadata'] as JsonObject), annotations: rest } }))}\n`;
}

function annotationBytes(annotations: JsonObject): number {
  const encoder = new TextEncoder();
  const size = (text: string) => encoder.encode(text).length;
  return Object.entries(annotations).reduce((sum, [key, value]) => sum + size(key) + size(String(value)), 0);
}
