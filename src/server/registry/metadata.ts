/** System fields and validation of metadata; imitates apimachinery pkg/api/validation/objectmeta.go and apiserver registry/rest. */
import { type FieldErrors, Path } from '../../api/field-errors.ts';
import { isLabelValue, isQualifiedName, pathSegmentNameErrors } from '../../api/names.ts';
import { cloneJson, equalJson, type KubeObject, type ObjectMeta, sortedKeys } from '../../api/object.ts';
import type { OwnerReference } from '../../api/types/meta-v1.ts';
import type { Kind } from '../kinds/kind.ts';

const METADATA = Path.root('metadata');
const NAME = METADATA.child('name');
const LABELS = METADATA.child('labels');
const ANNOTATIONS = METADATA.child('annotations');
const OWNER_REFERENCES = METADATA.child('ownerReferences');
const FINALIZERS = METADATA.child('finalizers');
const TOTAL_ANNOTATION_LIMIT = 256 * 1024;
/** Upstream's maxNameLength (63) less the random suffix. */
const GENERATED_BASE_LENGTH = 58;
/** Letters without vowels and look-alikes: apimachinery util/rand. */
const SUFFIX_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** The last second that was written and its text: every write asks several times. */
const written = { second: Number.NaN, text: '' };

/** RFC 3339 to the second, as metav1.Time is written. */
export function timestamp(now: Date): string {
  const second = Math.floor(now.getTime() / 1000);
  if (second === written.second) return written.text;
  written.text = `${now.toISOString().slice(0, 19)}Z`;
  written.second = second;
  return written.text;
}

/** What the server alone decides about a new object. */
export function fillSystemFields(
  kind: Kind,
  obj: KubeObject,
  namespace: string,
  now: Date,
  uid: string,
  random: () => number,
): void {
  const meta = obj.metadata;
  // Removing what is not there costs a call into the engine's runtime each.
  if (meta.deletionTimestamp !== undefined) delete meta.deletionTimestamp;
  if (meta.deletionGracePeriodSeconds !== undefined) delete meta.deletionGracePeriodSeconds;
  if (meta.selfLink !== undefined) delete meta.selfLink;
  meta.creationTimestamp = timestamp(now);
  meta.uid = uid;
  if (kind.namespaced) meta.namespace = namespace;
  else delete meta.namespace;
  if (!meta.name && meta.generateName) meta.name = generatedName(meta.generateName, random);
  if (kind.strategy.generation !== 'none') meta.generation = 1;
}

export function generatedName(base: string, random: () => number): string {
  let suffix = '';
  for (let i = 0; i < 5; i++) suffix += SUFFIX_ALPHABET[Math.floor(random() * SUFFIX_ALPHABET.length)];
  return base.slice(0, GENERATED_BASE_LENGTH) + suffix;
}

/** ValidateObjectMeta of a new object. */
export function validateMetadata(
  kind: Kind,
  meta: ObjectMeta,
  errors: FieldErrors,
  nameErrors: (name: string, prefix: boolean) => string[] = kind.strategy.nameErrors,
): void {
  if (meta.generateName) {
    for (const text of nameErrors(meta.generateName, true))
      errors.invalid(METADATA.child('generateName'), meta.generateName, text);
  }
  if (!meta.name) errors.required(NAME, 'name or generateName is required');
  else for (const text of nameErrors(meta.name, false)) errors.invalid(NAME, meta.name, text);
  if (kind.namespaced && !meta.namespace) errors.required(METADATA.child('namespace'));
  if ((meta.generation ?? 0) < 0)
    errors.invalid(METADATA.child('generation'), meta.generation, 'must be greater than or equal to 0');
  validateLabels(meta.labels, errors);
  validateAnnotations(meta.annotations, errors);
  validateOwnerReferences(meta.ownerReferences, errors);
  validateFinalizers(meta.finalizers, errors, kind);
}

/** Path-segment rules that every stored name obeys (genericvalidation.ValidateObjectMetaAccessor). */
export function validateStoredName(meta: ObjectMeta, errors: FieldErrors): void {
  for (const text of pathSegmentNameErrors(meta.name ?? '')) errors.invalid(NAME, meta.name, text);
}

function validateLabels(labels: Record<string, string> | undefined, errors: FieldErrors): void {
  if (!labels) return;
  for (const key of sortedKeys(labels)) {
    for (const text of isQualifiedName(key)) errors.invalid(LABELS, key, text);
    const value = labels[key] ?? '';
    for (const text of isLabelValue(value)) errors.invalid(LABELS, value, text);
  }
}

function validateAnnotations(annotations: Record<string, string> | undefined, errors: FieldErrors): void {
  if (!annotations) return;
  let total = 0;
  for (const key of sortedKeys(annotations)) {
    for (const text of isQualifiedName(key.toLowerCase())) errors.invalid(ANNOTATIONS, key, text);
    total += utf8Length(key) + utf8Length(annotations[key] ?? '');
  }
  if (total > TOTAL_ANNOTATION_LIMIT) errors.tooLong(ANNOTATIONS, TOTAL_ANNOTATION_LIMIT);
}

function utf8Length(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

function validateOwnerReferences(refs: readonly OwnerReference[] | undefined, errors: FieldErrors): void {
  if (!refs) return;
  const controllers = refs.filter((ref) => ref.controller === true);
  for (const ref of refs) validateOwnerReference(ref, OWNER_REFERENCES, errors);
  if (controllers.length > 1) {
    const names = controllers.map((ref) => `${ref.kind}/${ref.name}`).slice(0, 2);
    errors.invalid(
      OWNER_REFERENCES,
      refs,
      `Only one reference can have Controller set to true. Found "true" in references for ${names.join(' and ')}`,
    );
  }
}

function validateOwnerReference(ref: OwnerReference, path: Path, errors: FieldErrors): void {
  const slash = (ref.apiVersion ?? '').indexOf('/');
  const group = slash < 0 ? '' : (ref.apiVersion ?? '').slice(0, slash);
  const version = (ref.apiVersion ?? '').slice(slash + 1);
  if (version === '') errors.invalid(path.child('apiVersion'), ref.apiVersion ?? '', 'version must not be empty');
  if (!ref.kind) errors.invalid(path.child('kind'), ref.kind ?? '', 'must not be empty');
  if (!ref.name) errors.invalid(path.child('name'), ref.name ?? '', 'must not be empty');
  if (!ref.uid) errors.invalid(path.child('uid'), ref.uid ?? '', 'must not be empty');
  if (group === '' && version === 'v1' && ref.kind === 'Event')
    errors.invalid(path, ref, '/v1, Kind=Event is disallowed from being an owner');
}

const STANDARD_FINALIZERS = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

function validateFinalizers(finalizers: readonly string[] | undefined, errors: FieldErrors, kind: Kind): void {
  if (!finalizers) return;
  const anyName = kind.strategy.finalizerNames === 'qualified';
  for (const [i, name] of finalizers.entries()) {
    for (const text of isQualifiedName(name)) errors.invalid(FINALIZERS, name, text);
    if (!anyName && !name.includes('/') && !STANDARD_FINALIZERS.has(name) && isQualifiedName(name).length === 0) {
      errors.invalid(FINALIZERS.index(i), name, 'name is neither a standard finalizer name nor is it fully qualified');
    }
  }
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    errors.invalid(FINALIZERS, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set');
  }
}

/** ValidateObjectMetaUpdate, after the silent put-backs that upstream makes first. */
export function validateMetadataUpdate(kind: Kind, meta: ObjectMeta, old: ObjectMeta, errors: FieldErrors): void {
  validateFinalizersUpdate(kind, meta, old, errors);
  if ((meta.generation ?? 0) < (old.generation ?? 0))
    errors.invalid(METADATA.child('generation'), meta.generation ?? 0, 'must not be decremented');
  immutable('name', meta, old, errors);
  immutable('namespace', meta, old, errors);
  immutable('uid', meta, old, errors);
  immutable('creationTimestamp', meta, old, errors);
  immutable('deletionTimestamp', meta, old, errors);
  immutable('deletionGracePeriodSeconds', meta, old, errors);
  validateLabels(meta.labels, errors);
  validateAnnotations(meta.annotations, errors);
  validateOwnerReferences(meta.ownerReferences, errors);
}

function immutable(field: keyof ObjectMeta, meta: ObjectMeta, old: ObjectMeta, errors: FieldErrors): void {
  if (!equalJson(meta[field], old[field]))
    errors.invalid(METADATA.child(field), meta[field] ?? '', 'field is immutable');
}

function validateFinalizersUpdate(kind: Kind, meta: ObjectMeta, old: ObjectMeta, errors: FieldErrors): void {
  validateFinalizers(meta.finalizers, errors, kind);
  if (old.deletionTimestamp === undefined) return;
  const added = (meta.finalizers ?? []).filter((name) => !(old.finalizers ?? []).includes(name));
  if (added.length > 0) {
    errors.forbidden(
      FINALIZERS,
      `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((a) => JSON.stringify(a)).join(', ')}}`,
    );
  }
}

/** What an update silently keeps from the stored object. */
export function keepSystemFields(meta: ObjectMeta, old: ObjectMeta): void {
  if (!meta.uid) keep(meta, old, 'uid');
  keep(meta, old, 'creationTimestamp');
  keep(meta, old, 'generation');
  keep(meta, old, 'deletionTimestamp', meta.deletionTimestamp === undefined);
  if (old.deletionGracePeriodSeconds !== undefined && meta.deletionGracePeriodSeconds === undefined)
    keep(meta, old, 'deletionGracePeriodSeconds');
  if (meta.selfLink !== undefined) delete meta.selfLink;
}

function keep<K extends keyof ObjectMeta>(meta: ObjectMeta, old: ObjectMeta, field: K, when = true): void {
  if (!when) return;
  if (old[field] !== undefined) meta[field] = cloneJson(old[field]);
  else if (meta[field] !== undefined) delete meta[field];
}

/** Whether anything but metadata and status differs: what `generation: 'spec'` counts. */
export function specChanged(obj: KubeObject, old: KubeObject): boolean {
  const ignored = new Set(['metadata', 'status', 'apiVersion', 'kind']);
  for (const key of new Set([...Object.keys(obj), ...Object.keys(old)])) {
    if (!ignored.has(key) && !equalJson(obj[key], old[key])) return true;
  }
  return false;
}
