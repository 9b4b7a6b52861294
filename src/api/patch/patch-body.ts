/**
 * Checks of a patch body before it is applied: what the handler answers with 400.
 * Imitates apiserver pkg/endpoints/handlers/patch.go.
 */
import { isObject, type JsonObject } from '../object.ts';
import { badRequest, type StatusError } from '../status-error.ts';
import { unmarshalError } from './go-format.ts';

/** The fieldValidation option of a request. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

export type PatchKind = 'json' | 'merge' | 'strategic';

const MAP = 'Go value of type map[string]interface {}';

/** The 400 for a body that is no JSON; `reason` is the parser's message (`unexpected end of JSON input`). */
export function patchSyntaxError(kind: PatchKind, reason: string, validation: FieldValidation): StatusError {
  if (kind === 'strategic') return badRequest(reason);
  if (validation !== 'Ignore') return badRequest(`error decoding patch: ${reason}`);
  return badRequest(kind === 'merge' ? 'Invalid JSON Patch' : reason);
}

/**
 * The body of a JSON merge patch. Throws 400 where upstream does; without validation a list is a legal patch that
 * replaces the whole object (and then fails to decode).
 */
export function decodeMergePatch(body: unknown, validation: FieldValidation): unknown {
  if (isObject(body)) return body;
  if (body !== null && validation !== 'Ignore') throw badRequest(`error decoding patch: ${unmarshalError(body, MAP)}`);
  if (Array.isArray(body)) return body;
  throw badRequest('Invalid JSON Patch');
}

/** The body of a strategic merge patch: an object; null changes nothing. Throws 400 for anything else. */
export function decodeStrategicPatch(body: unknown): JsonObject {
  if (body === null) return {};
  if (!isObject(body)) throw badRequest(unmarshalError(body, MAP));
  return body;
}
