/** Gives containers the namespace's default resources, and keeps pods and claims within its bounds. Imitates kubernetes plugin/pkg/admission/limitranger. */
import { aggregateText } from '../../../api/field-errors.ts';
import type { KubeObject } from '../../../api/object.ts';
import type { LimitRange, PersistentVolumeClaim, Pod } from '../../../api/types/core-v1.ts';
import type { AdmissionPluginFactory } from '../admission.ts';
import { admissionForbidden } from '../admission-error.ts';
import { isAbout, isAboutSubresource } from '../is-about.ts';
import { claimProblems, podProblems } from './limit-constraints.ts';
import { fillDefaults } from './limit-defaults.ts';

export const limitRanger: AdmissionPluginFactory = ({ mirrored }) => {
  const ranges = mirrored<LimitRange>('', 'limitranges');
  return {
    name: 'LimitRanger',
    resources: ['/pods', '/persistentvolumeclaims'],
    admit(attributes) {
      if (!isAbout(attributes, '', 'pods', 'CREATE')) return;
      for (const range of ranges.list(attributes.namespace)) {
        fillDefaults(attributes.object as Pod & KubeObject, range.spec?.limits ?? []);
      }
    },
    validate(attributes) {
      const pods =
        isAbout(attributes, '', 'pods', 'CREATE') || isAboutSubresource(attributes, '', 'pods/resize', 'UPDATE');
      const claims = isAbout(attributes, '', 'persistentvolumeclaims', 'CREATE', 'UPDATE');
      if ((!pods && !claims) || attributes.old?.metadata.deletionTimestamp !== undefined) return;
      for (const { spec } of ranges.list(attributes.namespace)) {
        const limits = spec?.limits ?? [];
        const problems = pods
          ? podProblems(attributes.object as Pod, limits)
          : claimProblems(attributes.object as PersistentVolumeClaim, limits);
        if (problems.length > 0) throw admissionForbidden(attributes, aggregateText(problems));
      }
    },
  };
};
