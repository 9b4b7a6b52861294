/**
 * Validates values by the OpenAPI v3 schemas of custom resources.
 * Imitates kube-openapi pkg/validation/validate: which checks run, in which order, and their words.
 */
import { quote } from '../../../api/field-errors.ts';
import { equalJson, getOwn, isObject, type JsonObject } from '../../../api/object.ts';
import { ABSENT, type Correlated, correlate, correlatedItem, correlatedMember } from './json-schema-correlation.ts';
import { isKnownFormat, stringFormat } from './json-schema-formats.ts';
import { NumberChecks } from './json-schema-numbers.ts';
import { additionalSchema, itemsSchema, type JSONSchemaProps } from './json-schema-parts.ts';
import { type PatternTest, patternTest } from './json-schema-pattern.ts';
import { SchemaResult } from './json-schema-result.ts';

/** A compiled schema. Parts are compiled when first needed. */
export class SchemaValidator {
  readonly #schema: JSONSchemaProps;
  readonly #types: readonly string[];
  /** '' when the schema has none, or one that means nothing. */
  readonly #format: string;
  readonly #numbers: NumberChecks;
  #properties: readonly (readonly [string, SchemaValidator])[] | undefined;
  #combinators: Combinators | undefined;
  #additional: SchemaValidator | undefined;
  #items: SchemaValidator | undefined;
  #pattern: PatternTest | undefined;

  constructor(schema: JSONSchemaProps) {
    const { type = '', format = '' } = schema;
    this.#schema = schema;
    this.#types = schema['x-kubernetes-int-or-string'] ? ['integer', 'string'] : type === '' ? [] : [type];
    this.#format = isKnownFormat(this.#types.length === 1 ? type : '', format) ? format : '';
    this.#numbers = new NumberChecks(schema, this.#types[0] ?? '', this.#format);
  }

  /** With `old`, faults of parts that are as they were are let pass: the schema may be younger than they (ratcheting). */
  validate(value: unknown, old?: unknown): SchemaResult {
    const result = new SchemaResult();
    this.run(value ?? null, '', result, old === undefined ? undefined : correlate(old, value));
    return result;
  }

  run(value: unknown, path: string, result: SchemaResult, was?: Correlated): void {
    if (was !== undefined && was.old !== ABSENT && was.isUnchanged()) return;
    if (value === null || value === undefined) {
      this.#checkType(null, path, result);
      this.#checkEnum(null, path, result);
      return;
    }
    if (this.#types.length > 0 || this.#format !== '') {
      this.#checkType(value, path, result);
      result.matches++;
    }
    this.#combinators ??= combinatorsOf(this.#schema);
    checkCombinators(this.#combinators, value, path, result);
    result.matches++;
    this.#checkShape(value, path, result, was);
    this.#checkEnum(value, path, result);
    result.matches++;
    if (isObject(value)) {
      this.#checkObject(value, path, result, was);
      result.matches++;
    }
    result.matches++;
  }

  #checkShape(value: unknown, path: string, result: SchemaResult, was: Correlated | undefined): void {
    if (typeof value === 'string') this.#checkString(value, path, result);
    else if (typeof value === 'number' || typeof value === 'bigint') {
      this.#numbers.run(value, path, result);
      result.matches += 2;
    } else if (Array.isArray(value)) {
      this.#checkList(value, path, result, was);
      result.matches++;
    }
  }

  #checkType(value: unknown, path: string, result: SchemaResult): void {
    if (value === null) {
      if (this.#types.length > 0 && this.#schema.nullable !== true) this.#typeFault('null', path, result);
      else result.matches++;
      return;
    }
    const actual = typeOf(value);
    const numeric = this.#types.includes('number') || this.#types.includes('integer');
    const byFormat = this.#format !== '' && !numeric && (actual === 'string' || actual === 'array');
    const fits = this.#types.includes(actual) || (actual === 'integer' && this.#types.includes('number'));
    if (this.#types.length === 0 ? byFormat || actual === 'string' : byFormat || fits) result.matches++;
    else this.#typeFault(actual, path, result);
  }

  #typeFault(actual: string, path: string, result: SchemaResult): void {
    const message = `${path} in body must be of type ${this.#types.join(',') || this.#format}: ${quote(actual)}`;
    result.add({ kind: 'type', name: path, value: actual, message });
  }

  #checkString(value: string, path: string, result: SchemaResult): void {
    this.#checkLength(value, path, result);
    result.matches++;
    const check = this.#format === '' ? undefined : stringFormat(this.#format);
    if (check === undefined) return;
    if (!check(value)) {
      const message = `${path} in body must be of type ${this.#format}: ${quote(value)}`;
      result.add({ kind: 'type', name: path, value, message });
    }
    result.matches++;
  }

  /** Only the first of the three is told. */
  #checkLength(value: string, path: string, result: SchemaResult): void {
    const { minLength, maxLength, pattern } = this.#schema;
    const length = minLength === undefined && maxLength === undefined ? 0 : runeCount(value);
    if (maxLength !== undefined && length > maxLength) {
      const message = `${path} in body should be at most ${maxLength} chars long`;
      result.add({ kind: 'tooLong', name: path, limit: maxLength, message });
    } else if (minLength !== undefined && length < minLength) {
      const message = `${path} in body should be at least ${minLength} chars long`;
      result.add({ kind: 'invalid', name: path, value, message });
    } else if (pattern !== undefined && pattern !== '') this.#checkPattern(value, pattern, path, result);
  }

  #checkPattern(value: string, pattern: string, path: string, result: SchemaResult): void {
    this.#pattern ??= patternTest(pattern);
    if (this.#pattern.matches(value)) return;
    const { error } = this.#pattern;
    const wanted = error === undefined ? pattern : `${pattern}, but pattern is invalid: ${error}`;
    result.add({ kind: 'invalid', name: path, value, message: `${path} in body should match '${wanted}'` });
  }

  #checkList(items: readonly unknown[], path: string, result: SchemaResult, was: Correlated | undefined): void {
    const inner = itemsSchema(this.#schema);
    if (inner !== undefined) {
      this.#items ??= new SchemaValidator(inner);
      for (let i = 0; i < items.length; i++) {
        const item = was === undefined ? undefined : correlatedItem(was, this.#schema, items[i]);
        this.#items.run(items[i], `${path}[${i}]`, result, item);
      }
    }
    const { minItems, maxItems, uniqueItems } = this.#schema;
    if (minItems !== undefined && items.length < minItems) {
      const message = `${path} in body should have at least ${minItems} items`;
      result.add({ kind: 'invalid', name: path, value: items.length, message });
    }
    if (maxItems !== undefined && items.length > maxItems) {
      const message = `${path} in body should have at most ${maxItems} items`;
      result.add({ kind: 'tooMany', name: path, value: items.length, limit: maxItems, message });
    }
    if (uniqueItems === true && hasDuplicates(items)) {
      result.add({ kind: 'invalid', name: path, message: `${path} in body shouldn't contain duplicates` });
    }
    result.matches++;
  }

  /** Null is in no enum, whatever the schema lists. */
  #checkEnum(value: unknown, path: string, result: SchemaResult): void {
    const allowed = this.#schema.enum;
    if (allowed === undefined || allowed.length === 0) return;
    if (value !== null && allowed.some((item) => item !== null && equalJson(item, value))) return;
    result.add({
      kind: 'enum',
      name: path,
      value,
      allowed,
      message: `${path} in body should be one of the allowed values`,
    });
  }

  #checkObject(object: JsonObject, path: string, result: SchemaResult, was: Correlated | undefined): void {
    if (!this.#checkSize(Object.keys(object).length, path, result)) return;
    this.#checkAdditional(object, path, result, was);
    this.#properties ??= compileProperties(this.#schema);
    for (const [name, validator] of this.#properties) {
      if (!Object.hasOwn(object, name)) continue;
      const member = was === undefined ? undefined : correlatedMember(was, this.#schema, name, object[name]);
      validator.run(object[name], path === '' ? name : `${path}.${name}`, result, member);
    }
    for (const name of this.#schema.required ?? []) {
      if (Object.hasOwn(object, name)) continue;
      result.add({ kind: 'required', name: `${path}.${name}`, message: `${path}.${name} in body is required` });
    }
  }

  #checkSize(size: number, path: string, result: SchemaResult): boolean {
    const { minProperties, maxProperties } = this.#schema;
    if (minProperties !== undefined && size < minProperties) {
      const message = `${path} in body should have at least ${minProperties} properties`;
      result.add({ kind: 'invalid', name: path, value: size, message });
      return false;
    }
    if (maxProperties === undefined || size <= maxProperties) return true;
    const message = `${path} in body should have at most ${maxProperties} properties`;
    result.add({ kind: 'tooMany', name: path, value: size, limit: maxProperties, message });
    return false;
  }

  #checkAdditional(object: JsonObject, path: string, result: SchemaResult, was: Correlated | undefined): void {
    const { additionalProperties, properties = {} } = this.#schema;
    if (additionalProperties === undefined || additionalProperties === true) return;
    const schema = additionalSchema(this.#schema);
    if (schema !== undefined) this.#additional ??= new SchemaValidator(schema);
    for (const key of Object.keys(object)) {
      if (getOwn(properties, key) !== undefined) continue;
      const member = was === undefined ? undefined : correlatedMember(was, this.#schema, key, object[key]);
      if (this.#additional !== undefined) this.#additional.run(object[key], `${path}.${key}`, result, member);
      else {
        const message = `${path}.${key} in body is a forbidden property`;
        result.add({ kind: 'invalid', name: path, value: key, message });
      }
    }
  }
}

function compileProperties(schema: JSONSchemaProps): (readonly [string, SchemaValidator])[] {
  return Object.entries(schema.properties ?? {}).map(([name, property]) => [name, new SchemaValidator(property)]);
}

interface Combinators {
  readonly anyOf: readonly SchemaValidator[];
  readonly oneOf: readonly SchemaValidator[];
  readonly allOf: readonly SchemaValidator[];
  readonly not: SchemaValidator | undefined;
}

const compileAll = (schemas: readonly JSONSchemaProps[] | undefined): SchemaValidator[] =>
  (schemas ?? []).map((schema) => new SchemaValidator(schema));

function combinatorsOf({ anyOf, oneOf, allOf, not }: JSONSchemaProps): Combinators {
  return {
    anyOf: compileAll(anyOf),
    oneOf: compileAll(oneOf),
    allOf: compileAll(allOf),
    not: not === undefined ? undefined : new SchemaValidator(not),
  };
}

function checkCombinators(
  { anyOf, oneOf, allOf, not }: Combinators,
  value: unknown,
  path: string,
  out: SchemaResult,
): void {
  if (anyOf.length > 0) checkAnyOf(anyOf, value, path, out);
  if (oneOf.length > 0) checkOneOf(oneOf, value, path, out);
  if (allOf.length > 0) checkAllOf(allOf, value, path, out);
  if (not !== undefined && runAlone(not, value, path).valid) {
    out.add(general(path, 'must not validate the schema (not)'));
  }
  out.matches++;
}

function general(path: string, what: string): { kind: 'general'; name: string; message: string } {
  return { kind: 'general', name: path, message: `${quote(path)} ${what}` };
}

function runAlone(validator: SchemaValidator, value: unknown, path: string): SchemaResult {
  const result = new SchemaResult();
  validator.run(value, path, result);
  return result;
}

/** The failure with the most successful checks, the first of equals. */
function bestOf(failures: readonly SchemaResult[]): SchemaResult | undefined {
  return failures.reduce<SchemaResult | undefined>(
    (best, result) => (best === undefined || result.matches > best.matches ? result : best),
    undefined,
  );
}

function checkAnyOf(validators: readonly SchemaValidator[], value: unknown, path: string, out: SchemaResult): void {
  const failures: SchemaResult[] = [];
  for (const validator of validators) {
    const result = runAlone(validator, value, path);
    if (result.valid) {
      out.merge(result);
      return;
    }
    failures.push(result);
  }
  out.add(general(path, 'must validate at least one schema (anyOf)'));
  const best = bestOf(failures);
  if (best !== undefined) out.merge(best);
}

function checkOneOf(validators: readonly SchemaValidator[], value: unknown, path: string, out: SchemaResult): void {
  const results = validators.map((validator) => runAlone(validator, value, path));
  const valid = results.filter((result) => result.valid);
  if (valid.length === 1) {
    out.merge(valid[0] as SchemaResult);
    return;
  }
  const found = valid.length === 0 ? 'Found none valid' : `Found ${valid.length} valid alternatives`;
  out.add(general(path, `must validate one and only one schema (oneOf). ${found}`));
  const best = valid.length === 0 ? bestOf(results) : undefined;
  if (best !== undefined) out.merge(best);
}

function checkAllOf(validators: readonly SchemaValidator[], value: unknown, path: string, out: SchemaResult): void {
  let valid = 0;
  for (const validator of validators) {
    const result = runAlone(validator, value, path);
    if (result.valid) valid++;
    out.merge(result);
  }
  if (valid === validators.length) return;
  out.add(general(path, `must validate all the schemas (allOf)${valid === 0 ? '. None validated' : ''}`));
}

/** JSON schema's name for the type of a value. */
function typeOf(value: unknown): string {
  if (typeof value === 'bigint') return 'integer';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  if (typeof value === 'object') return Array.isArray(value) ? 'array' : 'object';
  return typeof value;
}

/** Characters as Go counts them: surrogate pairs are one. */
function runeCount(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length - 1; i++) if ((text.codePointAt(i) as number) > 0xffff) count--;
  return count;
}

function hasDuplicates(items: readonly unknown[]): boolean {
  return items.some((item, i) => items.slice(0, i).some((earlier) => equalJson(item, earlier)));
}
