/** `KEY=VALUE` and `KEY-` behind the resources of `label` and `annotate`. */
import { isLabelValue } from '../../api/names.ts';
import { CliError } from '../errors.ts';

export interface KeyChanges {
  readonly resources: readonly string[];
  readonly set: ReadonlyMap<string, string>;
  readonly removed: readonly string[];
}

function isChange(arg: string): boolean {
  return (arg.includes('=') && !arg.startsWith('=')) || (arg.endsWith('-') && arg !== '-');
}

/** Resources stand before changes. @throws CliError */
export function splitChanges(args: readonly string[], what: 'label' | 'annotation'): [string[], string[]] {
  const first = args.findIndex(isChange);
  if (first < 0) return [[...args], []];
  const late = args.slice(first).find((arg) => !isChange(arg));
  if (late !== undefined) throw new CliError(`all resources must be specified before ${what} changes: ${late}`);
  return [args.slice(0, first), args.slice(first)];
}

/** @throws CliError */
export function labelChanges(args: readonly string[]): KeyChanges {
  const [resources, changes] = splitChanges(args, 'label');
  const set = new Map<string, string>();
  const removed: string[] = [];
  for (const change of changes) {
    const parts = change.split('=');
    if (change.includes('=')) {
      if (parts.length !== 2) throw new CliError(`invalid label spec: ${change}`);
      const [key = '', value = ''] = parts;
      const wrong = isLabelValue(value);
      if (wrong.length > 0) throw new CliError(`invalid label value: ${JSON.stringify(change)}: ${wrong.join(';')}`);
      set.set(key, value);
    } else removed.push(change.slice(0, -1));
  }
  if (removed.some((key) => set.has(key))) {
    throw new CliError('can not both modify and remove a label in the same command');
  }
  return { resources, set, removed };
}

/** @throws CliError */
export function annotationChanges(args: readonly string[]): KeyChanges {
  const [resources, changes] = splitChanges(args, 'annotation');
  const set = new Map<string, string>();
  const removed: string[] = [];
  for (const change of changes) {
    const at = change.indexOf('=');
    if (at > 0) set.set(change.slice(0, at), change.slice(at + 1));
    else removed.push(change.slice(0, -1));
  }
  const both = removed.filter((key) => set.has(key));
  if (both.length > 0) {
    throw new CliError(
      `can not both modify and remove the following annotation(s) in the same command: ${both.join(', ')}`,
    );
  }
  return { resources, set, removed };
}
