/** CustomResourceDefinitions as kinds: one for each version, like any built-in. */
import type { JsonObject, KubeObject } from '../../api/object.ts';
import type { Schema } from '../../api/schema/schema.ts';
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionVersion,
  SelectableField,
} from '../../api/types/apiextensions-v1.ts';
import { compareKubeVersions } from '../discovery/version-order.ts';
import type { Kind, StorageSpec, Strategy, Subresource, TablePrinter } from '../kinds/kind.ts';
import type { JSONSchemaProps } from '../kinds/shared/json-schema-parts.ts';
import { AccessorError, stepsOf, valueAt } from './dotted-path.ts';
import { tablePrinter } from './printer-columns.ts';
import { resourceReader, type VersionSchemas } from './resource-reader.ts';
import { resourceStrategy } from './resource-strategy.ts';
import { ResourceRules } from './resource-validation.ts';
import { resourceSchema } from './schema-model.ts';
import { versionConversion } from './version-conversion.ts';

/** In upstream's order, which differs from that of built-ins. */
const VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const SUBRESOURCE_VERBS = ['get', 'patch', 'update'];

/** What may change about a definition while its kinds stay the same. */
export interface DefinitionState {
  terminating: boolean;
}

export interface CustomKinds {
  /** Preferred first. */
  readonly served: readonly Kind[];
  /** The storage version, served or not. */
  readonly storage: Kind | undefined;
}

/** Kinds are named as the definition's status accepted it. */
export function customKinds(crd: CustomResourceDefinition, state: DefinitionState): CustomKinds {
  const versions = crd.spec?.versions ?? [];
  const schemas = versionSchemas(crd);
  const kindOf = (version: CustomResourceDefinitionVersion): Kind => customKind(crd, version, schemas, state);
  const served = versions.filter((version) => version.served === true);
  served.sort((a, b) => compareKubeVersions(a.name ?? '', b.name ?? ''));
  const kinds = served.map(kindOf);
  const stored = storageVersion(crd);
  const known = kinds.find((kind) => kind.version === stored?.name);
  return { served: kinds, storage: known ?? (stored === undefined ? undefined : kindOf(stored)) };
}

function storageVersion(crd: CustomResourceDefinition): CustomResourceDefinitionVersion | undefined {
  return crd.spec?.versions?.find((version) => version.storage === true);
}

function versionSchemas(crd: CustomResourceDefinition): VersionSchemas {
  const versions = (crd.spec?.versions ?? []).map(({ name = '', schema }): [string, JSONSchemaProps | undefined] => [
    name,
    schema?.openAPIV3Schema,
  ]);
  return { group: crd.spec?.group ?? '', kind: acceptedNames(crd).kind ?? '', versions: new Map(versions) };
}

function acceptedNames(
  crd: CustomResourceDefinition,
): NonNullable<NonNullable<CustomResourceDefinition['spec']>['names']> {
  const accepted = crd.status?.acceptedNames ?? {};
  return accepted.kind ? accepted : (crd.spec?.names ?? {});
}

function customKind(
  crd: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
  schemas: VersionSchemas,
  state: DefinitionState,
): Kind {
  const names = acceptedNames(crd);
  const { group, kind } = schemas;
  const { name = '', schema, selectableFields, additionalPrinterColumns } = version;
  const props = schema?.openAPIV3Schema;
  let model: Schema | undefined;
  let strategy: Strategy | undefined;
  let table: TablePrinter | undefined;
  return {
    group,
    version: name,
    apiVersion: `${group}/${name}`,
    resource: crd.spec?.names?.plural ?? '',
    singular: names.singular ?? '',
    kind,
    listKind: names.listKind || `${kind}List`,
    namespaced: crd.spec?.scope !== 'Cluster',
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    verbs: VERBS,
    // Compiled when first needed: a server may have hundreds of definitions that nobody asks for.
    get schema() {
      model ??= resourceSchema(props, kind, resourceReader(schemas, name));
      return model;
    },
    storage: storageOf(crd, schemas, name),
    get strategy() {
      strategy ??= strategyOf(crd, version, props ?? {}, state);
      return strategy;
    },
    get table() {
      table ??= tablePrinter(additionalPrinterColumns ?? []);
      return table;
    },
    selectableFields: new Map((selectableFields ?? []).map(selectable)),
    fieldLabelError: (label) => `field label not supported: ${label}`,
    subresources: subresourcesOf(version, kind),
    typedItems: true,
    acceptsStrategicMerge: false,
    source: 'crd',
    ...(props === undefined ? {} : { openapi: props as JsonObject }),
  };
}

/**
 * Stored bytes are served as they are only while they cannot be of another version or schema: as long as the
 * definition is as it was created (its generation is 1).
 */
function storageOf(crd: CustomResourceDefinition, schemas: VersionSchemas, version: string): StorageSpec {
  const stored = storageVersion(crd)?.name ?? version;
  const { group, kind } = schemas;
  const unchanged = crd.metadata?.generation === 1 && (crd.status?.storedVersions ?? []).length <= 1;
  return {
    prefix: `/registry/${group}/${crd.spec?.names?.plural ?? ''}/`,
    apiVersion: `${group}/${stored}`,
    kind,
    ...(unchanged && version === stored ? {} : { conversion: versionConversion(schemas, version, stored) }),
  };
}

function strategyOf(
  crd: CustomResourceDefinition,
  version: CustomResourceDefinitionVersion,
  schema: JSONSchemaProps,
  state: DefinitionState,
): Strategy {
  const { status, scale } = version.subresources ?? {};
  return resourceStrategy({
    group: crd.spec?.group ?? '',
    resource: crd.spec?.names?.plural ?? '',
    rules: new ResourceRules(schema, scale ?? undefined),
    hasStatus: status !== undefined && status !== null,
    scale: scale ?? undefined,
    deprecation: version.deprecated === true ? deprecationOf(crd, version) : undefined,
    isTerminating: () => state.terminating,
  });
}

function deprecationOf(crd: CustomResourceDefinition, version: CustomResourceDefinitionVersion): string {
  if (version.deprecationWarning) return version.deprecationWarning;
  const { group = '', names, versions = [] } = crd.spec ?? {};
  const newer = versions
    .filter((other) => other.served === true && other.deprecated !== true)
    .map((other) => other.name ?? '')
    .filter((name) => compareKubeVersions(name, version.name ?? '') < 0)
    .sort(compareKubeVersions);
  const text = `${group}/${version.name} ${names?.kind} is deprecated`;
  return newer.length === 0 ? text : `${text}; use ${group}/${newer[0]} ${names?.kind}`;
}

function subresourcesOf({ subresources }: CustomResourceDefinitionVersion, kind: string): Map<string, Subresource> {
  const found = new Map<string, Subresource>();
  if (subresources?.status !== undefined && subresources.status !== null)
    found.set('status', { name: 'status', verbs: SUBRESOURCE_VERBS, kind });
  if (subresources?.scale !== undefined && subresources.scale !== null)
    found.set('scale', { name: 'scale', verbs: SUBRESOURCE_VERBS, group: 'autoscaling', version: 'v1', kind: 'Scale' });
  return found;
}

function selectable({ jsonPath = '' }: SelectableField): [string, (obj: KubeObject) => string] {
  const steps = stepsOf(jsonPath);
  return [steps.join('.'), (obj) => fieldText(obj, steps)];
}

function fieldText(obj: KubeObject, steps: readonly string[]): string {
  try {
    const value = valueAt(obj, steps);
    return value === undefined || value === null || typeof value === 'object' ? '' : String(value);
  } catch (error) {
    if (error instanceof AccessorError) return '';
    throw error;
  }
}
