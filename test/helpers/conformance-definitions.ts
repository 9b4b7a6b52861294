/** CustomResourceDefinitions as the fixtures of Kubernetes' conformance tests make them. */
import { expect } from 'vitest';
import type { JsonObject } from '../../src/api/object.ts';
import { type Api, PATIENCE, type Thing } from './conformance.ts';

export const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
export const ALLOW_ALL = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

export interface Version {
  readonly name: string;
  readonly schema?: unknown;
  /** Further fields of this version. */
  readonly more?: JsonObject;
}

export interface DefinitionOptions {
  readonly scope?: 'Cluster' | 'Namespaced';
  readonly labels?: JsonObject;
  /** Which version is stored; default the first. */
  readonly stored?: string;
}

let made = 0;

/** A definition with a name of its own. */
export function definition(group: string, versions: readonly Version[], options: DefinitionOptions = {}) {
  const { scope = 'Cluster', labels, stored = versions[0]?.name } = options;
  const singular = `foo${made++}a`;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${singular}s.${group}`, labels },
    spec: {
      group,
      scope,
      names: { plural: `${singular}s`, singular, kind: singular, listKind: `${singular}List` },
      versions: versions.map(({ name, schema = ALLOW_ALL, more }) => ({
        name,
        served: true,
        storage: name === stored,
        schema: { openAPIV3Schema: schema },
        ...more,
      })),
    },
  };
}

export type Definition = ReturnType<typeof definition>;

export const definitionPath = ({ metadata }: Definition): string => `${DEFINITIONS}/${metadata.name}`;

/** Where its objects are: all of them, or those of a namespace. */
export function collection({ spec: { group, names } }: Definition, version: string, namespace?: string): string {
  const within = namespace === undefined ? '' : `/namespaces/${namespace}`;
  return `/apis/${group}/${version}${within}/${names.plural}`;
}

/** Creates it and waits until all its versions are discovered. */
export async function define(api: Api, wanted: Definition): Promise<Thing> {
  const created = await api.create(DEFINITIONS, wanted);
  const { group, names, versions } = wanted.spec;
  for (const { name } of versions) {
    const document = async () => (await api.raw(`/apis/${group}/${name}`)).text;
    await expect.poll(document, PATIENCE).toContain(`"name":"${names.plural}"`);
  }
  return created;
}

/** Deletes it and waits until it is gone. */
export async function undefine(api: Api, wanted: Definition): Promise<void> {
  await api.remove(definitionPath(wanted));
  await api.gone(definitionPath(wanted));
}
