/** `--for`: what `wait` waits for, in kubectl's words (kubectl pkg/cmd/wait). */
import { isObject, type JsonObject } from '../../api/object.ts';
import { CliError } from '../errors.ts';
import { JsonPath, relaxedJsonPath } from '../print/jsonpath.ts';

export type Awaited =
  | { readonly kind: 'delete' | 'create' }
  /** Whether an object is as wanted. */
  | { readonly kind: 'state'; readonly holds: (object: JsonObject) => boolean };

/** @throws CliError for what is no condition */
export function parseCondition(text: string): Awaited {
  const lower = text.toLowerCase();
  if (lower === 'delete') return { kind: 'delete' };
  if (lower === 'create') return { kind: 'create' };
  if (text.startsWith('condition=')) return { kind: 'state', holds: conditionOf(text.slice('condition='.length)) };
  if (text.startsWith('jsonpath=')) return { kind: 'state', holds: jsonPathOf(text.slice('jsonpath='.length)) };
  throw new CliError(`unrecognized condition: ${JSON.stringify(text)}`);
}

function conditionOf(text: string): (object: JsonObject) => boolean {
  const [name = '', value = 'true'] = text.split('=');
  if (name === '') throw new CliError(`unrecognized condition: ${JSON.stringify(`condition=${text}`)}`);
  return (object) => {
    const status = isObject(object['status']) ? object['status'] : {};
    const conditions = Array.isArray(status['conditions']) ? status['conditions'].filter(isObject) : [];
    const found = conditions.find(({ type }) => String(type).toLowerCase() === name.toLowerCase());
    if (found === undefined || !isCurrent(object, status) || !isCurrent(object, found)) return false;
    return String(found['status']).toLowerCase() === value.toLowerCase();
  };
}

/** What was observed of an older generation says nothing. */
function isCurrent(object: JsonObject, { observedGeneration }: JsonObject): boolean {
  const { generation } = (object['metadata'] ?? {}) as { generation?: number };
  return generation === undefined || observedGeneration === undefined || Number(observedGeneration) >= generation;
}

const FORMAT =
  "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'";

function jsonPathOf(text: string): (object: JsonObject) => boolean {
  const parts = splitAtEquals(text);
  if (parts.length > 2) throw new CliError(FORMAT);
  const [expression = '', value] = parts;
  if (expression === '') throw new CliError('jsonpath expression cannot be empty');
  if (value === '') {
    throw new CliError(
      "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3",
    );
  }
  const path = parsePath(expression);
  const wanted = value?.replace(/^['"]+|['"]+$/g, '').trim();
  return (object) => {
    const found = path.find(object);
    if (found.length > 1) throw new CliError('given jsonpath expression matches more than one value');
    const [only] = found;
    if (only === undefined || only === null || (wanted !== undefined && typeof only === 'object')) return false;
    return wanted === undefined || String(only).trim() === wanted;
  };
}

function parsePath(expression: string): JsonPath {
  try {
    return new JsonPath(relaxedJsonPath(expression), { allowMissingKeys: true });
  } catch (error) {
    throw new CliError((error as Error).message, { cause: error });
  }
}

/** At single equals signs: `==` belongs to a filter. */
function splitAtEquals(text: string): string[] {
  return text.split(/(?<!=)=(?!=)/);
}
