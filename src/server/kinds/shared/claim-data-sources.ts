/** How a claim's dataSource and dataSourceRef stand for each other; imitates pkg/api/persistentvolumeclaim (KEP 1495). */
import type { PersistentVolumeClaimSpec, TypedLocalObjectReference } from '../../../api/types/core-v1.ts';

/**
 * Drops what only switched-off features know (a source in another namespace), and silently, as ever, data sources that
 * are neither claims nor snapshots, unless a dataSourceRef says that the client knows better.
 */
export function enforceKnownDataSources(
  spec: PersistentVolumeClaimSpec,
  old: PersistentVolumeClaimSpec | undefined,
): void {
  if (spec.dataSourceRef?.namespace && old?.dataSourceRef === undefined) delete spec.dataSourceRef;
  if (old?.dataSource !== undefined || old?.dataSourceRef !== undefined) return;
  if (spec.dataSourceRef === undefined && !isClaimOrSnapshot(spec.dataSource)) delete spec.dataSource;
}

function isClaimOrSnapshot(source: TypedLocalObjectReference | undefined): boolean {
  const group = source?.apiGroup ?? '';
  return (
    (source?.kind === 'PersistentVolumeClaim' && group === '') ||
    (source?.kind === 'VolumeSnapshot' && group === 'snapshot.storage.k8s.io')
  );
}

/** Fills each of the two from the other when only one is given. */
export function normalizeDataSources(spec: PersistentVolumeClaimSpec): void {
  const { dataSource, dataSourceRef } = spec;
  if (dataSource && !dataSourceRef) spec.dataSourceRef = copyReference(dataSource);
  else if (dataSourceRef && !dataSource && !dataSourceRef.namespace) spec.dataSource = copyReference(dataSourceRef);
}

/** apiGroup is written even when it is null. */
function copyReference({ apiGroup, kind = '', name = '' }: TypedLocalObjectReference): TypedLocalObjectReference {
  return { apiGroup: apiGroup ?? null, kind, name } as TypedLocalObjectReference;
}
