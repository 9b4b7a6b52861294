/** Keeps the kind table in step with the stored CustomResourceDefinitions. */
import { equalJson } from '../../api/object.ts';
import type { CustomResourceDefinition } from '../../api/types/apiextensions-v1.ts';
import type { IndexFeed } from '../authorization/index-feed.ts';
import { isConditionTrue } from '../kinds/apiextensions/crd-conditions.ts';
import type { Kind } from '../kinds/kind.ts';
import type { KindTable } from '../kinds/kind-table.ts';
import { type CustomKinds, customKinds, type DefinitionState } from './custom-kinds.ts';

interface Installed {
  readonly crd: CustomResourceDefinition;
  readonly kinds: CustomKinds;
  readonly state: DefinitionState;
  /** Its kinds are in the table. */
  readonly served: boolean;
}

const NO_KINDS: CustomKinds = { served: [], storage: undefined };

/** All definitions, and the kinds that the established ones make. Fed by the store's watch (see watch/index-feeds.ts). */
export class CustomResources implements IndexFeed {
  readonly group = 'apiextensions.k8s.io';
  readonly resource = 'customresourcedefinitions';
  readonly #kinds: KindTable;
  readonly #installed = new Map<string, Installed>();
  readonly #listeners = new Set<(name: string) => void>();

  constructor(kinds: KindTable) {
    this.#kinds = kinds;
  }

  /** News that are older than what is known are ignored. */
  put(object: object): void {
    const crd = object as CustomResourceDefinition;
    const name = crd.metadata?.name ?? '';
    const known = this.#installed.get(name);
    if (known !== undefined && revisionOf(crd) <= revisionOf(known.crd)) return;
    const installed = this.#install(crd, known);
    this.#installed.set(name, installed);
    if (installed.kinds !== known?.kinds) this.#show(crd, installed.served ? installed.kinds.served : [], known);
    this.#notify(name);
  }

  delete(_: string, name: string): void {
    const known = this.#installed.get(name);
    if (known === undefined) return;
    this.#installed.delete(name);
    this.#show(known.crd, [], known);
    this.#notify(name);
  }

  names(): string[] {
    return [...this.#installed.keys()];
  }

  get(name: string): CustomResourceDefinition | undefined {
    return this.#installed.get(name)?.crd;
  }

  inGroup(group: string): CustomResourceDefinition[] {
    return [...this.#installed.values()].map(({ crd }) => crd).filter((crd) => crd.spec?.group === group);
  }

  /** The kind that instances are stored as; undefined when they never were served, or are built in. */
  storageKind(name: string): Kind | undefined {
    const installed = this.#installed.get(name);
    return installed?.served ? installed.kinds.storage : undefined;
  }

  /** Whether the server itself has such a resource: then a definition of it has no effect. */
  overlapsBuiltIn(crd: CustomResourceDefinition): boolean {
    const versions = this.#kinds.versions(crd.spec?.group ?? '', crd.spec?.names?.plural ?? '');
    return versions.some((kind) => kind.source === 'builtin');
  }

  /** Called with the name of every definition that came, changed or went. */
  onChange(listener: (name: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #install(crd: CustomResourceDefinition, known: Installed | undefined): Installed {
    const served = isConditionTrue(crd, 'Established') && !this.overlapsBuiltIn(crd);
    const terminating = isConditionTrue(crd, 'Terminating');
    if (known !== undefined && served === known.served && sameKinds(crd, known.crd)) {
      known.state.terminating = terminating;
      return { ...known, crd };
    }
    const state = { terminating };
    return { crd, state, served, kinds: served ? customKinds(crd, state) : NO_KINDS };
  }

  #show(crd: CustomResourceDefinition, kinds: readonly Kind[], known: Installed | undefined): void {
    if (kinds.length === 0 && known?.served !== true) return;
    this.#kinds.replace(crd.spec?.group ?? '', crd.spec?.names?.plural ?? '', kinds);
  }

  #notify(name: string): void {
    for (const listener of this.#listeners) listener(name);
  }
}

function revisionOf(crd: CustomResourceDefinition): number {
  return Number(crd.metadata?.resourceVersion ?? 0);
}

function sameKinds(crd: CustomResourceDefinition, old: CustomResourceDefinition): boolean {
  return (
    crd.metadata?.uid === old.metadata?.uid &&
    equalJson(crd.spec, old.spec) &&
    equalJson(crd.status?.acceptedNames, old.status?.acceptedNames) &&
    equalJson(crd.status?.storedVersions, old.status?.storedVersions)
  );
}
