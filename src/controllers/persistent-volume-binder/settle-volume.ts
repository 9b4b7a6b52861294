/** The phase of a volume by the claim it names; imitates syncVolume. */
import type { Informer } from '../../client/informer.ts';
import { type BindingWriter, BOUND_BY_CONTROLLER, isSet } from './binding-writer.ts';
import type { Claim, Volume } from './matching.ts';

const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by';

export async function settleVolume(
  volume: Volume,
  claims: Informer<Claim>,
  writer: BindingWriter,
  signal: AbortSignal,
): Promise<void> {
  const ref = volume.spec?.claimRef;
  if (!ref?.uid) {
    await writer.volumePhase(volume, 'Available', '', signal);
    return;
  }
  const found = claims.get(ref.namespace ?? '', ref.name ?? '');
  const claim = found?.metadata.uid === ref.uid ? found : undefined;
  if (claim === undefined) return release(volume, writer, signal);
  const bound = claim.spec?.volumeName;
  if (bound === volume.metadata.name) await writer.volumePhase(volume, 'Bound', '', signal);
  else if (bound && isSet(volume, BOUND_BY_CONTROLLER)) await writer.unbind(volume, signal);
  else if (bound) await release(volume, writer, signal);
}

/** Its claim has gone. What the reclaim policy says is up to the provisioner that made the volume. */
async function release(volume: Volume, writer: BindingWriter, signal: AbortSignal): Promise<void> {
  const { phase } = volume.status ?? {};
  if (phase === 'Failed') return;
  const released = phase === 'Released' ? volume : await writer.volumePhase(volume, 'Released', '', signal);
  const why = undeletable(volume);
  if (why !== undefined) await writer.volumePhase(released, 'Failed', why, signal);
}

function undeletable({ metadata, spec }: Volume): string | undefined {
  if (spec?.persistentVolumeReclaimPolicy !== 'Delete') return undefined;
  if (metadata.annotations?.[PROVISIONED_BY] !== undefined) return undefined;
  const name = JSON.stringify(metadata.name);
  return `error getting deleter volume plugin for volume ${name}: no deletable volume plugin matched`;
}
