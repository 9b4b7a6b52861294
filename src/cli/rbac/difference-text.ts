/** Differences of access, in the manner of diff. */
import { Chalk } from 'chalk';
import type { AccessDifference } from './difference.ts';
import { labelled, rulesWords } from './words.ts';

export interface DifferenceLayout {
  readonly a: string;
  readonly b: string;
  readonly color: boolean;
  readonly width?: number;
}

/** '' when there is none. */
export function differenceText(
  differences: readonly AccessDifference[],
  { a, b, color, width }: DifferenceLayout,
): string {
  if (differences.length === 0) return '';
  const paint = new Chalk({ level: color ? 1 : 0 });
  const lines = [paint.bold(`--- ${a}`), paint.bold(`+++ ${b}`)];
  for (const [title, group] of Map.groupBy(sorted(differences), titleOf)) {
    lines.push(paint.cyan(`@@ ${title} @@`));
    for (const change of ['removed', 'added'] as const) {
      const rules = group.filter((each) => each.change === change).map(({ rule }) => rule);
      for (const { verbs, resources } of rulesWords(rules)) {
        const text = labelled(change === 'removed' ? '- ' : '+ ', `${verbs}: ${resources}`, width);
        lines.push(...text.map((line) => (change === 'removed' ? paint.red(line) : paint.green(line))));
      }
    }
  }
  return `${lines.join('\n')}\n`;
}

function titleOf({ subject, scope }: AccessDifference): string {
  const where = scope === '' ? 'everywhere' : `in the namespace ${scope}`;
  return subject === undefined ? where : `${subject} ${where}`;
}

/** By subject and namespace; what is gone before what is new. */
function sorted(differences: readonly AccessDifference[]): AccessDifference[] {
  const key = ({ subject = '', scope }: AccessDifference): string => JSON.stringify([subject, scope]);
  return [...differences].sort((x, y) => (key(x) < key(y) ? -1 : key(x) > key(y) ? 1 : 0));
}
