/** Findings for people. */
import { Chalk, type ChalkInstance } from 'chalk';
import { labelled, objectWord } from '../words.ts';
import { type Finding, SEVERITIES, type Severity } from './finding.ts';

export interface FindingsLayout {
  readonly color: boolean;
  readonly width?: number;
}

/**
 *   error: dangling-role: rolebinding/devs in the namespace shop (rbac.yaml)
 *     names Role "dev", which does not exist …
 *     Try this: did you mean devs?
 */
export function findingsText(findings: readonly Finding[], { color, width }: FindingsLayout): string {
  const paint = new Chalk({ level: color ? 1 : 0 });
  const lines = findings.flatMap(({ severity, message, help, ...finding }) => [
    `${tone(paint, severity)(severity)}: ${titleOf(finding)}`,
    ...labelled('  ', message, width),
    ...labelled('  Try this: ', help, width),
    '',
  ]);
  return `${[...lines, summaryText(findings)].join('\n')}\n`;
}

function titleOf({ check, object, subject, source }: Omit<Finding, 'severity' | 'message' | 'help'>): string {
  const where = object?.namespace === undefined ? '' : ` in the namespace ${object.namespace}`;
  const what = object === undefined ? (subject ?? '') : `${objectWord(object)}${where}`;
  return `${check}: ${what}${source === undefined ? '' : ` (${source})`}`;
}

function tone(paint: ChalkInstance, severity: Severity): ChalkInstance {
  return severity === 'error' ? paint.red : severity === 'warning' ? paint.yellow : paint.cyan;
}

/** `2 errors, 1 warning` */
export function summaryText(findings: readonly Finding[]): string {
  const counts = SEVERITIES.map(
    (severity) => [severity, findings.filter((each) => each.severity === severity).length] as const,
  );
  const parts = counts
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${severity}${count === 1 ? '' : 's'}`);
  return parts.length === 0 ? 'Nothing to say.' : parts.join(', ');
}
