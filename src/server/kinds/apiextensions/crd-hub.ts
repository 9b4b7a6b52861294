/**
 * A definition's spec as upstream validates it: in the internal version, where what all versions share stands once at
 * the top. That is why faults of a single version's schema name `spec.validation.openAPIV3Schema`.
 */
import { equalJson } from '../../../api/object.ts';
import type {
  CustomResourceColumnDefinition,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
  CustomResourceSubresources,
  CustomResourceValidation,
  SelectableField,
} from '../../../api/types/apiextensions-v1.ts';

/** What may stand at the top or in each version. */
export interface SharedParts {
  readonly schema?: CustomResourceValidation | undefined;
  readonly subresources?: CustomResourceSubresources | undefined;
  readonly additionalPrinterColumns?: readonly CustomResourceColumnDefinition[] | undefined;
  readonly selectableFields?: readonly SelectableField[] | undefined;
}

export interface HubSpec {
  readonly top: SharedParts;
  readonly versions: readonly CustomResourceDefinitionVersion[];
}

const PARTS = ['schema', 'subresources', 'additionalPrinterColumns', 'selectableFields'] as const;

export function hubSpec(spec: CustomResourceDefinitionSpec): HubSpec {
  const versions = spec.versions ?? [];
  const [first, ...others] = versions;
  if (first === undefined) return { top: {}, versions };
  const shared = PARTS.filter((part) => others.every((version) => equalJson(version[part], first[part])));
  const top = Object.fromEntries(shared.map((part) => [part, first[part]])) as SharedParts;
  return { top, versions: versions.map((version) => without(version, shared)) };
}

function without(
  version: CustomResourceDefinitionVersion,
  parts: readonly (typeof PARTS)[number][],
): CustomResourceDefinitionVersion {
  const copy = { ...version };
  for (const part of parts) delete copy[part];
  return copy;
}

/** What a version has, wherever it stands. */
export function partsOfVersion(hub: HubSpec, version: CustomResourceDefinitionVersion): SharedParts {
  const parts = PARTS.map((part) => [part, version[part] ?? hub.top[part]]);
  return Object.fromEntries(parts) as SharedParts;
}
