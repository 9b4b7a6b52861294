/** A readable difference of two structs, laid out as Go's cmp.Diff does: what refused updates of big specs end in. */
import { stringifyJson } from '../../../api/json.ts';
import { equalJson } from '../../../api/object.ts';

/** Top-level fields that differ, old with `-`, new with `+`; the rest is an ellipsis. */
export function structDiff(type: string, before: object, after: object): string {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const lines = fields.flatMap((field) => fieldDiff(field, read(before, field), read(after, field)));
  return [`  ${type}{`, '  \t... // unchanged fields', ...lines, '  }', ''].join('\n');
}

function read(struct: object, field: string): unknown {
  return Object.hasOwn(struct, field) ? (struct as Record<string, unknown>)[field] : undefined;
}

function fieldDiff(field: string, before: unknown, after: unknown): string[] {
  if (equalJson(before, after)) return [];
  const name = field.charAt(0).toUpperCase() + field.slice(1);
  const show = (value: unknown): string => (value === undefined ? 'nil' : stringifyJson(value));
  return [`- \t${name}: ${show(before)},`, `+ \t${name}: ${show(after)},`];
}
