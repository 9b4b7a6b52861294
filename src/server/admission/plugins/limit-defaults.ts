/** Default requests and limits of a LimitRange. */
import { type KubeObject, setOwn } from '../../../api/object.ts';
import type { Container, LimitRangeItem, Pod } from '../../../api/types/core-v1.ts';

const NOTE = 'kubernetes.io/limit-ranger';

type Amounts = Record<string, string>;

/** Fills what containers leave open, and says so in an annotation. */
export function fillDefaults(pod: Pod & KubeObject, limits: readonly LimitRangeItem[]): void {
  const items = limits.filter(({ type }) => type === 'Container');
  const requests: Amounts = Object.assign({}, ...items.map((item) => item.defaultRequest));
  const most: Amounts = Object.assign({}, ...items.map((item) => item.default));
  // Nothing is validated yet: a client may have sent null.
  const containers = pod.spec?.containers ?? [];
  const initContainers = pod.spec?.initContainers ?? [];
  const notes = [
    ...containers.flatMap((container) => fill(container, 'container', requests, most)),
    ...initContainers.flatMap((container) => fill(container, 'init container', requests, most)),
  ];
  if (notes.length === 0) return;
  pod.metadata.annotations = { ...pod.metadata.annotations, [NOTE]: `LimitRanger plugin set: ${notes.join('; ')}` };
}

function fill(container: Container, title: string, requests: Amounts, limits: Amounts): string[] {
  const notes: string[] = [];
  for (const [word, field, defaults] of [
    ['request', 'requests', requests],
    ['limit', 'limits', limits],
  ] as const) {
    const missing = Object.keys(defaults).filter((name) => !Object.hasOwn(container.resources?.[field] ?? {}, name));
    if (missing.length === 0) continue;
    container.resources ??= {};
    const filled = { ...container.resources[field] };
    for (const name of missing) setOwn(filled, name, defaults[name]);
    container.resources[field] = filled;
    notes.push(`${missing.sort().join(', ')} ${word} for ${title} ${container.name}`);
  }
  return notes;
}
