/** Unified differences of two values' indented JSON; imitates apimachinery pkg/util/diff. */
import { stringifyJson } from '../../../api/json.ts';

const CONTEXT = 3;
/** Above it only the common beginning and end are told apart. */
const MAX_CELLS = 4_000_000;

interface Line {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

/** `@@ -36,7 +36,7 @@` and the lines around each change; '' when nothing differs. */
export function unifiedDiff(before: unknown, after: unknown): string {
  const lines = compare(linesOf(before), linesOf(after));
  return hunksOf(lines).join('');
}

/** As Go writes JSON: maps in order of keys (the caller's), some signs of HTML escaped, one space a level. */
function linesOf(value: unknown): string[] {
  const escaped = stringifyJson(value, 1).replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return escaped.split('\n');
}

function compare(before: readonly string[], after: readonly string[]): Line[] {
  const shortest = Math.min(before.length, after.length);
  let start = 0;
  while (start < shortest && before[start] === after[start]) start++;
  let end = 0;
  while (end < shortest - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const same = (text: string): Line => ({ mark: ' ', text });
  return [
    ...before.slice(0, start).map(same),
    ...compareMiddle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(same),
  ];
}

/** By the longest common subsequence; what goes stands before what comes. */
function compareMiddle(before: readonly string[], after: readonly string[]): Line[] {
  const lengths = before.length * after.length > MAX_CELLS ? undefined : commonLengths(before, after);
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [a, b] = [before[i], after[j]];
    if (lengths !== undefined && a !== undefined && a === b) {
      lines.push({ mark: ' ', text: a });
      i++;
      j++;
    } else if (a !== undefined && (lengths?.[i + 1]?.[j] ?? 0) >= (lengths?.[i]?.[j + 1] ?? 0)) {
      lines.push({ mark: '-', text: a });
      i++;
    } else if (b !== undefined) {
      lines.push({ mark: '+', text: b });
      j++;
    } else if (a !== undefined) {
      lines.push({ mark: '-', text: a });
      i++;
    }
  }
  return lines;
}

/** How many lines the rests from i and j have in common. */
function commonLengths(before: readonly string[], after: readonly string[]): number[][] {
  const table = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  for (let i = before.length - 1; i >= 0; i--) {
    const row = table[i] as number[];
    const next = table[i + 1] as number[];
    for (let j = after.length - 1; j >= 0; j--) {
      row[j] = before[i] === after[j] ? (next[j + 1] as number) + 1 : Math.max(next[j] as number, row[j + 1] as number);
    }
  }
  return table;
}

function hunksOf(lines: readonly Line[]): string[] {
  const changed = lines.flatMap(({ mark }, i) => (mark === ' ' ? [] : [i]));
  const ranges: [from: number, to: number][] = [];
  for (const i of changed) {
    const last = ranges.at(-1);
    const to = Math.min(lines.length, i + CONTEXT + 1);
    if (last !== undefined && i - CONTEXT <= last[1]) last[1] = to;
    else ranges.push([Math.max(0, i - CONTEXT), to]);
  }
  return ranges.map(([from, to]) => {
    const shown = lines.slice(from, to);
    const range = (mark: Line['mark']) => {
      const count = shown.filter((line) => line.mark !== mark).length;
      const begin = lines.slice(0, from).filter((line) => line.mark !== mark).length;
      return count === 1 ? `${begin + 1}` : `${count === 0 ? begin : begin + 1},${count}`;
    };
    return `@@ -${range('+')} +${range('-')} @@\n${shown.map(({ mark, text }) => `${mark}${text}\n`).join('')}`;
  });
}
