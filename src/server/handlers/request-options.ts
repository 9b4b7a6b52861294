/** Query parameters of writes: dryRun, fieldManager, fieldValidation, validated as apimachinery metav1/validation does. */
import { FieldErrors, Path } from '../../api/field-errors.ts';
import type { JsonObject } from '../../api/object.ts';
import { validateFieldManager } from '../../api/patch/apply/manager-name.ts';
import { invalid } from '../../api/status-error.ts';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

export interface RequestOptions {
  readonly dryRun: boolean;
  /** '' when the client named none. */
  readonly fieldManager: string;
  readonly fieldValidation: FieldValidation;
  /** As the client wrote it, '' when it did not. */
  readonly givenFieldValidation: FieldValidation | '';
  /** server-side apply: takes over conflicting fields. */
  readonly force: boolean | undefined;
}

const NO_OPTIONS: RequestOptions = {
  dryRun: false,
  fieldManager: '',
  fieldValidation: 'Warn',
  givenFieldValidation: '',
  force: undefined,
};

/** @throws StatusError 422 naming `optionsKind` (CreateOptions, UpdateOptions, PatchOptions) */
export function parseRequestOptions(query: URLSearchParams, optionsKind: string, apply = false): RequestOptions {
  if (query.size === 0 && !apply) return NO_OPTIONS;
  const errors = new FieldErrors();
  const force = query.has('force') ? query.get('force') !== 'false' && query.get('force') !== '0' : undefined;
  const fieldManager = query.get('fieldManager') ?? '';
  if (optionsKind === 'PatchOptions') {
    if (apply && fieldManager === '') errors.required(Path.root('fieldManager'), 'is required for apply patch');
    if (!apply && force !== undefined) errors.forbidden(Path.root('force'), 'may not be specified for non-apply patch');
  }
  errors.append(validateFieldManager(fieldManager));
  validateDryRun(query.getAll('dryRun'), errors);
  const given = query.get('fieldValidation') ?? '';
  if (!['', 'Ignore', 'Warn', 'Strict'].includes(given)) {
    errors.notSupported(Path.root('fieldValidation'), given, ['', 'Ignore', 'Strict', 'Warn']);
  }
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', resource: optionsKind }, '', errors.list);
  return {
    dryRun: query.has('dryRun'),
    fieldManager,
    fieldValidation: given === '' ? 'Warn' : (given as FieldValidation),
    givenFieldValidation: given as FieldValidation | '',
    force,
  };
}

export function validateDryRun(values: readonly string[], errors: FieldErrors): void {
  if (values.length === 0) return;
  if (values.some((value) => value !== 'All')) errors.notSupported(Path.root('dryRun'), values, ['All']);
}

/** The options object that admission and webhooks see. */
export function optionsObject(kind: string, options: RequestOptions): JsonObject {
  const shown: JsonObject = { kind, apiVersion: 'meta.k8s.io/v1' };
  if (options.dryRun) shown.dryRun = ['All'];
  if (options.force !== undefined) shown.force = options.force;
  if (options.fieldManager !== '') shown.fieldManager = options.fieldManager;
  if (options.givenFieldValidation !== '') shown.fieldValidation = options.givenFieldValidation;
  return shown;
}
