import type { CustomResourceDefinition, JSONSchemaProps } from '../../../api/types/apiextensions-v1.ts';
import { defineKind } from '../define.ts';
import { isKnownFormat } from '../shared/json-schema-formats.ts';
import { someSchema } from '../shared/json-schema-parts.ts';
import { CLEANUP_FINALIZER, setCondition } from './crd-conditions.ts';
import { validateDefinition, validateDefinitionStatus, validateDefinitionUpdate } from './crd-validation.ts';

export const customresourcedefinitions = defineKind<CustomResourceDefinition>(
  'apiextensions.k8s.io',
  'v1',
  'customresourcedefinitions',
  {
    generation: 'spec',
    finalizerNames: 'qualified',
    unconditionalUpdate: false,
    applyDefaults,
    prepareForCreate(crd) {
      crd.status = { acceptedNames: { kind: '', plural: '' }, storedVersions: [] };
      addStoredVersion(crd);
      setNoConditions(crd);
    },
    prepareForUpdate: addStoredVersion,
    validate: validateDefinition,
    validateUpdate: validateDefinitionUpdate,
    status: { validateUpdate: (crd, _, errors) => validateDefinitionStatus(crd, errors) },
    warnings(crd, old) {
      const known = new Set(old === undefined ? [] : unknownFormats(old));
      return unknownFormats(crd)
        .filter((format) => !known.has(format))
        .map((format) => `unrecognized format ${JSON.stringify(format)}`);
    },
    // The first DELETE only marks the definition; the extensions controller takes it from there.
    holdsDeletion: (crd) => crd.metadata?.deletionTimestamp === undefined,
    beginDeletion,
  },
);

function applyDefaults(crd: CustomResourceDefinition): void {
  crd.spec ??= {};
  crd.spec.names ??= {};
  const { spec } = crd;
  const { names } = crd.spec;
  if (!names.singular && names.kind) names.singular = names.kind.toLowerCase();
  if (!names.listKind && names.kind) names.listKind = `${names.kind}List`;
  spec.conversion ??= { strategy: 'None' };
  const service = spec.conversion.webhook?.clientConfig?.service;
  if (service !== undefined) service.port ??= 443;
  if ((crd.status?.storedVersions ?? []).length === 0) addStoredVersion(crd);
}

/** Every version that ever was the storage version is remembered. */
function addStoredVersion(crd: CustomResourceDefinition): void {
  const name = crd.spec?.versions?.find((version) => version.storage === true)?.name;
  const stored = crd.status?.storedVersions ?? [];
  if (name === undefined || stored.includes(name)) return;
  crd.status = { ...crd.status, storedVersions: [...stored, name] };
}

/** Go writes an absent list of conditions as null. */
function setNoConditions(crd: CustomResourceDefinition): void {
  const { acceptedNames, storedVersions = [] } = crd.status ?? {};
  const stored = storedVersions.length === 0 ? null : storedVersions;
  crd.status = {
    acceptedNames,
    conditions: null,
    storedVersions: stored,
  } as unknown as CustomResourceDefinition['status'] & object;
}

/** Unlike other objects a definition counts no generation here and gets no grace period. */
function beginDeletion(crd: CustomResourceDefinition): void {
  crd.metadata ??= {};
  const meta = crd.metadata;
  delete meta.deletionGracePeriodSeconds;
  if (meta.generation !== undefined) meta.generation--;
  if (!(meta.finalizers ?? []).includes(CLEANUP_FINALIZER))
    meta.finalizers = [...(meta.finalizers ?? []), CLEANUP_FINALIZER];
  const message = 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon';
  const condition = { type: 'Terminating', status: 'True', reason: 'InstanceDeletionPending', message } as const;
  setCondition(crd, condition, meta.deletionTimestamp ?? '');
}

function unknownFormats(crd: CustomResourceDefinition): string[] {
  const found: string[] = [];
  for (const { schema } of crd.spec?.versions ?? [])
    someSchema(schema?.openAPIV3Schema, ({ type = '', format = '' }: JSONSchemaProps) => {
      if (format !== '' && !isKnownFormat(type, format)) found.push(format);
      return false;
    });
  return found;
}
