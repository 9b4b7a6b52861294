/**
 * Brings claims and volumes together: volumes made by hand, or by a provisioner outside. Imitates
 * pkg/controller/volume/persistentvolume without plugins of its own: nothing is provisioned, recycled or deleted here.
 */
import type { KubeObject } from '../../api/object.ts';
import { isStatusError } from '../../api/status-error.ts';
import type { StorageClass } from '../../api/types/storage-v1.ts';
import { EventRecorder } from '../../client/event-recorder.ts';
import { Informer, keyOf } from '../../client/informer.ts';
import {
  type Controller,
  type ControllerContext,
  type ControllerDefinition,
  controllerQueue,
} from '../shared/controller.ts';
import { BIND_COMPLETED, BindingWriter, CLAIMS, isSet, VOLUMES } from './binding-writer.ts';
import { bestVolume, type Claim, classOf, isReservedFor, mismatch, type Volume } from './matching.ts';
import { provisioning } from './provisioning.ts';
import { settleVolume } from './settle-volume.ts';

const NAME = 'persistent-volume-binder';
const CLASSES = {
  group: 'storage.k8s.io',
  version: 'v1',
  resource: 'storageclasses',
  kind: 'StorageClass',
  namespaced: false,
};

export const persistentVolumeBinder: ControllerDefinition = {
  name: 'persistentvolume-binder-controller',
  start: (context) => new Binder(context),
};

/** Keys are `claim NAMESPACE/NAME` and `volume NAME`; one at a time, so that no two claims take one volume. */
class Binder implements Controller {
  readonly #volumes = new Informer<Volume>({ transform: slim });
  readonly #claims = new Informer<Claim>({ transform: slim, indexes: { pending: (claim) => pendingKeys(claim) } });
  readonly #classes = new Informer<KubeObject & StorageClass>({ transform: slim });
  readonly #events: EventRecorder;
  readonly #writer: BindingWriter;
  /** What each claim was last told, by uid: once is enough. */
  readonly #told = new Map<string, string>();
  readonly #queue;

  constructor(context: ControllerContext) {
    const client = context.client(NAME);
    this.#events = new EventRecorder({ client, component: 'persistentvolume-controller', clock: context.clock });
    this.#writer = new BindingWriter(client);
    this.#queue = controllerQueue<string>(context, NAME, {
      reconcile: (key, signal) => this.#settle(key, signal),
    });
    const claimChanged = (claim: Claim): void => this.#queue.add(`claim ${keyOf(claim)}`);
    this.#claims.handle({
      added: claimChanged,
      updated: claimChanged,
      deleted: (claim) => {
        this.#told.delete(claim.metadata.uid ?? '');
        if (claim.spec?.volumeName) this.#queue.add(`volume ${claim.spec.volumeName}`);
      },
    });
    const volumeChanged = (volume: Volume): void => this.#volumeChanged(volume);
    this.#volumes.handle({ added: volumeChanged, updated: volumeChanged, deleted: volumeChanged });
    this.#classes.handle({ added: () => this.#lookAtPending(), updated: () => this.#lookAtPending() });
    context.feed.subscribe(VOLUMES, this.#volumes, { full: true });
    context.feed.subscribe(CLAIMS, this.#claims, { full: true });
    context.feed.subscribe(CLASSES, this.#classes, { full: true });
  }

  stop(): Promise<void> {
    return this.#queue.stop();
  }

  #volumeChanged({ metadata, spec, status }: Volume): void {
    this.#queue.add(`volume ${metadata.name}`);
    const { namespace, name } = spec?.claimRef ?? {};
    if (name !== undefined) this.#queue.add(`claim ${namespace}/${name}`);
    else if (status?.phase === 'Available') this.#lookAtPending();
  }

  #lookAtPending(): void {
    for (const claim of this.#claims.byIndex('pending', '')) this.#queue.add(`claim ${keyOf(claim)}`);
  }

  async #settle(key: string, signal: AbortSignal): Promise<void> {
    await Promise.all([this.#volumes.synced, this.#claims.synced, this.#classes.synced]);
    const [kind, path = ''] = key.split(' ');
    try {
      if (kind === 'volume') {
        const volume = this.#volumes.get('', path);
        if (volume !== undefined) await settleVolume(volume, this.#claims, this.#writer, signal);
        return;
      }
      const [namespace = '', name = ''] = path.split('/');
      const claim = this.#claims.get(namespace, name);
      if (claim !== undefined) await this.#settleClaim(claim, signal);
    } catch (error) {
      if (!isStatusError(error, 'NotFound')) throw error;
    }
  }

  async #settleClaim(claim: Claim, signal: AbortSignal): Promise<void> {
    if (isSet(claim, BIND_COMPLETED)) return this.#settleBound(claim, signal);
    if (claim.metadata.deletionTimestamp !== undefined) return;
    const wanted = claim.spec?.volumeName;
    return wanted ? this.#settleNamed(claim, wanted, signal) : this.#settleFree(claim, signal);
  }

  async #settleBound(claim: Claim, signal: AbortSignal): Promise<void> {
    const name = claim.spec?.volumeName ?? '';
    const volume = name === '' ? undefined : this.#volumes.get('', name);
    const lost = async (why: string): Promise<void> => {
      if (claim.status?.phase === 'Lost') return;
      await this.#tell(claim, 'Warning', name !== '' && volume !== undefined ? 'ClaimMisbound' : 'ClaimLost', why);
      await this.#writer.claimStatus(claim, 'Lost', undefined, signal);
    };
    if (name === '') return lost('Bound claim has lost reference to PersistentVolume. Data on the volume is lost!');
    if (volume === undefined) return lost('Bound claim has lost its PersistentVolume. Data on the volume is lost!');
    if (volume.spec?.claimRef === undefined || volume.spec.claimRef.uid === claim.metadata.uid)
      return this.#writer.bind(volume, claim, signal);
    return lost('Two claims are bound to the same volume, this one is bound incorrectly');
  }

  /** The user says which volume it is to be. */
  async #settleNamed(claim: Claim, name: string, signal: AbortSignal): Promise<void> {
    const volume = this.#volumes.get('', name);
    if (volume === undefined) return this.#writer.claimStatus(claim, 'Pending', undefined, signal);
    if (volume.spec?.claimRef === undefined) {
      const why = mismatch(volume, claim);
      if (why === undefined) return this.#writer.bind(volume, claim, signal);
      await this.#tell(claim, 'Warning', 'VolumeMismatch', why);
      return this.#writer.claimStatus(claim, 'Pending', undefined, signal);
    }
    if (isReservedFor(volume, claim)) return this.#writer.bind(volume, claim, signal);
    return this.#writer.claimStatus(claim, 'Pending', undefined, signal);
  }

  async #settleFree(claim: Claim, signal: AbortSignal): Promise<void> {
    const storage = this.#classes.get('', classOf(claim));
    const volume = bestVolume(claim, this.#volumes.list());
    const next = provisioning(claim, storage);
    if (volume !== undefined && (!next.waits || isReservedFor(volume, claim)))
      return this.#writer.bind(volume, claim, signal);
    if (next.provisioner !== undefined && volume === undefined)
      await this.#writer.askProvisioner(claim, next.provisioner, signal);
    if (next.event !== undefined) await this.#tell(claim, ...next.event);
    return this.#writer.claimStatus(claim, 'Pending', undefined, signal);
  }

  async #tell(claim: Claim, type: 'Normal' | 'Warning', reason: string, message: string): Promise<void> {
    const { namespace, name, uid = '', resourceVersion } = claim.metadata;
    if (this.#told.get(uid) === reason) return;
    this.#told.set(uid, reason);
    const about = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid, resourceVersion };
    await this.#events.record(about, type, reason, message);
  }
}

/** Everything but who owns which field. */
function slim<T extends KubeObject>(object: T): T {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function pendingKeys(claim: Claim): string[] {
  return isSet(claim, BIND_COMPLETED) || claim.spec?.volumeName ? [] : [''];
}
