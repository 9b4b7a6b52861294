/** `--append-hash`: a suffix that changes with the content; imitates kubectl pkg/util/hash. */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../api/object.ts';
import { goJson } from '../print/go-json.ts';

/** Digits and vowels that could spell something are replaced. */
const REPLACED: Readonly<Record<string, string>> = { 0: 'g', 1: 'h', 3: 'k', a: 'm', e: 't' };
const LENGTH = 10;

/** @param content what makes the object: kind, name, type, data */
export function contentHash(content: JsonObject): string {
  const digest = createHash('sha256').update(goJson(content)).digest('hex').slice(0, LENGTH);
  return digest.replace(/[013ae]/g, (char) => REPLACED[char] ?? char);
}
