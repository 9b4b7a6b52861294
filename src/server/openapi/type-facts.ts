/** What the type tables say for OpenAPI only, beyond the schemas that decoding and patches read. */
import typesJson from '../../api/schema/types.json' with { type: 'json' };
import itemEnums from './facts/item-enums.json' with { type: 'json' };
import requiredOrder from './facts/required-order.json' with { type: 'json' };
import schemeVersions from './facts/scheme-versions.json' with { type: 'json' };

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export interface TypeFact {
  readonly fields?: Readonly<
    Record<string, { readonly enum?: readonly string[]; readonly format?: string; readonly itemFormat?: string }>
  >;
  readonly gvk?: readonly GroupVersionKind[];
  readonly unions?: readonly object[];
}

const TYPES = typesJson as unknown as Readonly<Record<string, TypeFact>>;
const REQUIRED = requiredOrder as Readonly<Record<string, readonly string[]>>;
const ITEM_ENUMS = itemEnums as Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.';

/** Options types are registered in every version that the scheme knows, served or not. */
const EVERYWHERE = new Set([`${META}DeleteOptions`, `${META}WatchEvent`]);

export function isBuiltInType(name: string): boolean {
  return Object.hasOwn(TYPES, name);
}

export function typeFact(name: string): TypeFact {
  return TYPES[name] ?? {};
}

/** The kinds that a type stands for, as x-kubernetes-group-version-kind lists them. */
export function kindsOfType(name: string): readonly GroupVersionKind[] {
  if (!EVERYWHERE.has(name)) return TYPES[name]?.gvk ?? [];
  const kind = name.slice(META.length);
  return Object.entries(schemeVersions).flatMap(([group, versions]) =>
    versions.map((version) => ({ group, kind, version })),
  );
}

/** The values that the items of a list may have, where they are an enum. */
export function itemEnum(name: string, field: string): readonly string[] | undefined {
  return ITEM_ENUMS[name]?.[field];
}

/** Required fields in the order of the Go struct where that is not the alphabet's. */
export function requiredFields(name: string, alphabetical: readonly string[]): readonly string[] {
  return REQUIRED[name] ?? alphabetical;
}
