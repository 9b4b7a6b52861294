/** Makes a Kind from the facts about a resource and the opinions in its file. */

import resourceFacts from '../../api/facts/resources.json' with { type: 'json' };
import { isDNS1123Subdomain } from '../../api/names.ts';
import type { KubeObject } from '../../api/object.ts';
import { schemaOfKind } from '../../api/schema/type-table.ts';
import tableFacts from './facts/tables.json' with { type: 'json' };
import type { CellValue, Conversion, Kind, Strategy, Subresource, TableColumn, TableRowCondition } from './kind.ts';
import type { SubresourceHandler } from './subresource.ts';

export interface ResourceFact {
  group: string;
  version: string;
  resource: string;
  singular: string;
  kind: string;
  namespaced: boolean;
  shortNames: string[];
  categories: string[];
  verbs: string[];
  subresources?: { name: string; kind: string; group?: string; version?: string; verbs: string[] }[];
}

/** What a kind's file says; everything else comes from the facts. */
export interface KindOpinions<T> extends Partial<Omit<Strategy<T>, 'nameErrors'>> {
  /** Default: DNS subdomain. */
  nameErrors?(name: string, prefix: boolean): string[];
  /** Cells in the order of the facts' columns. Absent: Name and Created At. */
  cells?(obj: T, now: Date): CellValue[];
  rowConditions?(obj: T): TableRowCondition[];
  selectableFields?: Record<string, (obj: T) => string>;
  fieldLabelError?(label: string): string;
  unstored?: () => KubeObject[];
  /** Handlers of the sub-resources other than status and scale. */
  handlers?: Record<string, SubresourceHandler>;
  /** For kinds that are asked but never stored. */
  virtual?: SubresourceHandler;
  /** Where another served version of the same resource is stored, e.g. events.k8s.io events as core events. */
  storedAs?: { group: string; version: string; conversion: Conversion };
}

const FACTS = new Map(
  (resourceFacts as ResourceFact[]).map((fact) => [factKey(fact.group, fact.version, fact.resource), fact]),
);
const COLUMNS = tableFacts.tables as unknown as Record<string, [string, string, string, number][]>;
const NO_PRINTER: readonly TableColumn[] = [
  { name: 'Name', type: 'string', format: 'name', priority: 0 },
  { name: 'Created At', type: 'date', format: '', priority: 0 },
];

function factKey(group: string, version: string, resource: string): string {
  return `${group}/${version}/${resource}`;
}

/** `v1` for the core group, `apps/v1` else. */
export function apiVersionOf(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}

export function storagePrefix(group: string, resource: string): string {
  return group === '' ? `/registry/core/${resource}/` : `/registry/${group}/${resource}/`;
}

/** @throws Error when src/api/facts/resources.json has no such resource: a mistake in a kind's file. */
export function defineKind<T = KubeObject>(
  group: string,
  version: string,
  resource: string,
  opinions: KindOpinions<T> = {},
): Kind {
  const fact = FACTS.get(factKey(group, version, resource));
  if (fact === undefined) throw new Error(`no facts about ${resource} in ${apiVersionOf(group, version)}`);
  const {
    cells,
    rowConditions,
    selectableFields,
    fieldLabelError,
    handlers,
    storedAs,
    virtual,
    unstored,
    ...strategy
  } = opinions;
  const stored = storedAs ?? { group, version };
  const columns = cells === undefined ? undefined : columnsOf(group, version, resource);
  return {
    group,
    version,
    apiVersion: apiVersionOf(group, version),
    resource,
    singular: fact.singular,
    kind: fact.kind,
    listKind: `${fact.kind}List`,
    namespaced: fact.namespaced,
    shortNames: fact.shortNames,
    categories: fact.categories,
    verbs: fact.verbs,
    get schema() {
      return schemaOfKind(group, version, fact.kind);
    },
    storage: {
      prefix: storagePrefix(stored.group, resource),
      apiVersion: apiVersionOf(stored.group, stored.version),
      kind: fact.kind,
      ...(storedAs === undefined ? {} : { conversion: storedAs.conversion }),
    },
    strategy: strategyOf(fact, strategy as Partial<Strategy>),
    table: {
      columns: columns ?? NO_PRINTER,
      custom: columns !== undefined,
      cells: (cells ?? nameAndCreation) as (obj: KubeObject, now: Date) => CellValue[],
      ...(rowConditions === undefined ? {} : { conditions: rowConditions as (obj: KubeObject) => TableRowCondition[] }),
    },
    selectableFields: new Map(Object.entries(selectableFields ?? {})) as Map<string, (obj: KubeObject) => string>,
    fieldLabelError: fieldLabelError ?? (selectableFields === undefined ? unknownSelector : unsupportedLabel),
    subresources: subresourcesOf(fact, handlers ?? {}),
    ...(unstored === undefined ? {} : { unstored }),
    typedItems: false,
    acceptsStrategicMerge: true,
    ...(virtual === undefined ? {} : { virtual }),
    source: 'builtin',
  };
}

/** Kinds without a field label conversion of their own. */
function unknownSelector(label: string): string {
  return `${JSON.stringify(label)} is not a known field selector: only "metadata.name", "metadata.namespace"`;
}

function unsupportedLabel(label: string): string {
  return `field label not supported: ${label}`;
}

function strategyOf(fact: ResourceFact, opinions: Partial<Strategy>): Strategy {
  const hasStatus = fact.subresources?.some((s) => s.name === 'status') ?? false;
  return {
    nameErrors: (name, prefix) => isDNS1123Subdomain(prefix ? maskTrailingDash(name) : name),
    generation: 'none',
    createOnUpdate: false,
    unconditionalUpdate: true,
    deleteReturns: 'status',
    defaultPropagation: 'Background',
    ...(hasStatus ? { status: {} } : {}),
    ...opinions,
  };
}

/** A generateName may end in a dash; the checks see a letter in its place (apimachinery maskTrailingDash). */
export function maskTrailingDash(name: string): string {
  return name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name;
}

function columnsOf(group: string, version: string, resource: string): TableColumn[] {
  const rows = COLUMNS[factKey(group, version, resource)];
  if (rows === undefined) throw new Error(`no table facts about ${resource} in ${apiVersionOf(group, version)}`);
  return rows.map(([name, type, format, priority]) => ({ name, type, format, priority }));
}

function nameAndCreation(obj: KubeObject): CellValue[] {
  return [obj.metadata.name ?? '', obj.metadata.creationTimestamp ?? null];
}

function subresourcesOf(fact: ResourceFact, handlers: Record<string, SubresourceHandler>): Map<string, Subresource> {
  const entries = (fact.subresources ?? []).map((sub): [string, Subresource] => {
    const handler = handlers[sub.name];
    return [sub.name, { ...sub, ...(handler === undefined ? {} : { handler }) }];
  });
  return new Map(entries);
}
