import type { KubeObject } from '../../../api/object.ts';

/** Of the objects marked as default the newest; of equals the first by name. Undefined when none is marked. */
export function defaultClass(objects: readonly KubeObject[], annotations: readonly string[]): KubeObject | undefined {
  return objects
    .filter(({ metadata }) => annotations.some((key) => metadata.annotations?.[key] === 'true'))
    .sort((a, b) => compare(created(b), created(a)) || compare(a.metadata.name ?? '', b.metadata.name ?? ''))[0];
}

function created({ metadata }: KubeObject): string {
  return metadata.creationTimestamp ?? '';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
