/** Faults that a value has by a JSON schema; imitates kube-openapi pkg/validation/validate result.go and errors. */
import type { FieldErrors } from '../../../api/field-errors.ts';
import { stringifyJson } from '../../../api/json.ts';
import { withSortedKeys } from '../../../api/object.ts';

export type FaultKind = 'required' | 'enum' | 'tooLong' | 'tooMany' | 'type' | 'invalid' | 'general';

export interface SchemaFault {
  readonly kind: FaultKind;
  /** Path in the value, `spec.crew[0].name`; '' for the value itself. Of no use with kind `general`. */
  readonly name: string;
  readonly value?: unknown;
  /** Allowed values of an enum. */
  readonly allowed?: readonly unknown[];
  /** The limit that `tooLong` and `tooMany` exceed. */
  readonly limit?: number;
  readonly message: string;
}

/** Beyond so many, a value has no further faults. */
const MAX_FAULTS = 1000;

/** What one validation found. `matches` counts the checks that went well: combinators report their best alternative. */
export class SchemaResult {
  readonly faults: SchemaFault[] = [];
  matches = 0;
  readonly #messages = new Set<string>();

  get valid(): boolean {
    return this.faults.length === 0;
  }

  /** Equal messages count once. */
  add(fault: SchemaFault): void {
    if (this.faults.length >= MAX_FAULTS || this.#messages.has(fault.message)) return;
    this.#messages.add(fault.message);
    this.faults.push(fault);
  }

  merge(other: SchemaResult): void {
    this.matches += other.matches;
    for (const fault of other.faults) this.add(fault);
  }
}

/**
 * Tells the faults as field errors below `path` ('' for a whole object).
 * General faults have no place of their own: at the root Go prints it as `<nil>`.
 */
export function reportFaults(result: SchemaResult, path: string, errors: FieldErrors): void {
  for (const fault of result.faults) reportFault(fault, path, errors);
}

function reportFault(fault: SchemaFault, path: string, errors: FieldErrors): void {
  const { kind, value = '', message } = fault;
  const root = path === '' ? '<nil>' : path;
  const name = fault.name.replace(/^\./, '');
  const at = name === '' ? root : path === '' ? name : `${path}.${name}`;
  if (kind === 'required') errors.add('FieldValueRequired', at, undefined, '');
  else if (kind === 'enum')
    errors.add('FieldValueNotSupported', at, withSortedKeys(fault.value ?? null), allowedText(fault.allowed ?? []));
  else if (kind === 'tooLong')
    errors.add('FieldValueTooLong', at, undefined, `may not be more than ${fault.limit} bytes`);
  else if (kind === 'tooMany') errors.add('FieldValueTooMany', at, value, itemsText(fault.limit ?? -1));
  else if (kind === 'type') errors.add('FieldValueTypeInvalid', at, value, message);
  else if (kind === 'invalid') errors.add('FieldValueInvalid', at, value, message);
  else errors.add('FieldValueInvalid', root, '', message);
}

function allowedText(allowed: readonly unknown[]): string {
  const texts = allowed.map((value) =>
    JSON.stringify(typeof value === 'string' ? value : stringifyJson(withSortedKeys(value))),
  );
  return `supported values: ${texts.join(', ')}`;
}

function itemsText(limit: number): string {
  return `must have at most ${limit} ${limit === 1 ? 'item' : 'items'}`;
}
