/** What becomes of a claim that no volume fits; imitates syncUnboundClaim and provisionClaim. */
import type { StorageClass } from '../../api/types/storage-v1.ts';
import { type Claim, classOf } from './matching.ts';

const SELECTED_NODE = 'volume.kubernetes.io/selected-node';

export interface Provisioning {
  /** The volume is to be chosen when a pod that uses the claim has a node. */
  readonly waits: boolean;
  /** Somebody outside who is to make a volume. */
  readonly provisioner?: string;
  readonly event?: ['Normal' | 'Warning', string, string];
}

export function provisioning(claim: Claim, storage: StorageClass | undefined): Provisioning {
  const selected = claim.metadata.annotations?.[SELECTED_NODE] !== undefined;
  if (storage?.volumeBindingMode === 'WaitForFirstConsumer' && !selected) {
    const message = 'waiting for first consumer to be created before binding';
    return { waits: true, event: ['Normal', 'WaitForFirstConsumer', message] };
  }
  const name = classOf(claim);
  if (name === '') {
    const message = 'no persistent volumes available for this claim and no storage class is set';
    return { waits: false, event: ['Normal', 'FailedBinding', message] };
  }
  if (storage === undefined) {
    const message = `storageclass.storage.k8s.io ${JSON.stringify(name)} not found`;
    return { waits: false, event: ['Warning', 'ProvisioningFailed', message] };
  }
  const { provisioner = '' } = storage;
  if (provisioner.startsWith('kubernetes.io/')) {
    const message = `no volume plugin matched name: ${provisioner}`;
    return { waits: false, event: ['Warning', 'ProvisioningFailed', message] };
  }
  const message = `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
  return { waits: false, provisioner, event: ['Normal', 'ExternalProvisioning', message] };
}
