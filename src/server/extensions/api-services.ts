/**
 * APIServices of the groups that definitions bring, kept by the server itself.
 * Imitates kube-aggregator pkg/controllers/autoregister and kube-apiserver's crdregistration.
 */
import type { KubeObject } from '../../api/object.ts';
import { isStatusError } from '../../api/status-error.ts';
import type { Kind } from '../kinds/kind.ts';
import type { KindTable } from '../kinds/kind-table.ts';
import { decodeEntry } from '../registry/codec.ts';
import { deleteObject } from '../registry/delete-object.ts';
import { timestamp } from '../registry/metadata.ts';
import type { Registry } from '../registry/registry.ts';
import type { CustomResources } from './custom-resources.ts';
import { SYSTEM_WRITE } from './system-write.ts';

const MANAGED = 'kube-aggregator.kubernetes.io/automanaged';
const GROUP_PRIORITY = 1000;
const VERSION_PRIORITY = 100;

export interface ApiServices {
  /** Makes and removes what a group needs. */
  reconcile(group: string): Promise<void>;
}

export function customApiServices(registry: Registry, kinds: KindTable, definitions: CustomResources): ApiServices {
  const kind = kinds.preferred('apiregistration.k8s.io', 'apiservices');
  if (kind === undefined) return { reconcile: async () => {} };
  /** Versions of each group that this process has brought about; what others left is read from the store. */
  const shown = new Map<string, Set<string>>();
  return {
    async reconcile(group) {
      const wanted = servedVersions(group, kinds, definitions);
      const known = shown.get(group) ?? new Set(await storedVersions(registry, kind, group));
      for (const version of wanted) if (!known.has(version)) await create(registry, kind, group, version);
      for (const version of known) if (!wanted.has(version)) await remove(registry, kind, group, version);
      if (wanted.size === 0) shown.delete(group);
      else shown.set(group, wanted);
    },
  };
}

/** Versions that built-in kinds have are not ours. */
function servedVersions(group: string, kinds: KindTable, definitions: CustomResources): Set<string> {
  const builtIn = new Set(
    kinds
      .all()
      .filter((kind) => kind.group === group && kind.source === 'builtin')
      .map((kind) => kind.version),
  );
  const versions = definitions.inGroup(group).flatMap((crd) => crd.spec?.versions ?? []);
  const names = versions.filter((version) => version.served === true).map((version) => version.name ?? '');
  return new Set(names.filter((name) => !builtIn.has(name)));
}

async function storedVersions(registry: Registry, kind: Kind, group: string): Promise<string[]> {
  const { entries } = await registry.store.list({ prefix: kind.storage.prefix });
  return entries
    .map((entry) => decodeEntry(kind, entry))
    .filter((obj) => obj.metadata.labels?.[MANAGED] === 'true')
    .map((obj) => obj.spec as { group?: string; version?: string })
    .filter((spec) => spec.group === group)
    .map((spec) => spec.version ?? '');
}

async function create(registry: Registry, kind: Kind, group: string, version: string): Promise<void> {
  const available = {
    type: 'Available',
    status: 'True',
    lastTransitionTime: timestamp(registry.now()),
    reason: 'Local',
    message: 'Local APIServices are always available',
  };
  const object: KubeObject = {
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    metadata: { name: `${version}.${group}`, labels: { [MANAGED]: 'true' } },
    spec: { group, version, groupPriorityMinimum: GROUP_PRIORITY, versionPriority: VERSION_PRIORITY },
    status: { conditions: [available] },
  };
  try {
    await registry.create(kind, '', object, { ...SYSTEM_WRITE, skipValidation: true });
  } catch (error) {
    if (!isStatusError(error, 'AlreadyExists')) throw error;
  }
}

async function remove(registry: Registry, kind: Kind, group: string, version: string): Promise<void> {
  const name = `${version}.${group}`;
  try {
    const current = await registry.get(kind, '', name);
    if (current.metadata.labels?.[MANAGED] !== 'true') return;
    await deleteObject(registry, kind, '', name, {}, SYSTEM_WRITE);
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error;
  }
}
