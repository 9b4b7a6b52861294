/** What one decoding knows while it walks: where it is, whom to tell, and the first thing that went wrong. */

import type { NumberLiterals } from '../json.ts';
import { pathText } from '../json-scanner.ts';

/** A value that does not fit its type. The message is that of Go's decoder, without the caller's introduction. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}

/** A step into a map, kept apart from steps into struct fields, which errors name alone. */
export class MapKey {
  readonly key: string;

  constructor(key: string) {
    this.key = key;
  }
}

/** Go's word for a JSON value in a type error. */
export function jsonKind(value: unknown): string {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number' || typeof value === 'bigint') return 'number';
  return Array.isArray(value) ? 'array' : 'object';
}

export class DecodeContext {
  /** Steps from the root; only the first `depth` count. */
  readonly steps: (string | number | MapKey)[] = [];
  depth = 0;
  /** Go name of the innermost struct; '' at the root. */
  struct = '';
  readonly defaults: boolean;
  readonly literals: NumberLiterals | undefined;
  /** Text of the number at hand when its value does not say it. */
  literal: string | undefined;
  readonly #onUnknown: ((path: string) => void) | undefined;
  /** The first type error and its parts. Reading goes on: Go lets a later syntax-like error win. */
  failure: { readonly what: string; readonly goType: string; readonly error: DecodeError } | undefined;

  constructor(
    onUnknown: ((path: string) => void) | undefined,
    defaults: boolean,
    literals: NumberLiterals | undefined,
  ) {
    this.#onUnknown = onUnknown;
    this.defaults = defaults;
    this.literals = literals !== undefined && literals.size > 0 ? literals : undefined;
  }

  /** Reports a field of the object at `depth` that the schema does not have. */
  unknown(key: string, depth: number): void {
    if (this.#onUnknown === undefined) return;
    const path = this.steps.slice(0, depth).map((step) => (step instanceof MapKey ? step.key : step));
    this.#onUnknown(pathText([...path, key]));
  }

  typeError(what: string, goType: string): DecodeError {
    const fields = this.steps.slice(0, this.depth).filter((step) => typeof step === 'string');
    const target =
      this.struct === '' && fields.length === 0 ? 'value' : `struct field ${this.struct}.${fields.join('.')}`;
    return new DecodeError(`json: cannot unmarshal ${what} into Go ${target} of type ${goType}`);
  }

  /** Keeps a type error if it is the first. */
  mismatch(what: string, goType: string): void {
    this.failure ??= { what, goType, error: this.typeError(what, goType) };
  }

  /** Keeps an error that is not about types if it is the first. */
  save(message: string): void {
    this.failure ??= { what: '', goType: '', error: new DecodeError(message) };
  }
}
