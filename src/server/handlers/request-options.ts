/** Query parameters of writes: dryRun, fieldManager, fieldValidation, validated as apimachinery metav1/validation does. */
import { FieldErrors, Path } from '../../api/field-errors.ts';
import type { JsonObject } from '../../api/object.ts';
import { invalid } from '../../api/status-error.ts';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

export interface RequestOptions {
  readonly dryRun: boolean;
  /** '' when the client named none. */
  readonly fieldManager: string;
  readonly fieldValidation: FieldValidation;
  /** server-side apply: takes over conflicting fields. */
  readonly force: boolean | undefined;
}

const MAX_MANAGER_LENGTH = 128;

/** @throws StatusError 422 naming `optionsKind` (CreateOptions, UpdateOptions, PatchOptions) */
export function parseRequestOptions(query: URLSearchParams, optionsKind: string, apply = false): RequestOptions {
  const errors = new FieldErrors();
  const force = query.has('force') ? query.get('force') !== 'false' && query.get('force') !== '0' : undefined;
  const fieldManager = query.get('fieldManager') ?? '';
  if (optionsKind === 'PatchOptions') {
    if (apply && fieldManager === '') errors.required(Path.root('fieldManager'), 'is required for apply patch');
    if (!apply && force !== undefined) errors.forbidden(Path.root('force'), 'may not be specified for non-apply patch');
  }
  validateManager(fieldManager, errors);
  validateDryRun(query.getAll('dryRun'), errors);
  const fieldValidation = query.get('fieldValidation') ?? '';
  if (!['', 'Ignore', 'Warn', 'Strict'].includes(fieldValidation)) {
    errors.notSupported(Path.root('fieldValidation'), fieldValidation, ['', 'Ignore', 'Strict', 'Warn']);
  }
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', resource: optionsKind }, '', errors.list);
  return {
    dryRun: query.has('dryRun'),
    fieldManager,
    fieldValidation: fieldValidation === '' ? 'Warn' : (fieldValidation as FieldValidation),
    force,
  };
}

function validateManager(manager: string, errors: FieldErrors): void {
  const path = Path.root('fieldManager');
  if (Buffer.byteLength(manager) > MAX_MANAGER_LENGTH) errors.tooLong(path, MAX_MANAGER_LENGTH);
  const bad = [...manager].findIndex((char) => !isPrintable(char));
  if (bad >= 0) errors.invalid(path, manager, 'should only contain printable characters');
}

/** Go's unicode.IsPrint: letters, marks, numbers, punctuation, symbols and the ASCII space. */
function isPrintable(char: string): boolean {
  return char === ' ' || /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(char);
}

export function validateDryRun(values: readonly string[], errors: FieldErrors): void {
  if (values.length === 0) return;
  if (values.some((value) => value !== 'All')) errors.notSupported(Path.root('dryRun'), values, ['All']);
}

/** The options object that admission and webhooks see. */
export function optionsObject(kind: string, options: RequestOptions): JsonObject {
  return {
    kind,
    apiVersion: 'meta.k8s.io/v1',
    ...(options.dryRun ? { dryRun: ['All'] } : {}),
    ...(options.force === undefined ? {} : { force: options.force }),
    ...(options.fieldManager === '' ? {} : { fieldManager: options.fieldManager }),
    fieldValidation: options.fieldValidation,
  };
}
