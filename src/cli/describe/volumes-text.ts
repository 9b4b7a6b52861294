/** Volumes of pods and pod templates. */
import type { JsonObject } from '../../api/object.ts';
import type { Volume } from '../../api/types/core-v1.ts';
import { claimLines } from './claim-text.ts';
import { Description } from './description.ts';
import { podVolumeSource } from './volume-sources.ts';

export function describeVolumes(volumes: readonly Volume[] | undefined, out: Description, space: string): void {
  if (volumes === undefined || volumes.length === 0) {
    out.line(0, `${space}Volumes:\t<none>`);
    return;
  }
  out.line(0, `${space}Volumes:`);
  for (const volume of volumes) {
    out.line(1, `${space === '' ? '' : ' '}${volume.name}:`);
    if (volume.ephemeral !== undefined) ephemeral(volume.ephemeral, out);
    else if (!podVolumeSource(volume as JsonObject, out)) out.line(1, '<unknown>');
  }
}

function ephemeral({ volumeClaimTemplate }: NonNullable<Volume['ephemeral']>, out: Description): void {
  out.line(
    2,
    'Type:\tEphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)',
  );
  if (volumeClaimTemplate === undefined) return;
  const nested = new Description('    ');
  claimLines(volumeClaimTemplate, nested);
  out.raw(nested.written);
}
