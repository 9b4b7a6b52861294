/** Namespace; imitates core validation ValidateNamespace and pkg/registry/core/namespace. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { isQualifiedName } from '../../../api/names.ts';
import { cloneJson } from '../../../api/object.ts';
import type { Namespace } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';
import { age } from '../printing.ts';
import { dnsLabelName, reportInvalid } from '../shared/name-rules.ts';
import { finalizeNamespace } from './namespace-finalize.ts';

const FINALIZERS = Path.root('spec').child('finalizers');
const STANDARD_FINALIZERS = ['kubernetes', 'orphan', 'foregroundDeletion'];
/** Every namespace carries its name as this label. */
const NAME_LABEL = 'kubernetes.io/metadata.name';

export const namespaces = defineKind<Namespace>('', 'v1', 'namespaces', {
  nameErrors: dnsLabelName,
  metadataOnUpdate: 'full+update',
  deleteReturns: 'object',
  applyDefaults(obj) {
    obj.status ??= {};
    obj.status.phase ||= 'Active';
    labelWithName(obj);
  },
  prepareForCreate(obj) {
    obj.status = { phase: 'Active' };
    obj.spec ??= {};
    const finalizers = obj.spec.finalizers ?? [];
    obj.spec.finalizers = finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes'];
    labelWithName(obj);
  },
  prepareForUpdate(obj, old) {
    obj.spec ??= {};
    if (old.spec?.finalizers === undefined) delete obj.spec.finalizers;
    else obj.spec.finalizers = cloneJson(old.spec.finalizers);
  },
  validate(obj, errors) {
    for (const name of obj.spec?.finalizers ?? []) validateFinalizer(name, FINALIZERS, errors);
  },
  validateUpdate(obj, _old, errors, ctx) {
    if (ctx.subresource !== 'finalize') return;
    for (const [i, name] of (obj.spec?.finalizers ?? []).entries())
      validateFinalizer(name, FINALIZERS.index(i), errors);
  },
  status: { validateUpdate: validatePhase },
  /** Upstream deletes namespaces by code of their own, which names no grace period. */
  beginDeletion(obj) {
    delete obj.metadata?.deletionGracePeriodSeconds;
    obj.status = { ...obj.status, phase: 'Terminating' };
  },
  holdsDeletion: (obj) => (obj.spec?.finalizers ?? []).length > 0,
  handlers: { finalize: finalizeNamespace },
  selectableFields: { 'status.phase': (obj) => obj.status?.phase ?? '' },
  cells: (obj, now) => [obj.metadata?.name ?? '', obj.status?.phase ?? '', age(obj.metadata?.creationTimestamp, now)],
});

function labelWithName(obj: Namespace): void {
  const { metadata } = obj;
  if (!metadata?.name) return;
  metadata.labels ??= {};
  metadata.labels[NAME_LABEL] = metadata.name;
}

function validateFinalizer(name: string, path: Path, errors: FieldErrors): void {
  reportInvalid(isQualifiedName(name), name, path, errors);
  if (!name.includes('/') && !STANDARD_FINALIZERS.includes(name))
    errors.invalid(path, name, 'name is neither a standard finalizer name nor is it fully qualified');
}

function validatePhase(obj: Namespace, _old: Namespace, errors: FieldErrors): void {
  const path = Path.root('status').child('Phase');
  const phase = obj.status?.phase ?? '';
  if (obj.metadata?.deletionTimestamp === undefined) {
    if (phase !== 'Active') errors.invalid(path, phase, "may only be 'Active' if `deletionTimestamp` is empty");
  } else if (phase !== 'Terminating') {
    errors.invalid(path, phase, "may only be 'Terminating' if `deletionTimestamp` is not empty");
  }
}
