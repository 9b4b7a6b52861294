/**
 * What upstream's controllers for CustomResourceDefinitions do: accept names, establish, finalize.
 * One worker takes one definition at a time, so two of them never win the same name.
 */
import type { Logger } from 'pino';
import type { KubeObject } from '../../api/object.ts';
import { isStatusError } from '../../api/status-error.ts';
import type { CustomResourceDefinition } from '../../api/types/apiextensions-v1.ts';
import {
  CLEANUP_FINALIZER,
  isConditionTrue,
  type NewCondition,
  setCondition,
} from '../kinds/apiextensions/crd-conditions.ts';
import type { Kind } from '../kinds/kind.ts';
import type { KindTable } from '../kinds/kind-table.ts';
import { timestamp } from '../registry/metadata.ts';
import type { Registry } from '../registry/registry.ts';
import { updateStatus } from './accepted-names.ts';
import { type ApiServices, customApiServices } from './api-services.ts';
import type { CustomResources } from './custom-resources.ts';
import { deleteInstances, type InstanceWatch, watchInstances } from './instance-deletion.ts';
import { KeyedQueue } from './keyed-queue.ts';
import { SYSTEM_WRITE, statusOwner } from './system-write.ts';

export interface CrdControllerOptions {
  readonly registry: Registry;
  readonly kinds: KindTable;
  readonly definitions: CustomResources;
  readonly log: Logger;
}

export interface CrdController {
  stop(): void;
}

const IN_PROGRESS: NewCondition = {
  type: 'Terminating',
  status: 'True',
  reason: 'InstanceDeletionInProgress',
  message: 'CustomResource deletion is in progress',
};
const COMPLETED: NewCondition = {
  type: 'Terminating',
  status: 'False',
  reason: 'InstanceDeletionCompleted',
  message: 'removed all instances',
};
const NEVER_ESTABLISHED: NewCondition = {
  type: 'Terminating',
  status: 'False',
  reason: 'NeverEstablished',
  message: 'resource was never established',
};
const OVERLAPPING: NewCondition = {
  type: 'Terminating',
  status: 'False',
  reason: 'OverlappingBuiltInResource',
  message: 'instances overlap with built-in resources in storage',
};

/** Starts with every definition that is known already. */
export function startCrdController(options: CrdControllerOptions): CrdController {
  const controller = new Controller(options);
  controller.start();
  return controller;
}

class Controller implements CrdController {
  readonly #registry: Registry;
  readonly #definitions: CustomResources;
  readonly #kind: Kind;
  readonly #queue: KeyedQueue;
  readonly #apiServices: ApiServices;
  /** Of definitions whose instances wait for finalizers. */
  readonly #waiting = new Map<string, InstanceWatch>();
  #forget: () => void = () => {};

  constructor({ registry, kinds, definitions, log }: CrdControllerOptions) {
    const kind = kinds.preferred(definitions.group, definitions.resource);
    if (kind === undefined) throw new Error('no kind for CustomResourceDefinitions');
    this.#registry = registry;
    this.#definitions = definitions;
    this.#kind = kind;
    this.#apiServices = customApiServices(registry, kinds, definitions);
    this.#queue = new KeyedQueue(
      (name) => this.#sync(name),
      (name, err) => log.error({ err, name }, 'a CustomResourceDefinition cannot be brought up to date'),
    );
  }

  start(): void {
    this.#forget = this.#definitions.onChange((name) => this.#queue.add(name));
    for (const name of this.#definitions.names()) this.#queue.add(name);
  }

  stop(): void {
    this.#forget();
    this.#queue.stop();
    for (const watch of this.#waiting.values()) watch.close();
    this.#waiting.clear();
  }

  async #sync(name: string): Promise<void> {
    const crd = this.#definitions.get(name);
    const group = crd?.spec?.group ?? name.slice(name.indexOf('.') + 1);
    if (crd === undefined) this.#forgetInstances(name);
    else if (isGoing(crd)) await this.#finalize(name);
    else await this.#update(name, (current) => updateStatus(current, this.#definitions.inGroup(group), this.#now()));
    await this.#apiServices.reconcile(group);
  }

  /** Another definition may want what this one just left. */
  #requeueGroup(name: string, group: string): void {
    for (const other of this.#definitions.inGroup(group)) {
      const otherName = other.metadata?.name ?? '';
      if (otherName !== name && !isConditionTrue(other, 'NamesAccepted')) this.#queue.add(otherName);
    }
  }

  #forgetInstances(name: string): void {
    this.#waiting.get(name)?.close();
    this.#waiting.delete(name);
    this.#requeueGroup(name, name.slice(name.indexOf('.') + 1));
  }

  async #finalize(name: string): Promise<void> {
    const crd = this.#definitions.get(name);
    if (crd === undefined || this.#waiting.has(name)) return;
    await this.#update(name, (current) => this.#condition(current, IN_PROGRESS));
    const end = await this.#deleteInstances(name, crd);
    if (end === undefined) return;
    await this.#update(name, (current) => {
      this.#condition(current, end);
      const { metadata = {} } = current;
      metadata.finalizers = (metadata.finalizers ?? []).filter((finalizer) => finalizer !== CLEANUP_FINALIZER);
    });
  }

  /** The condition to end with; undefined while finalizers hold instances. */
  async #deleteInstances(name: string, crd: CustomResourceDefinition): Promise<NewCondition | undefined> {
    if (this.#definitions.overlapsBuiltIn(crd)) return OVERLAPPING;
    const kind = this.#definitions.storageKind(name);
    if (kind === undefined) return NEVER_ESTABLISHED;
    const left = await deleteInstances(this.#registry, kind);
    if (left === undefined) return COMPLETED;
    this.#waiting.set(
      name,
      watchInstances(this.#registry.store, kind, left, () => this.#instanceWent(name)),
    );
    return undefined;
  }

  #instanceWent(name: string): void {
    this.#waiting.delete(name);
    this.#queue.add(name);
  }

  #condition(crd: CustomResourceDefinition, condition: NewCondition): void {
    setCondition(crd, condition, this.#now());
  }

  #now(): string {
    return timestamp(this.#registry.now());
  }

  /** Changes the stored definition's status; one that is gone needs nothing more. */
  async #update(name: string, change: (crd: CustomResourceDefinition) => void): Promise<void> {
    try {
      const { object, deleted } = await this.#registry.update(this.#kind, '', name, {
        ...SYSTEM_WRITE,
        subresource: 'status',
        managedFields: statusOwner(this.#kind, () => this.#registry.now()),
        transform(current) {
          const obj = current as KubeObject;
          change(obj as CustomResourceDefinition);
          return obj;
        },
      });
      if (!deleted) this.#definitions.put(object);
    } catch (error) {
      if (!isStatusError(error, 'NotFound')) throw error;
    }
  }
}

function isGoing({ metadata }: CustomResourceDefinition): boolean {
  return metadata?.deletionTimestamp !== undefined && (metadata.finalizers ?? []).includes(CLEANUP_FINALIZER);
}
