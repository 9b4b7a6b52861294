/** Reading `apiVersion` and `kind` before anything else is known (apimachinery serializer/json meta.go). */
import { isObject } from '../object.ts';
import { DecodeError, jsonKind } from './decode-context.ts';

export interface TypeMeta {
  readonly apiVersion: string;
  readonly kind: string;
}

const GO_STRUCT =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/**
 * The type that a body claims, '' where it claims none. Unlike the rest, Go matches these two keys in any case.
 * @throws DecodeError `couldn't get version/kind; json parse error: …`
 */
export function readTypeMeta(value: unknown): TypeMeta {
  const meta = { apiVersion: '', kind: '' };
  if (value === null) return meta;
  if (!isObject(value))
    throw versionKindError(`json: cannot unmarshal ${jsonKind(value)} into Go value of type ${GO_STRUCT}`);
  if (typeof value.apiVersion === 'string' && typeof value.kind === 'string' && !hasOtherSpelling(value)) {
    return { apiVersion: value.apiVersion, kind: value.kind };
  }
  let failure: DecodeError | undefined;
  for (const key of Object.keys(value)) {
    const field = fieldOf(key);
    const given = value[key];
    if (field === undefined || given === null) continue;
    if (typeof given === 'string') meta[field] = given;
    else
      failure ??= versionKindError(
        `json: cannot unmarshal ${jsonKind(given)} into Go struct field .${field} of type string`,
      );
  }
  if (failure !== undefined) throw failure;
  return meta;
}

function fieldOf(key: string): 'apiVersion' | 'kind' | undefined {
  if (key.length !== 'kind'.length && key.length !== 'apiVersion'.length) return undefined;
  const folded = key.toLowerCase().replace('\u212a', 'k').replace('\u017f', 's');
  return folded === 'apiversion' ? 'apiVersion' : folded === 'kind' ? 'kind' : undefined;
}

function hasOtherSpelling(value: object): boolean {
  for (const key in value) if (key !== 'kind' && key !== 'apiVersion' && fieldOf(key) !== undefined) return true;
  return false;
}

/** The introduction that upstream gives to any failure to learn the type. */
export function versionKindError(message: string): DecodeError {
  return new DecodeError(`couldn't get version/kind; json parse error: ${message}`);
}
