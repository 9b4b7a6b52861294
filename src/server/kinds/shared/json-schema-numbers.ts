/** Ranges and formats of numbers; imitates numberValidator of kube-openapi pkg/validation/validate. */
import { goValue } from '../../../api/patch/go-format.ts';
import type { JSONSchemaProps } from './json-schema-parts.ts';
import type { SchemaResult } from './json-schema-result.ts';

const INT32 = 2 ** 31;
const INT64 = 2 ** 63;
const FLOAT32_MAX = 3.4028234663852886e38;

export class NumberChecks {
  readonly #schema: JSONSchemaProps;
  readonly #type: string;
  readonly #format: string;

  constructor(schema: JSONSchemaProps, type: string, format: string) {
    this.#schema = schema;
    this.#type = type;
    this.#format = format;
  }

  run(value: number | bigint, path: string, result: SchemaResult): void {
    this.#checkRange('Checked', Number(value), path, result);
    const { multipleOf, minimum, maximum } = this.#schema;
    if (multipleOf !== undefined) this.#checkMultiple(value, multipleOf, path, result);
    if (minimum !== undefined) this.#checkMinimum(value, minimum, path, result);
    if (maximum !== undefined) this.#checkMaximum(value, maximum, path, result);
  }

  /** Whether a value, or a limit that the schema names, fits the schema's type and format. */
  #checkRange(what: string, value: number, path: string, result: SchemaResult): boolean {
    if (this.#fits(value)) return true;
    const type = this.#format === '' ? `${this.#type} (default format)` : `${this.#type} with format ${this.#format}`;
    result.add({ kind: 'general', name: path, message: `${what} value must be of type ${type} in ${path}` });
    return false;
  }

  #fits(value: number): boolean {
    if (this.#type !== 'integer') return this.#format !== 'float' || Math.abs(value) <= FLOAT32_MAX;
    const limit = this.#format === 'int32' ? INT32 : INT64;
    return Number.isInteger(value) && value >= -limit && value < limit;
  }

  #checkMultiple(value: number | bigint, factor: number, path: string, result: SchemaResult): void {
    this.#checkRange('MultipleOf', factor, path, result);
    if (factor < 0) {
      const message = `factor MultipleOf declared for ${path} must be positive: ${goValue(factor)}`;
      result.add({ kind: 'invalid', name: path, value: factor, message });
    } else if (!isMultiple(value, factor)) {
      this.#outside(value, `a multiple of ${goValue(factor)}`, path, result);
    }
  }

  #checkMinimum(value: number | bigint, limit: number, path: string, result: SchemaResult): void {
    const low = this.#limit('Minimum boundary', value, limit, path, result);
    const exclusive = this.#schema.exclusiveMinimum === true;
    if (exclusive ? value > low : value >= low) return;
    this.#outside(value, `greater than ${exclusive ? '' : 'or equal to '}${goValue(low)}`, path, result);
  }

  #checkMaximum(value: number | bigint, limit: number, path: string, result: SchemaResult): void {
    const high = this.#limit('Maximum boundary', value, limit, path, result);
    const exclusive = this.#schema.exclusiveMaximum === true;
    if (exclusive ? value < high : value <= high) return;
    this.#outside(value, `less than ${exclusive ? '' : 'or equal to '}${goValue(high)}`, path, result);
  }

  /** Integers are compared with the limit cut to an integer, where the limit fits the type at all. */
  #limit(what: string, value: number | bigint, limit: number, path: string, result: SchemaResult): number {
    const fits = this.#checkRange(what, limit, path, result);
    return fits && isInteger(value) ? Math.trunc(limit) : limit;
  }

  #outside(value: number | bigint, wanted: string, path: string, result: SchemaResult): void {
    result.add({ kind: 'invalid', name: path, value, message: `${path} in body should be ${wanted}` });
  }
}

function isInteger(value: number | bigint): boolean {
  return typeof value === 'bigint' || Number.isInteger(value);
}

function isMultiple(value: number | bigint, factor: number): boolean {
  if (typeof value === 'bigint' && Number.isInteger(factor) && factor !== 0) return value % BigInt(factor) === 0n;
  if (isInteger(value) && Number.isInteger(factor)) return factor !== 0 && Number(value) % factor === 0;
  const quotient = factor < 1 ? (1 / factor) * Number(value) : Number(value) / factor;
  return isNearlyInteger(quotient);
}

/** go-openapi swag.IsFloat64AJSONInteger: within a relative error of 1e-9. */
function isNearlyInteger(value: number): boolean {
  if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER) return false;
  const difference = Math.abs(value - Math.trunc(value));
  if (difference === 0) return true;
  return difference / Math.min(Math.abs(value) + Math.abs(Math.trunc(value)), Number.MAX_VALUE) < 1e-9;
}
