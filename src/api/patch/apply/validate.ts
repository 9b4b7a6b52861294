/**
 * Whether an object fits its schema as server-side apply demands it: unknown fields, wrong types and duplicate list
 * items are errors whatever fieldValidation says. Imitates structured-merge-diff typed.Validate, texts included.
 */
import { isObject, type JsonObject } from '../../object.ts';
import { goSyntax, goType, goValue } from '../go-format.ts';
import { showElement } from './path-element.ts';
import { ANY, ElementError, type Shape } from './shape.ts';

export interface ValidateOptions {
  /** Stored objects may hold list items that share their key. */
  readonly allowDuplicates?: boolean;
}

/** The error text, one line or several; undefined when the object fits. */
export function validateTyped(shape: Shape, object: JsonObject, options: ValidateOptions = {}): string | undefined {
  const errors: string[] = [];
  new Validator(errors, options.allowDuplicates === true).value(shape, object, '');
  if (errors.length === 0) return undefined;
  return errors.length === 1 ? errors[0] : ['errors:', ...errors.map((error) => `  ${error}`)].join('\n');
}

class Validator {
  readonly #errors: string[];
  readonly #allowDuplicates: boolean;

  constructor(errors: string[], allowDuplicates: boolean) {
    this.#errors = errors;
    this.#allowDuplicates = allowDuplicates;
  }

  value(shape: Shape, value: unknown, path: string): void {
    if (value === null) return;
    if (shape.kind === 'scalar') this.#scalar(shape, value, path);
    else if (shape.kind === 'list') this.#list(shape, value, path);
    else if (isObject(value)) this.#map(shape, value, path);
    else if (shape.kind === 'map') this.#fail(path, `expected map, got &{${goValue(value)}}`);
  }

  #scalar(shape: Shape, value: unknown, path: string): void {
    const type = goType(value);
    const numeric = type === 'int64' || type === 'float64';
    if (shape.scalar === 'numeric' && !numeric) this.#fail(path, `expected numeric (int or float), got ${type}`);
    else if (shape.scalar === 'string' && type !== 'string') {
      this.#fail(path, `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`);
    } else if (shape.scalar === 'boolean' && type !== 'bool') {
      this.#fail(path, `expected boolean, got &{${goValue(value)}}`);
    } else if (shape.scalar === 'untyped' && typeof value === 'object') {
      this.#fail(path, `expected any scalar, got &{${goValue(value)}}`);
    }
  }

  #list(shape: Shape, value: unknown, path: string): void {
    if (!Array.isArray(value)) {
      this.#fail(path, `expected list, got &{${goValue(value)}}`);
      return;
    }
    const seen = new Set<string>();
    for (let i = 0; i < value.length; i++) {
      const key = shape.atomic ? `i:${i}` : this.#itemKey(shape, value[i], i, path);
      if (key === undefined) return;
      const shown = showElement(key);
      if (seen.has(key) && !this.#allowDuplicates) this.#fail(path, `duplicate entries for key ${shown}`);
      seen.add(key);
      this.value(shape.element ?? ANY, value[i], path + shown);
    }
  }

  #itemKey(shape: Shape, item: unknown, index: number, path: string): string | undefined {
    try {
      return shape.itemKey(item);
    } catch (error) {
      if (!(error instanceof ElementError)) throw error;
      this.#fail(path, `element ${index}: ${error.message}`);
      return undefined;
    }
  }

  /** An undeclared field ends the check of the map that has it. */
  #map(shape: Shape, value: JsonObject, path: string): void {
    for (const name of Object.keys(value)) {
      const child = shape.fields.get(name)?.shape ?? shape.element;
      if (child === undefined) {
        this.#fail(`${path}.${name}`, 'field not declared in schema');
        return;
      }
      if (value[name] !== undefined) this.value(child, value[name], `${path}.${name}`);
    }
  }

  #fail(path: string, message: string): void {
    this.#errors.push(path === '' ? message : `${path}: ${message}`);
  }
}
