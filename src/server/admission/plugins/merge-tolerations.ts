/** Joins tolerations without those that another makes superfluous; imitates kubernetes pkg/util/tolerations. */
import { equalJson } from '../../../api/object.ts';
import type { Toleration } from '../../../api/types/core-v1.ts';

export function mergeTolerations(first: readonly Toleration[], second: readonly Toleration[]): Toleration[] {
  const all = [...first, ...second];
  const merged: Toleration[] = [];
  for (const [i, toleration] of all.entries()) {
    const earlier = merged.some((other) => covers(other, toleration));
    const later = all.slice(i + 1).some((other) => !equalJson(other, toleration) && covers(other, toleration));
    if (!earlier && !later) merged.push(toleration);
  }
  return merged;
}

/** Whether everything that `inner` tolerates is tolerated by `outer`. */
export function covers(outer: Toleration, inner: Toleration): boolean {
  if (equalJson(outer, inner)) return true;
  const anyKey = !outer.key && outer.operator === 'Exists';
  if ((outer.key ?? '') !== (inner.key ?? '') && !anyKey) return false;
  if ((outer.effect ?? '') !== (inner.effect ?? '') && outer.effect) return false;
  if (outer.effect === 'NoExecute' && outer.tolerationSeconds !== undefined) {
    if (inner.tolerationSeconds === undefined || inner.tolerationSeconds > outer.tolerationSeconds) return false;
  }
  if (outer.operator === 'Exists') return true;
  if (outer.operator && outer.operator !== 'Equal') return false;
  return inner.operator === 'Equal' && (inner.value ?? '') === (outer.value ?? '');
}
