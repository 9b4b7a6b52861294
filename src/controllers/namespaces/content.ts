/** Deletes what a namespace holds; imitates pkg/controller/namespace/deletion, pods first (KEP-5080). */
import type { KubeObject } from '../../api/object.ts';
import { isStatusError } from '../../api/status-error.ts';
import type { DiscoveredResource, Discovery } from '../../client/discovery.ts';
import { groupVersion } from '../../client/resource-path.ts';
import type { RestClient } from '../../client/rest-client.ts';

/** What one pass found. */
export interface ContentReport {
  /** Versions that discovery could not ask: what they hold may be there. */
  readonly stale: readonly string[];
  readonly errors: readonly Error[];
  readonly remaining: number;
  /** `configmaps.` → 1; the group follows the dot. */
  readonly remainingByResource: ReadonlyMap<string, number>;
  readonly remainingByFinalizer: ReadonlyMap<string, number>;
  /** Seconds after which the rest may be gone. */
  readonly estimateSeconds: number;
}

const FINALIZER_ESTIMATE_SECONDS = 15;
const PAGE_SIZE = 500;

/** Never throws for what the server refuses: the report has it. */
export async function deleteContent(
  client: RestClient,
  discovery: Discovery,
  namespace: string,
  signal: AbortSignal,
): Promise<ContentReport> {
  const pass = new Pass(client, namespace, signal, discovery);
  const resources = discovery.preferred().filter(({ namespaced, verbs }) => namespaced && verbs.includes('delete'));
  const isPods = ({ group, resource }: DiscoveredResource): boolean => group === '' && resource === 'pods';
  for (const pods of resources.filter(isPods)) await pass.empty(pods);
  if (pass.clean) for (const resource of resources) if (!isPods(resource)) await pass.empty(resource);
  return pass.report();
}

class Pass {
  readonly #client: RestClient;
  readonly #namespace: string;
  readonly #signal: AbortSignal;
  readonly #stale: readonly string[];
  readonly #errors: Error[] = [];
  readonly #byResource = new Map<string, number>();
  readonly #byFinalizer = new Map<string, number>();
  #remaining = 0;
  #estimateSeconds = 0;

  constructor(client: RestClient, namespace: string, signal: AbortSignal, { stale }: Discovery) {
    this.#client = client;
    this.#namespace = namespace;
    this.#signal = signal;
    this.#stale = stale.map(groupVersion);
  }

  /** Whether nothing remained and nothing failed so far. */
  get clean(): boolean {
    return this.#remaining === 0 && this.#errors.length === 0;
  }

  async empty(resource: DiscoveredResource): Promise<void> {
    try {
      const found = await this.#list(resource);
      if (found.length === 0) return;
      await this.#delete(resource, found);
      const rest = await this.#list(resource);
      if (rest.length > 0) this.#note(resource, rest);
    } catch (error) {
      this.#signal.throwIfAborted();
      this.#errors.push(error as Error);
    }
  }

  report(): ContentReport {
    return {
      stale: this.#stale,
      errors: this.#errors,
      remaining: this.#remaining,
      remainingByResource: this.#byResource,
      remainingByFinalizer: this.#byFinalizer,
      estimateSeconds: this.#estimateSeconds,
    };
  }

  /** A resource that is not served any more holds nothing. */
  async #list({ group, version, resource, verbs }: DiscoveredResource): Promise<KubeObject[]> {
    if (!verbs.includes('list')) return [];
    const target = { group, version, resource, namespace: this.#namespace };
    const items: KubeObject[] = [];
    let token: string | undefined;
    try {
      do {
        const options = { metadataOnly: true, limit: PAGE_SIZE, continue: token, signal: this.#signal };
        const page = await this.#client.list(target, options);
        for (const item of page.items) items.push(item);
        token = page.metadata.continue || undefined;
      } while (token !== undefined);
    } catch (error) {
      if (!isStatusError(error, 'NotFound') && !isStatusError(error, 'MethodNotAllowed')) throw error;
    }
    return items;
  }

  /** Some kinds orphan their dependents by default; here everything goes. */
  async #delete({ group, version, resource, verbs }: DiscoveredResource, found: readonly KubeObject[]): Promise<void> {
    const target = { group, version, resource, namespace: this.#namespace };
    if (verbs.includes('deletecollection')) {
      await this.#client.deleteCollection(target, { propagationPolicy: 'Background' }, { signal: this.#signal });
      return;
    }
    for (const { metadata } of found) {
      const one = { ...target, name: metadata.name };
      await this.#client
        .delete(one, { propagationPolicy: 'Background' }, { signal: this.#signal })
        .catch(ignoreMissing);
    }
  }

  #note({ group, version, resource }: DiscoveredResource, rest: readonly KubeObject[]): void {
    this.#remaining += rest.length;
    this.#byResource.set(`${resource}.${group}`, rest.length);
    let explained = false;
    for (const { metadata } of rest) {
      for (const finalizer of metadata.finalizers ?? []) {
        explained = true;
        this.#byFinalizer.set(finalizer, (this.#byFinalizer.get(finalizer) ?? 0) + 1);
        this.#expect(FINALIZER_ESTIMATE_SECONDS);
      }
      const grace = metadata.deletionTimestamp === undefined ? 0 : (metadata.deletionGracePeriodSeconds ?? 0);
      if (grace > 0) {
        explained = true;
        this.#expect(grace);
      }
    }
    if (explained) return;
    const shown = `${group}/${version}, Resource=${resource}`;
    this.#errors.push(new Error(`unexpected items still remain in namespace: ${this.#namespace} for gvr: ${shown}`));
  }

  #expect(seconds: number): void {
    this.#estimateSeconds = Math.max(this.#estimateSeconds, seconds);
  }
}

function ignoreMissing(error: unknown): void {
  if (!isStatusError(error, 'NotFound')) throw error;
}
