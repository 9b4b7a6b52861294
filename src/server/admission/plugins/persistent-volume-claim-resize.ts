/** Claims grow only where their storage class lets them. Imitates kubernetes plugin/pkg/admission/storage/persistentvolume/resize. */
import { compareQuantities } from '../../../api/quantity.ts';
import type { PersistentVolumeClaim } from '../../../api/types/core-v1.ts';
import type { StorageClass } from '../../../api/types/storage-v1.ts';
import type { AdmissionPluginFactory, MirroredObjects } from '../admission.ts';
import { admissionForbidden } from '../admission-error.ts';
import { isAbout } from '../is-about.ts';

const OLD_FIELD = 'volume.beta.kubernetes.io/storage-class';
const NOT_ALLOWED =
  'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize';

export const persistentVolumeClaimResize: AdmissionPluginFactory = ({ mirrored }) => {
  const classes = mirrored<StorageClass>('storage.k8s.io', 'storageclasses');
  return {
    name: 'PersistentVolumeClaimResize',
    resources: ['/persistentvolumeclaims'],
    validate(attributes) {
      if (!isAbout(attributes, '', 'persistentvolumeclaims', 'UPDATE')) return;
      const claim = attributes.object as PersistentVolumeClaim;
      const old = attributes.old as PersistentVolumeClaim;
      if (compareQuantities(sizeOf(claim), sizeOf(old)) <= 0) return;
      if (old.status?.phase !== 'Bound') {
        throw admissionForbidden(attributes, 'Only bound persistent volume claims can be expanded');
      }
      if (!mayGrow(claim, old, classes)) throw admissionForbidden(attributes, NOT_ALLOWED);
    },
  };
};

function sizeOf(claim: PersistentVolumeClaim): string {
  return String(claim.spec?.resources?.requests?.storage ?? '0');
}

function mayGrow(
  claim: PersistentVolumeClaim,
  old: PersistentVolumeClaim,
  classes: MirroredObjects<StorageClass>,
): boolean {
  const name = classOf(claim);
  if (name === '' || name !== classOf(old)) return false;
  return classes.get('', name)?.allowVolumeExpansion === true;
}

function classOf(claim: PersistentVolumeClaim): string {
  return claim.metadata?.annotations?.[OLD_FIELD] ?? claim.spec?.storageClassName ?? '';
}
