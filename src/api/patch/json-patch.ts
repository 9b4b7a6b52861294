/**
 * JSON patch (RFC 6902) with the deviations of evanphx/json-patch v4, which kube-apiserver uses:
 * `replace` and `copy` of a missing key succeed, negative indexes count from the end, the part of a path before its
 * first slash is ignored, and every failure while applying is one 422 that explains nothing.
 */

import { stringifyJson } from '../json.ts';
import { cloneJson, equalJson, getOwn, isObject, type JsonObject, setOwn } from '../object.ts';
import { badRequest, StatusError } from '../status-error.ts';
import { unmarshalError } from './go-format.ts';
import { JsonPatchFailure } from './json-patch-failure.ts';
import { type Container, indexOf, locate, type Place, pathOf } from './json-place.ts';
import type { FieldValidation } from './patch-body.ts';

export const MAX_OPERATIONS = 10_000;

/** How many bytes of JSON the `copy` operations of one patch may add. */
const MAX_COPIED_BYTES = 3 * 1024 * 1024;

export interface DecodedJsonPatch {
  operations: readonly unknown[];
  /** Unknown fields of operations, worded as the strict decoder words them; empty for `Ignore`. */
  strictErrors: string[];
}

const STRING_FIELDS = ['op', 'path', 'from'] as const;
const KNOWN_FIELDS: ReadonlySet<string> = new Set(['op', 'path', 'from', 'value']);

/** Checks the parsed body. Throws 400 for what is no list of operations, 413 for more than 10,000 of them. */
export function decodeJsonPatch(body: unknown, validation: FieldValidation): DecodedJsonPatch {
  const operations = body === null ? [] : body;
  const strict = validation !== 'Ignore';
  if (!Array.isArray(operations))
    throw notDecodable(body, strict ? '[]handlers.jsonPatchOp' : 'jsonpatch.Patch', strict);
  for (const operation of operations) checkOperation(operation, strict);
  if (operations.length > MAX_OPERATIONS) throw tooManyOperations(operations.length);
  return { operations, strictErrors: strict ? operations.flatMap(unknownFields) : [] };
}

function checkOperation(operation: unknown, strict: boolean): void {
  if (operation === null) return;
  if (!isObject(operation)) {
    throw notDecodable(operation, strict ? 'handlers.jsonPatchOp' : 'jsonpatch.Operation', strict);
  }
  if (!strict) return;
  for (const field of STRING_FIELDS) {
    const value = getOwn(operation, field);
    if (value === undefined || value === null || typeof value === 'string') continue;
    throw badRequest(
      `error decoding patch: ${unmarshalError(value, `Go struct field jsonPatchOp.${field} of type string`)}`,
    );
  }
}

function notDecodable(value: unknown, type: string, strict: boolean): StatusError {
  return badRequest(`${strict ? 'error decoding patch: ' : ''}${unmarshalError(value, `Go value of type ${type}`)}`);
}

function tooManyOperations(count: number): StatusError {
  const limit = `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${count}`;
  return new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: ${limit}`);
}

function unknownFields(operation: unknown, index: number): string[] {
  const names = isObject(operation) ? Object.keys(operation).filter((name) => !KNOWN_FIELDS.has(name)) : [];
  return names.map((name) => jsonPatchStrictError(`unknown field "[${index}].${name}"`));
}

/** The strict decoder's words for a finding inside a JSON patch body (such as `duplicate field "[0].op"`). */
export function jsonPatchStrictError(finding: string): string {
  return `json patch ${finding}`;
}

/**
 * The document after all operations; neither argument is changed, and the result shares nothing with them.
 * Throws the 422.
 */
export function applyJsonPatch(doc: JsonObject, operations: readonly unknown[]): unknown {
  try {
    return patchJson(doc, operations);
  } catch (error) {
    if (error instanceof JsonPatchFailure) throw patchRejected();
    throw error;
  }
}

/** As applyJsonPatch. @throws JsonPatchFailure */
export function patchJson(doc: JsonObject, operations: readonly unknown[]): unknown {
  const patcher = new Patcher(cloneJson(doc));
  for (const operation of operations)
    if (!patcher.apply(operation)) throw new JsonPatchFailure(operation, patcher.root);
  return patcher.root;
}

/** What upstream answers for every operation that does not apply. */
export function patchRejected(): StatusError {
  return new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

/** Changes its document in place; every method says false where the operation fails. */
class Patcher {
  root: Container;
  #copiedBytes = 0;

  constructor(root: Container) {
    this.root = root;
  }

  apply(operation: unknown): boolean {
    if (!isObject(operation)) return false;
    const run = OPERATIONS.get(String(getOwn(operation, 'op')));
    return run?.call(this, operation) ?? false;
  }

  add(operation: JsonObject): boolean {
    const path = pathOf(operation, 'path');
    return path !== undefined && insert(locate(this.root, path), cloneJson(operand(operation)));
  }

  remove(operation: JsonObject): boolean {
    const path = pathOf(operation, 'path');
    return path !== undefined && remove(locate(this.root, path));
  }

  replace(operation: JsonObject): boolean {
    const path = pathOf(operation, 'path');
    if (path === undefined) return false;
    if (path === '') return this.#replaceRoot(getOwn(operation, 'value'));
    const { container, key } = locate(this.root, path);
    if (container === undefined) return false;
    const slot = Array.isArray(container) ? indexOf(key, container.length) : key;
    if (slot === -1) return false;
    setOwn(container, String(slot), cloneJson(operand(operation)));
    return true;
  }

  move(operation: JsonObject): boolean {
    const from = pathOf(operation, 'from');
    if (from === undefined) return false;
    const source = locate(this.root, from);
    const value = read(source);
    if (value === undefined || !remove(source)) return false;
    const path = pathOf(operation, 'path');
    return path !== undefined && insert(locate(this.root, path), value);
  }

  copy(operation: JsonObject): boolean {
    const from = pathOf(operation, 'from');
    const path = pathOf(operation, 'path');
    const value = from === undefined ? undefined : read(locate(this.root, from));
    if (value === undefined || path === undefined) return false;
    this.#copiedBytes += new TextEncoder().encode(stringifyJson(value)).length;
    return this.#copiedBytes <= MAX_COPIED_BYTES && insert(locate(this.root, path), cloneJson(value));
  }

  test(operation: JsonObject): boolean {
    const path = pathOf(operation, 'path');
    if (path === undefined) return false;
    if (path === '') return Object.hasOwn(operation, 'value') && equalJson(this.root, operation['value']);
    const found = read(locate(this.root, path));
    return found !== undefined && equalJson(found, operand(operation));
  }

  #replaceRoot(value: unknown): boolean {
    if (!isObject(value) && !Array.isArray(value)) return false;
    this.root = cloneJson(value);
    return true;
  }
}

/** A missing key of an object reads as null; a missing list item and a place that is none as undefined. */
function read({ container, key }: Place): unknown {
  if (container === undefined) return undefined;
  return Array.isArray(container) ? container[indexOf(key, container.length)] : (getOwn(container, key) ?? null);
}

function insert({ container, key }: Place, value: unknown): boolean {
  if (container === undefined) return false;
  if (!Array.isArray(container)) {
    setOwn(container, key, value);
    return true;
  }
  const index = key === '-' ? container.length : indexOf(key, container.length + 1);
  if (index >= 0) container.splice(index, 0, value);
  return index >= 0;
}

function remove({ container, key }: Place): boolean {
  if (container === undefined) return false;
  if (!Array.isArray(container)) return Object.hasOwn(container, key) && delete container[key];
  const index = indexOf(key, container.length);
  if (index >= 0) container.splice(index, 1);
  return index >= 0;
}

const OPERATIONS: ReadonlyMap<string, (this: Patcher, operation: JsonObject) => boolean> = new Map([
  ['add', Patcher.prototype.add],
  ['remove', Patcher.prototype.remove],
  ['replace', Patcher.prototype.replace],
  ['move', Patcher.prototype.move],
  ['copy', Patcher.prototype.copy],
  ['test', Patcher.prototype.test],
]);

function operand(operation: JsonObject): unknown {
  return getOwn(operation, 'value') ?? null;
}
