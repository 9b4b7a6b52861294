/** Any object: its fields by names that people read; imitates kubectl's generic describer. */
import { isObject, type JsonObject, type KubeObject } from '../../api/object.ts';
import type { Describer } from './describer.ts';
import { type Description, goValue, sortedKeys } from './description.ts';
import { describeEvents } from './events-text.ts';
import { describeMeta } from './settings-text.ts';

const SKIPPED: ReadonlySet<string> = new Set([
  '.metadata.managedFields',
  '.metadata.name',
  '.metadata.namespace',
  '.metadata.labels',
  '.metadata.annotations',
]);
const ACRONYMS = new Set(['API', 'URL', 'UID', 'OSB', 'GUID']);

export const describeAnything: Describer = async (object, out, around) => {
  describeMeta({ ...object.metadata, namespace: object.metadata.namespace ?? '' }, out);
  fields(object as KubeObject & JsonObject, 0, '', out);
  await describeEvents(object, out, around);
};

function fields(content: JsonObject, level: number, path: string, out: Description): void {
  for (const field of sortedKeys(content)) {
    const value = content[field];
    const here = `${path}.${field}`;
    if (SKIPPED.has(here)) continue;
    if (isObject(value)) {
      out.line(level, `${fieldLabel(field)}:`);
      fields(value, level + 1, here, out);
    } else if (Array.isArray(value)) {
      out.line(level, `${fieldLabel(field)}:`);
      for (const item of value) {
        if (isObject(item)) fields(item, level + 1, here, out);
        else out.line(level + 1, goValue(item));
      }
    } else out.line(level, `${fieldLabel(field)}:\t${goValue(value)}`);
  }
}

/** `holderIdentity` → `Holder Identity`, `uid` → `UID`; names with digits or signs stay as they are. */
export function fieldLabel(field: string): string {
  if (/[^\p{L}-]/u.test(field)) return field;
  return camelParts(field)
    .filter((part) => part !== '_')
    .map((part) =>
      ACRONYMS.has(part.toUpperCase())
        ? part.toUpperCase()
        : part.charAt(0).toUpperCase() + part.slice(1).toLowerCase(),
    )
    .join(' ');
}

/** Runs of lower case, upper case, digits and others; the last capital of a run belongs to the lower case behind it. */
function camelParts(text: string): string[] {
  const runs = text.match(/\p{Ll}+|\p{Lu}+|\p{Nd}+|[^\p{Ll}\p{Lu}\p{Nd}]+/gu) ?? [];
  for (let i = 0; i + 1 < runs.length; i++) {
    const run = runs[i] as string;
    const next = runs[i + 1] as string;
    if (!/^\p{Lu}/u.test(run) || !/^\p{Ll}/u.test(next)) continue;
    runs[i] = run.slice(0, -1);
    runs[i + 1] = run.slice(-1) + next;
  }
  return runs.filter((run) => run !== '');
}
