/** Makes the objects of test/cli/fixtures/describe, with statuses, owners and what is on its way out. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vi } from 'vitest';
import { isObject, type JsonObject, type KubeObject } from '../../../src/api/object.ts';
import { parseYaml } from '../../../src/api/yaml.ts';
import type { ResourceTarget } from '../../../src/client/resource-path.ts';
import { RestClient } from '../../../src/client/rest-client.ts';
import type { TestPlane } from '../../helpers/cli.ts';

const FIXTURES = new URL('../fixtures/describe/', import.meta.url);
const ADMIN = { name: 'admin', uid: '', groups: ['system:masters', 'system:authenticated'], extra: {} };
const CLUSTER_SCOPED = new Set(
  `Namespace Node PersistentVolume PriorityClass RuntimeClass StorageClass CSINode CSIDriver VolumeAttributesClass
  VolumeAttachment CertificateSigningRequest ClusterRole ClusterRoleBinding IngressClass ServiceCIDR IPAddress
  CustomResourceDefinition ValidatingWebhookConfiguration ValidatingAdmissionPolicy PriorityLevelConfiguration
  DeviceClass ResourceSlice`.split(/\s+/),
);

export class Fixtures {
  readonly #client: RestClient;
  readonly #directory: string;
  /** By `Kind/name`. */
  readonly #uids = new Map<string, string>();

  constructor({ plane, directory }: TestPlane) {
    this.#client = new RestClient({ transport: plane.local(ADMIN) });
    this.#directory = directory;
  }

  async namespace(name: string): Promise<void> {
    const namespaces = { group: '', version: 'v1', resource: 'namespaces' };
    await this.#client.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    const account = { group: '', version: 'v1', resource: 'serviceaccounts', namespace: name, name: 'default' };
    await vi.waitFor(() => this.#client.get(account), { timeout: 30_000 });
  }

  /** Creates everything in a file and answers another file, which names it all for `describe -f`. */
  async create(file: string): Promise<{ path: string; count: number }> {
    const texts = (await readFile(new URL(`${file}.yaml`, FIXTURES), 'utf8')).split(/^---$/m);
    const objects: KubeObject[] = [];
    for (const text of texts) objects.push(await this.#createOne(parseYaml(text).value as KubeObject));
    const items = objects.map(({ apiVersion, kind, metadata: { name, namespace } }) => ({
      apiVersion,
      kind,
      metadata: { name, namespace },
    }));
    const path = join(this.#directory, `${file}.json`);
    await writeFile(path, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    return { path, count: items.length };
  }

  async #createOne(written: KubeObject): Promise<KubeObject> {
    const { status, ...object } = this.#resolved(written) as KubeObject & { status?: JsonObject; spec?: JsonObject };
    const target = targetOf(object);
    const { deletionTimestamp, ...metadata } = object.metadata;
    const { ephemeralContainers, ...spec } = object.spec ?? {};
    const body = { ...object, metadata, ...(object.spec === undefined ? {} : { spec }) };
    try {
      const created = await this.#client.create({ ...target, name: undefined }, body);
      this.#uids.set(`${object.kind}/${metadata.name}`, created.metadata.uid ?? '');
      if (ephemeralContainers !== undefined)
        await this.#patch(target, 'ephemeralcontainers', { spec: { ephemeralContainers } });
      if (status !== undefined) await this.#status(target, status);
      if (deletionTimestamp !== undefined) await this.#client.delete({ ...target, name: metadata.name });
    } catch (error) {
      throw new Error(`${object.kind}/${metadata.name}: ${(error as Error).message}`, { cause: error });
    }
    return object;
  }

  /** `uid: Kind/name` becomes the uid of what was created so. */
  #resolved(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#resolved(item));
    if (!isObject(value)) return value;
    const entries = Object.entries(value).map(([key, inner]) => {
      const uid = key === 'uid' && typeof inner === 'string' ? this.#uids.get(inner) : undefined;
      return [key, uid ?? this.#resolved(inner)];
    });
    return Object.fromEntries(entries);
  }

  async #status(target: ResourceTarget, status: JsonObject): Promise<void> {
    const { conditions = [] } = status as { conditions?: { type: string }[] };
    const decided = conditions.filter(({ type }) => ['Approved', 'Denied'].includes(type));
    if (target.resource === 'certificatesigningrequests' && decided.length > 0)
      await this.#patch(target, 'approval', { status: { conditions: decided } });
    await this.#patch(target, 'status', { status });
  }

  async #patch(target: ResourceTarget, subresource: string, patch: unknown): Promise<void> {
    await this.#client.patch({ ...target, subresource }, 'merge', patch);
  }
}

function targetOf({ apiVersion = '', kind = '', metadata }: KubeObject): ResourceTarget {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  const namespace = CLUSTER_SCOPED.has(kind) ? undefined : metadata.namespace;
  return {
    group,
    version,
    resource: pluralOf(kind.toLowerCase()),
    name: metadata.name,
    ...(namespace === undefined ? {} : { namespace }),
  };
}

function pluralOf(kind: string): string {
  if (kind === 'endpoints') return kind;
  if (kind.endsWith('s')) return `${kind}es`;
  return /[ct]y$/.test(kind) ? `${kind.slice(0, -1)}ies` : `${kind}s`;
}
