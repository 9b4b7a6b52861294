/** Why an operation of a JSON patch does not apply, in the words of evanphx/json-patch v4. */
import { quote } from '../field-errors.ts';
import { getOwn, isObject, type JsonObject } from '../object.ts';
import { type Container, indexOf, locate, pathOf } from './json-place.ts';

export class JsonPatchFailure extends Error {
  override readonly name = 'JsonPatchFailure';
  /** It was a `test`. */
  readonly isTest: boolean;

  /** `root`: the document that the operation failed on. */
  constructor(operation: unknown, root: Container) {
    super(failureText(operation, root));
    this.isTest = isObject(operation) && getOwn(operation, 'op') === 'test';
  }
}

type Explain = (operation: JsonObject, path: string, root: Container) => string;

const MISSING = 'missing value';

const EXPLANATIONS: ReadonlyMap<string, Explain> = new Map<string, Explain>([
  [
    'add',
    (_, path, root) =>
      missingPath('add', path, root) ?? `error in add for path: '${path}': ${additionFault(path, root)}`,
  ],
  [
    'remove',
    (_, path, root) =>
      missingPath('remove', path, root) ?? `error in remove for path: '${path}': ${removalFault(path, root)}`,
  ],
  [
    'replace',
    (_, path, root) =>
      `replace operation does not apply: doc is missing ${isPlace(path, root) ? 'key' : 'path'}: ${path}: ${MISSING}`,
  ],
  ['move', movement],
  ['copy', copying],
  ['test', comparison],
]);

function failureText(operation: unknown, root: Container): string {
  if (!isObject(operation)) return 'Unexpected kind: unknown';
  const op = getOwn(operation, 'op');
  const explain = typeof op === 'string' ? EXPLANATIONS.get(op) : undefined;
  if (explain === undefined) return `Unexpected kind: ${typeof op === 'string' ? op : 'unknown'}`;
  const from = op === 'move' || op === 'copy' ? pathOf(operation, 'from') : '';
  if (from === undefined) return `${op} operation failed to decode from: ${MISSING}`;
  const path = pathOf(operation, 'path');
  return path === undefined ? `${op} operation failed to decode path: ${MISSING}` : explain(operation, path, root);
}

function isPlace(path: string, root: Container): boolean {
  return locate(root, path).container !== undefined;
}

function missingPath(op: string, path: string, root: Container): string | undefined {
  return isPlace(path, root)
    ? undefined
    : `${op} operation does not apply: doc is missing path: ${quote(path)}: ${MISSING}`;
}

function removalFault(path: string, root: Container): string {
  const { container, key } = locate(root, path);
  return Array.isArray(container) ? indexFault(key) : `Unable to remove nonexistent key: ${key}: ${MISSING}`;
}

function additionFault(path: string, root: Container): string {
  const { key } = locate(root, path);
  return isNumber(key) ? indexFault(key) : `value was not a proper array index: '${key}': ${indexFault(key)}`;
}

function indexFault(key: string): string {
  if (!isNumber(key)) return `strconv.Atoi: parsing ${quote(key)}: invalid syntax`;
  return `Unable to access invalid index: ${Number(key)}: invalid index referenced`;
}

function isNumber(key: string): boolean {
  return /^[+-]?\d+$/.test(key);
}

function movement(operation: JsonObject, path: string, root: Container): string {
  const from = pathOf(operation, 'from') ?? '';
  const source = locate(root, from);
  if (source.container === undefined)
    return `move operation does not apply: doc is missing from path: ${from}: ${MISSING}`;
  if (!isPlace(path, root))
    return `move operation does not apply: doc is missing destination path: ${path}: ${MISSING}`;
  if (isOutside(path, root)) return `error in move for path: '${path}': ${additionFault(path, root)}`;
  return `error in move for path: '${source.key}': ${removalFault(from, root)}`;
}

function copying(operation: JsonObject, path: string, root: Container): string {
  const from = pathOf(operation, 'from') ?? '';
  const source = locate(root, from);
  if (source.container === undefined)
    return `copy operation does not apply: doc is missing from path: ${from}: ${MISSING}`;
  if (Array.isArray(source.container) && indexOf(source.key, source.container.length) < 0)
    return `error in copy for from: '${source.key}': ${indexFault(source.key)}`;
  if (!isPlace(path, root))
    return `copy operation does not apply: doc is missing destination path: ${path}: ${MISSING}`;
  return `error while adding value during copy: ${additionFault(path, root)}`;
}

/** Whether a path leads to a place of a list where nothing can be put. */
function isOutside(path: string, root: Container): boolean {
  const { container, key } = locate(root, path);
  return Array.isArray(container) && key !== '-' && indexOf(key, container.length + 1) < 0;
}

function comparison(operation: JsonObject, path: string, root: Container): string {
  if (path === '') return 'testing path  failed: test failed';
  const { container, key } = locate(root, path);
  if (container === undefined) return `test operation does not apply: is missing path: ${path}: ${MISSING}`;
  if (Array.isArray(container)) {
    const index = indexOf(key, container.length);
    if (index < 0) return `error in test for path: '${path}': ${indexFault(key)}`;
    return `testing value ${path} failed: test failed`;
  }
  const missing = getOwn(container, key) === undefined || (getOwn(operation, 'value') ?? null) === null;
  return `testing ${missing ? 'path' : 'value'} ${path} failed: test failed`;
}
