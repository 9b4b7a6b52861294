import { parseJson } from '../../api/json.ts';
import { isObject, type JsonObject } from '../../api/object.ts';

/** The payload of a JWT, not verified; undefined when the text is none. */
export function claimsOf(token: string): JsonObject | undefined {
  return part(token, 1);
}

export function headerOf(token: string): JsonObject | undefined {
  return part(token, 0);
}

function part(token: string, index: number): JsonObject | undefined {
  const parts = token.split('.');
  if (parts.length !== 3) return undefined;
  try {
    const value = parseJson(Buffer.from(parts[index] ?? '', 'base64url'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
