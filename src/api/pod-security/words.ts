/** Small words that the checks share. */
import { quote } from '../field-errors.ts';
import type { Container, PodSpec } from '../types/core-v1.ts';

/** Init containers first, as upstream visits them. */
export function allContainers({
  initContainers = [],
  containers = [],
  ephemeralContainers = [],
}: PodSpec): Container[] {
  return [...initContainers, ...containers, ...(ephemeralContainers as Container[])];
}

/** `"a", "b"` */
export function quoted(names: readonly string[]): string {
  return names.map(quote).join(', ');
}

/** `container "a"`, `containers "a", "b"` */
export function containersText(containers: readonly Container[]): string {
  return `${plural('container', containers.length)} ${quoted(containers.map(({ name = '' }) => name))}`;
}

export function plural(word: string, count: number): string {
  return count === 1 ? word : `${word}s`;
}

/** Without repeats, sorted. */
export function sortedSet(values: Iterable<string>): string[] {
  return [...new Set(values)].sort();
}

/** `pod and containers "a", "b"`: who sets something. */
export function settersText(pod: boolean, containers: readonly Container[]): string {
  return [...(pod ? ['pod'] : []), ...(containers.length === 0 ? [] : [containersText(containers)])].join(' and ');
}
