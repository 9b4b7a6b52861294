/** `--overrides`: a patch of an object before it is sent, as `run` and `expose` have it. */
import { parseJson } from '../../api/json.ts';
import { isObject, type JsonObject } from '../../api/object.ts';
import { normalize } from '../../api/schema/decoder.ts';
import { schemaOfKind, typeNameOfKind } from '../../api/schema/type-table.ts';
import { parseApiVersion } from '../../client/resource-path.ts';
import { CliError } from '../errors.ts';
import { text } from '../flags/flag-kinds.ts';
import { type LocalPatch, patchLocally } from '../patch/local-patch.ts';

export const OVERRIDE_FLAGS = {
  overrides: text({ summary: 'A patch of the object before it is sent, as JSON.', default: '' }),
  'override-type': text({ summary: 'How to patch: json, merge or strategic.', default: 'merge' }),
};

export interface OverrideFlags {
  readonly overrides: string;
  readonly 'override-type': string;
}

const TYPES: readonly LocalPatch['type'][] = ['json', 'merge', 'strategic'];
/** Words for what is no JSON. */
const WRONG: Readonly<Record<LocalPatch['type'], string>> = {
  json: 'unexpected end of JSON input',
  merge: 'Invalid JSON Patch',
  strategic: 'invalid JSON document',
};

/** The object with the patch; fields that its type has not are dropped. @throws CliError */
export function overridden(object: JsonObject, { overrides, 'override-type': wanted }: OverrideFlags): JsonObject {
  if (overrides === '') return object;
  const type = TYPES.find((each) => each === wanted);
  if (type === undefined) throw new CliError(`invalid override type: ${wanted}`);
  if (!isJson(overrides)) throw new CliError(WRONG[type]);
  const patched = patchLocally(object, { type, text: overrides });
  const { group, version } = parseApiVersion(String(patched['apiVersion']));
  const kind = String(patched['kind']);
  if (typeNameOfKind(group, version, kind) === undefined) {
    throw new CliError(
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(patched['apiVersion'])} in scheme "pkg/scheme/scheme.go:28"`,
    );
  }
  return normalize(schemaOfKind(group, version, kind), patched);
}

function isJson(input: string): boolean {
  try {
    const value = parseJson(input);
    return isObject(value) || Array.isArray(value);
  } catch {
    return false;
  }
}
