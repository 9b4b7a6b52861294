/** Claims that name no class get the default one. Imitates kubernetes plugin/pkg/admission/storage/storageclass/setdefault. */
import type { PersistentVolumeClaim } from '../../../api/types/core-v1.ts';
import type { AdmissionPluginFactory } from '../admission.ts';
import { isAbout } from '../is-about.ts';
import { defaultClass } from './default-class.ts';

const MARKS = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];
const OLD_FIELD = 'volume.beta.kubernetes.io/storage-class';

export const defaultStorageClass: AdmissionPluginFactory = ({ mirrored }) => {
  const classes = mirrored('storage.k8s.io', 'storageclasses');
  return {
    name: 'DefaultStorageClass',
    resources: ['/persistentvolumeclaims'],
    admit(attributes) {
      if (!isAbout(attributes, '', 'persistentvolumeclaims', 'CREATE')) return;
      const claim = attributes.object as PersistentVolumeClaim;
      const named = Object.hasOwn(claim.metadata?.annotations ?? {}, OLD_FIELD);
      if (named || (claim.spec?.storageClassName !== undefined && claim.spec.storageClassName !== null)) return;
      const found = defaultClass(classes.list(), MARKS);
      if (found?.metadata.name === undefined) return;
      claim.spec ??= {};
      claim.spec.storageClassName = found.metadata.name;
    },
  };
};
