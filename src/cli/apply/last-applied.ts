/** The annotation in which client-side apply remembers what was applied last. */
import { cloneJson, getOwn, isObject, type JsonObject, setOwn } from '../../api/object.ts';
import { goJson } from '../print/go-json.ts';

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** A copy that carries itself (without the annotation) as JSON in the annotation, byte for byte as kubectl writes it. */
export function withLastApplied(object: JsonObject): JsonObject {
  const copy = cloneJson(object);
  const metadata = isObject(copy['metadata']) ? copy['metadata'] : {};
  const annotations = isObject(metadata['annotations']) ? metadata['annotations'] : {};
  delete annotations[LAST_APPLIED];
  metadata['annotations'] = annotations;
  copy['metadata'] = metadata;
  const remembered = `${goJson(copy)}\n`;
  setOwn(annotations, LAST_APPLIED, remembered);
  return copy;
}

/** A copy that does not carry the annotation. */
export function withoutLastApplied(object: JsonObject): JsonObject {
  const copy = cloneJson(object);
  const metadata = isObject(copy['metadata']) ? copy['metadata'] : {};
  const annotations = isObject(metadata['annotations']) ? metadata['annotations'] : {};
  delete annotations[LAST_APPLIED];
  copy['metadata'] = { ...metadata, annotations };
  return copy;
}

/** What the annotation says when an object was applied, with no annotations but its own. */
export function appliedText(object: JsonObject): string {
  const copy = cloneJson(object);
  const annotations = isObject(copy['metadata']) ? copy['metadata']['annotations'] : undefined;
  if (isObject(annotations)) delete annotations[LAST_APPLIED];
  return `${goJson(copy)}\n`;
}

/** A merge patch that changes nothing else. */
export function annotationPatch(text: string): JsonObject {
  return { metadata: { annotations: { [LAST_APPLIED]: text } } };
}

/** The text of the annotation; undefined when the object was never applied. */
export function lastAppliedText(object: JsonObject): string | undefined {
  const metadata = object['metadata'];
  const annotations = isObject(metadata) ? metadata['annotations'] : undefined;
  const text = isObject(annotations) ? getOwn(annotations, LAST_APPLIED) : undefined;
  return typeof text === 'string' ? text : undefined;
}
