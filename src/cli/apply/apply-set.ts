/**
 * `--applyset`: the members of a set carry its id as a label, and a parent object remembers which kinds and namespaces
 * may hold members, so that pruning needs no list of kinds (KEP-3659). Both kubectl and kctl can work on a set.
 */
import { createHash } from 'node:crypto';
import { cloneJson, getOwn, isObject, type JsonObject } from '../../api/object.ts';
import { isStatusError } from '../../api/status-error.ts';
import type { DiscoveredResource, Discovery } from '../../client/discovery.ts';
import { groupVersion } from '../../client/resource-path.ts';
import { CliError } from '../errors.ts';
import type { ResolvedManifest } from '../manifests/manifest-selection.ts';
import { goJson } from '../print/go-json.ts';
import { type Selection, targetOf } from '../resources/selection.ts';
import type { ApplyOptions } from './apply-options.ts';
import { type Pruned, type PruneRequest, pruneSelected } from './prune.ts';

const PREFIX = 'applyset.kubernetes.io/';
const ID_LABEL = `${PREFIX}id`;
const MEMBER_LABEL = `${PREFIX}part-of`;
const TOOLING = `${PREFIX}tooling`;
const KINDS = `${PREFIX}contains-group-kinds`;
const NAMESPACES = `${PREFIX}additional-namespaces`;
/** Whose sets these are: kubectl would refuse those of another tool. */
const TOOL = 'kubectl';
const TOOL_VERSION = `${TOOL}/v1.36.3`;
const MANAGER = 'kubectl-applyset';

interface Contents {
  /** `Deployment.apps` */
  readonly kinds: ReadonlySet<string>;
  readonly namespaces: ReadonlySet<string>;
}

export class ApplySet {
  readonly id: string;
  readonly #parent: Selection & { readonly name: string };
  readonly #options: ApplyOptions;
  readonly #discovery: Discovery;
  /** What the parent says that there may be. */
  #before: Contents = { kinds: new Set(), namespaces: new Set() };

  /** @param reference NAME of a secret, or TYPE/NAME @throws CliError for what may be no parent */
  constructor(reference: string, namespace: string, discovery: Discovery, options: ApplyOptions) {
    const parent = parentOf(reference, namespace, discovery);
    this.#parent = parent;
    this.#options = options;
    this.#discovery = discovery;
    const { kind, group } = parent.resource;
    const text = [parent.name, parent.namespace ?? '', kind, group].join('.');
    this.id = `applyset-${createHash('sha256').update(text).digest('base64url')}-v1`;
  }

  /** The manifests with the label of the set. */
  labelled(manifests: readonly ResolvedManifest[]): ResolvedManifest[] {
    return manifests.map((manifest) => {
      const object = cloneJson(manifest.object);
      const metadata = (isObject(object['metadata']) ? object['metadata'] : {}) as JsonObject;
      const labels = isObject(metadata['labels']) ? metadata['labels'] : {};
      object['metadata'] = { ...metadata, labels: { ...labels, [MEMBER_LABEL]: this.id } };
      return { ...manifest, object };
    });
  }

  /** Before anything is applied the parent tells of all that will be. @throws CliError for somebody else's parent */
  async announce(manifests: readonly ResolvedManifest[]): Promise<void> {
    this.#before = await this.#read();
    const next = contentsOf(manifests);
    await this.#write({
      kinds: new Set([...this.#before.kinds, ...next.kinds]),
      namespaces: new Set([...this.#before.namespaces, ...next.namespaces]),
    });
  }

  /** Deletes the members that were not applied just now; then the parent tells of those that are left. */
  async prune(
    manifests: readonly ResolvedManifest[],
    request: Pick<PruneRequest, 'uids' | 'cascade'>,
    pruned: Pruned,
  ): Promise<void> {
    const now = contentsOf(manifests);
    const selections = this.#selections({
      kinds: new Set([...this.#before.kinds, ...now.kinds]),
      namespaces: new Set([...this.#before.namespaces, ...now.namespaces]),
    });
    const selector = `${MEMBER_LABEL}=${this.id}`;
    await pruneSelected(selections, { ...request, selector }, this.#options, () => true, pruned);
    await this.#write(now);
  }

  #selections({ kinds, namespaces }: Contents): Selection[] {
    const everywhere = [...new Set([this.#parent.namespace, ...namespaces])].filter((name) => name !== undefined);
    return [...kinds].sort().flatMap((kind): Selection[] => {
      const resource = resourceOfGroupKind(this.#discovery, kind);
      if (!resource.namespaced) return [{ resource, namespace: undefined }];
      return everywhere.map((namespace) => ({ resource, namespace }));
    });
  }

  async #read(): Promise<Contents> {
    let parent: JsonObject;
    try {
      parent = await this.#options.client.get<JsonObject>(targetOf(this.#parent));
    } catch (error) {
      if (isStatusError(error, 'NotFound')) return { kinds: new Set(), namespaces: new Set() };
      throw error;
    }
    const { annotations = {}, labels = {} } = parent['metadata'] as Record<string, JsonObject>;
    this.#checkOwner(annotations, labels);
    const list = (key: string): string[] =>
      String(getOwn(annotations, key) ?? '')
        .split(',')
        .filter((text) => text !== '');
    return { kinds: new Set(list(KINDS)), namespaces: new Set(list(NAMESPACES)) };
  }

  #checkOwner(annotations: JsonObject, labels: JsonObject): void {
    const { resource, name } = this.#parent;
    const what = `ApplySet parent object ${JSON.stringify(`${resource.resource}.${resource.group}/${name}`)}`;
    const tooling = getOwn(annotations, TOOLING);
    if (tooling === undefined) {
      throw new CliError(`${what} already exists and is missing required annotation ${JSON.stringify(TOOLING)}`);
    }
    const [tool] = String(tooling).split('/');
    if (tool !== TOOL) {
      throw new CliError(
        `${what} already exists and is managed by tooling ${JSON.stringify(tool)} instead of ${JSON.stringify(TOOL)}`,
      );
    }
    const id = getOwn(labels, ID_LABEL);
    if (id === undefined) {
      throw new CliError(`${what} exists and does not have required label ${ID_LABEL}`);
    }
    if (id !== this.id) {
      throw new CliError(
        `${what} exists and has incorrect value for label ${JSON.stringify(ID_LABEL)} (got: ${String(id)}, want: ${this.id})`,
      );
    }
  }

  async #write({ kinds, namespaces }: Contents): Promise<void> {
    if (this.#options.dryRun === 'client') return;
    const { resource, name, namespace } = this.#parent;
    const others = [...namespaces].filter((each) => each !== namespace).sort();
    const object = {
      apiVersion: groupVersion(resource),
      kind: resource.kind,
      metadata: {
        name,
        ...(namespace === undefined ? {} : { namespace }),
        annotations: { [TOOLING]: TOOL_VERSION, [KINDS]: [...kinds].sort().join(','), [NAMESPACES]: others.join(',') },
        labels: { [ID_LABEL]: this.id },
      },
    };
    await this.#options.client.apply(targetOf(this.#parent), goJson(object), {
      fieldManager: MANAGER,
      force: this.#options.forceConflicts,
      dryRun: this.#options.dryRun === 'server',
    });
  }
}

function parentOf(reference: string, namespace: string, discovery: Discovery): Selection & { name: string } {
  const parts = reference.split('/');
  const [type = '', name = ''] = parts.length === 1 ? ['secrets', reference] : parts;
  const resource = discovery.find(type);
  if (resource === undefined) {
    throw new CliError(`invalid parent reference ${JSON.stringify(reference)}: no matches for /, Resource=${type}`);
  }
  if (parts.length > 2 || name === '') {
    throw new CliError(`invalid parent reference ${JSON.stringify(reference)}: it has to be NAME or TYPE/NAME`);
  }
  const { group, version, resource: plural } = resource;
  const builtIn = group === '' && (plural === 'secrets' || plural === 'configmaps');
  // Built-in groups have no dot, or one of Kubernetes' own.
  const custom = group.includes('.') && !group.endsWith('.k8s.io');
  if (!builtIn && !custom) {
    throw new CliError(
      `resource ${JSON.stringify(`${group}/${version}, Resource=${plural}`)} is not permitted as an ApplySet parent`,
    );
  }
  return { resource, namespace: resource.namespaced ? namespace : undefined, name };
}

function contentsOf(manifests: readonly ResolvedManifest[]): Contents {
  const kinds = manifests.map(({ resource: { kind, group } }) => (group === '' ? kind : `${kind}.${group}`));
  const namespaces = manifests.flatMap(({ namespace }) => (namespace === undefined ? [] : [namespace]));
  return { kinds: new Set(kinds), namespaces: new Set(namespaces) };
}

function resourceOfGroupKind(discovery: Discovery, text: string): DiscoveredResource {
  const dot = text.indexOf('.');
  const [kind, group] = dot < 0 ? [text, ''] : [text.slice(0, dot), text.slice(dot + 1)];
  const found = discovery.ofKind(group, undefined, kind);
  if (found !== undefined) return found;
  throw new CliError(`could not find mapping for kind in ${JSON.stringify(KINDS)} annotation: no matches for ${text}`);
}
