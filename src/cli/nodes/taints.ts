/** Taints as they are typed (`key=value:effect`, `key:effect-`, `key-`), and what becomes of a node's taints. */
import { isLabelValue, isQualifiedName } from '../../api/names.ts';
import type { Taint } from '../../api/types/core-v1.ts';
import { CliError } from '../errors.ts';

export interface TaintChanges {
  readonly added: readonly Taint[];
  /** Without an effect: all with the key. */
  readonly removed: readonly Taint[];
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** Nodes stand before taints. @throws CliError */
export function splitTaintArguments(args: readonly string[]): { resources: string[]; taints: string[] } {
  const isTaint = (arg: string): boolean => /[=:]|-$/.test(arg);
  const first = args.findIndex(isTaint);
  if (first < 0) return { resources: [...args], taints: [] };
  const late = args.slice(first).find((arg) => !isTaint(arg));
  if (late !== undefined) throw new CliError(`all resources must be specified before taint changes: ${late}`);
  return { resources: args.slice(0, first), taints: args.slice(first) };
}

/** @throws CliError */
export function taintChanges(texts: readonly string[]): TaintChanges {
  const added: Taint[] = [];
  const removed: Taint[] = [];
  for (const text of texts) {
    if (text.endsWith('-')) {
      const { key, effect } = readTaint(text.slice(0, -1));
      removed.push({ key, ...(effect === undefined ? {} : { effect }) });
      continue;
    }
    const taint = readTaint(text);
    if (taint.effect === undefined) throw new CliError(`invalid taint spec: ${text}`);
    if (added.some((other) => isSame(other, taint))) {
      const { key, value = '', effect } = taint;
      throw new CliError(`duplicated taints with the same key and effect: {${key} ${value} ${effect} <nil>}`);
    }
    added.push(taint);
  }
  return { added, removed };
}

function readTaint(text: string): Taint {
  const [pair = '', effect, ...more] = text.split(':');
  if (more.length > 0) throw new CliError(`invalid taint spec: ${text}`);
  if (effect === undefined) return { key: checkedKey(pair, text) };
  if (!EFFECTS.includes(effect)) throw new CliError(`invalid taint effect: ${effect}, unsupported taint effect`);
  const [key = '', value = '', ...rest] = pair.split('=');
  if (rest.length > 0) throw new CliError(`invalid taint spec: ${text}`);
  const wrong = isLabelValue(value);
  if (wrong.length > 0) throw new CliError(`invalid taint spec: ${text}, ${wrong.join('; ')}`);
  return { key: checkedKey(key, text), ...(value === '' ? {} : { value }), effect };
}

function checkedKey(key: string, text: string): string {
  const wrong = isQualifiedName(key);
  if (wrong.length > 0) throw new CliError(`invalid taint spec: ${text}, ${wrong.join('; ')}`);
  return key;
}

function isSame(left: Taint, right: Taint): boolean {
  return left.key === right.key && left.effect === right.effect;
}

/** @throws CliError for what is to be there and to go */
export function refuseConflicts({ added, removed }: TaintChanges): void {
  const both = added.flatMap((taint) =>
    removed.filter(({ key, effect }) => key === taint.key && (effect === undefined || effect === taint.effect)),
  );
  if (both.length === 0) return;
  const shown = both.map(({ key, effect = '' }) => `${key}=${effect}`).join(', ');
  throw new CliError(`can not both modify and remove the following taint(s) in the same command: ${shown}`);
}

export interface TaintedNode {
  readonly taints: readonly Taint[];
  readonly operation: 'tainted' | 'untainted' | 'modified';
}

/** @throws CliError for taints that are there and may not be changed, and for ones to remove that are not there */
export function changedTaints(
  node: string,
  present: readonly Taint[],
  { added, removed }: TaintChanges,
  overwrite: boolean,
): TaintedNode {
  const there = added.filter((taint) => present.some((old) => isSame(old, taint)));
  if (!overwrite && there.length > 0) {
    const keys = there.map(({ key }) => key).join(',');
    throw new CliError(`node ${node} already has ${keys} taint(s) with same effect(s) and --overwrite is false`);
  }
  const all = [...added, ...present.filter((old) => !added.some((taint) => isSame(old, taint)))];
  const isNew = all.length !== present.length;
  const { left, missing } = withoutTaints(all, removed);
  if (missing.length > 0)
    throw new CliError(missing.map((text) => `taint ${JSON.stringify(text)} not found`).join(', '));
  const operation = overwrite || (isNew && removed.length > 0) ? 'modified' : isNew ? 'tainted' : 'untainted';
  return { taints: left, operation };
}

function withoutTaints(all: readonly Taint[], removed: readonly Taint[]): { left: Taint[]; missing: string[] } {
  let left = [...all];
  const missing: string[] = [];
  for (const { key, effect } of removed) {
    const rest = left.filter((taint) => taint.key !== key || (effect !== undefined && taint.effect !== effect));
    if (rest.length === left.length) missing.push(effect === undefined ? `${key}` : `${key}:${effect}`);
    left = rest;
  }
  return { left, missing };
}
