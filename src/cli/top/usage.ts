/** Amounts of the metrics API as `top` shows them: thousandths of a core, mebibytes, percent of what there is. */
import { parseQuantity, Quantity } from '../../api/quantity.ts';
import { compareUtf8 } from '../../util/utf8-order.ts';

export type Resource = 'cpu' | 'memory' | 'swap';

/** Amounts as quantities, and what is not known. */
export type Amounts = Readonly<Partial<Record<Resource, string>>>;

export type Usage = Readonly<Record<Resource, Quantity>>;

export interface Measured {
  readonly name: string;
  readonly namespace?: string;
  readonly usage: Usage;
}

const UNKNOWN = '<unknown>';
const MEBIBYTE = 1n << 20n;

export function usageOf(amounts: Amounts): Usage {
  const read = (resource: Resource): Quantity => parseQuantity(amounts[resource] ?? '0');
  return { cpu: read('cpu'), memory: read('memory'), swap: read('swap') };
}

export function sumOf(usages: readonly Usage[]): Usage {
  const add = (resource: Resource): Quantity =>
    usages.reduce((sum, usage) => sum.add(usage[resource]), Quantity.zero());
  return { cpu: add('cpu'), memory: add('memory'), swap: add('swap') };
}

/** `250m`, `512Mi` */
export function amountText(resource: Resource, usage: Usage): string {
  return resource === 'cpu' ? `${usage.cpu.milliValue()}m` : `${usage[resource].value() / MEBIBYTE}Mi`;
}

/** `12%`; unknown where nobody says what there is. */
export function percentText(used: Quantity, available: string | undefined): string {
  if (available === undefined) return UNKNOWN;
  const all = parseQuantity(available).milliValue();
  return all === 0n ? UNKNOWN : `${(used.milliValue() * 100n) / all}%`;
}

/** The cells of a node: amounts and percents; a node that is not measured is unknown throughout. */
export function nodeCells(amounts: Amounts | undefined, available: Amounts, resources: readonly Resource[]): string[] {
  return resources.flatMap((resource) => {
    if (amounts?.[resource] === undefined) return [UNKNOWN, UNKNOWN];
    const usage = usageOf(amounts);
    return [amountText(resource, usage), percentText(usage[resource], available[resource])];
  });
}

/** The most first by `cpu` or `memory`; otherwise by name, with namespaces by those before. */
export function sortMeasured<T extends Measured>(items: readonly T[], by: string, withNamespace = false): T[] {
  return [...items].sort((a, b) => {
    if (by === 'cpu' || by === 'memory') {
      return b.usage[by].compare(a.usage[by]);
    }
    const places = withNamespace ? compareUtf8(a.namespace ?? '', b.namespace ?? '') : 0;
    return places || compareUtf8(a.name, b.name);
  });
}
