/** Volumes, claims and attribute classes stay while something uses them. Imitates kubernetes plugin/pkg/admission/storage/storageobjectinuseprotection. */
import type { AdmissionPluginFactory } from '../admission.ts';

/** Finalizers by `group/resource`. */
const FINALIZERS: ReadonlyMap<string, string> = new Map([
  ['/persistentvolumes', 'kubernetes.io/pv-protection'],
  ['/persistentvolumeclaims', 'kubernetes.io/pvc-protection'],
  ['storage.k8s.io/volumeattributesclasses', 'kubernetes.io/vac-protection'],
]);

export const storageObjectInUseProtection: AdmissionPluginFactory = () => ({
  name: 'StorageObjectInUseProtection',
  resources: [...FINALIZERS.keys()],
  admit({ kind, operation, subresource, object }) {
    if (operation !== 'CREATE' || subresource !== '' || object === undefined) return;
    const finalizer = FINALIZERS.get(`${kind.group}/${kind.resource}`);
    if (finalizer === undefined) return;
    const finalizers = object.metadata.finalizers ?? [];
    if (!finalizers.includes(finalizer)) object.metadata.finalizers = [...finalizers, finalizer];
  },
});
