/** The unaggregated discovery documents: APIVersions, APIGroupList, APIGroup and APIResourceList of meta/v1. */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../api/object.ts';
import type { Kind, Subresource } from '../kinds/kind.ts';
import type { ApiSource } from './api-source.ts';
import type { VersionPriority } from './group-order.ts';

/** `/api`. @param serverAddress `host:port` that clients reach this server by. */
export function apiVersions(source: ApiSource, serverAddress: string): JsonObject {
  return {
    kind: 'APIVersions',
    versions: (source.group('') ?? []).map(({ version }) => version),
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
  };
}

/** `/apis`. */
export function apiGroupList(source: ApiSource): JsonObject {
  const groups = source.groups().filter((versions) => versions[0]?.group !== '');
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(groupOf) };
}

/** `/apis/GROUP`. */
export function apiGroup(versions: readonly VersionPriority[]): JsonObject {
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(versions) };
}

function groupOf(versions: readonly VersionPriority[]): JsonObject {
  const shown = versions.map(({ group, version }) => ({ groupVersion: `${group}/${version}`, version }));
  return { name: versions[0]?.group ?? '', versions: shown, preferredVersion: shown[0] };
}

/** `/api/v1` and `/apis/GROUP/VERSION`; the core group's has no apiVersion. */
export function apiResourceList(kinds: readonly Kind[]): JsonObject {
  const { group = '', apiVersion = 'v1' } = kinds[0] ?? {};
  return {
    kind: 'APIResourceList',
    ...(group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: apiVersion,
    resources: kinds.flatMap((kind) => [
      resourceOf(kind),
      ...[...kind.subresources.values()].map((sub) => subresourceOf(kind, sub)),
    ]),
  };
}

function resourceOf(kind: Kind): JsonObject {
  return {
    name: kind.resource,
    singularName: kind.singular,
    namespaced: kind.namespaced,
    kind: kind.kind,
    verbs: kind.verbs,
    ...(kind.shortNames.length > 0 ? { shortNames: kind.shortNames } : {}),
    ...(kind.categories.length > 0 ? { categories: kind.categories } : {}),
    ...(isStored(kind) ? { storageVersionHash: storageVersionHash(kind) } : {}),
  };
}

function subresourceOf(kind: Kind, sub: Subresource): JsonObject {
  return {
    name: `${kind.resource}/${sub.name}`,
    singularName: '',
    namespaced: kind.namespaced,
    ...(sub.group ? { group: sub.group } : {}),
    ...(sub.version ? { version: sub.version } : {}),
    kind: sub.kind,
    verbs: sub.verbs,
  };
}

/** Reviews, bindings and componentstatuses live in no store. */
function isStored(kind: Kind): boolean {
  return kind.verbs.includes('watch');
}

/**
 * Kinds that kube-apiserver 1.36 stores in an older version, which the hash tells: those whose version is new since 1.35
 * (which must still be able to read them), and CustomResourceDefinitions.
 */
const STORED_OLDER: Readonly<Record<string, string>> = {
  'apiextensions.k8s.io/v1/CustomResourceDefinition': 'apiextensions.k8s.io/v1beta1/CustomResourceDefinition',
  'admissionregistration.k8s.io/v1/MutatingAdmissionPolicy':
    'admissionregistration.k8s.io/v1beta1/MutatingAdmissionPolicy',
  'admissionregistration.k8s.io/v1/MutatingAdmissionPolicyBinding':
    'admissionregistration.k8s.io/v1beta1/MutatingAdmissionPolicyBinding',
};

/** apiserver pkg/endpoints/discovery/storageversionhash.go: the first 8 bytes of a SHA-256 over group/version/kind. */
export function storageVersionHash({ storage }: Pick<Kind, 'storage'>): string {
  const groupVersion = storage.apiVersion.includes('/') ? storage.apiVersion : `/${storage.apiVersion}`;
  const stored = `${groupVersion}/${storage.kind}`;
  return createHash('sha256')
    .update(STORED_OLDER[stored] ?? stored)
    .digest()
    .subarray(0, 8)
    .toString('base64');
}
