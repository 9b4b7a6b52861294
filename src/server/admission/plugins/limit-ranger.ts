/** Gives containers the namespace's default resources, and keeps pods and claims within its bounds. Imitates kubernetes plugin/pkg/admission/limitranger. */
import { aggregateText } from '../../../api/field-errors.ts';
import type { KubeObject } from '../../../api/object.ts';
import type { LimitRange, PersistentVolumeClaim, Pod } from '../../../api/types/core-v1.ts';
import type { AdmissionAttributes, AdmissionContext, AdmissionPluginFactory } from '../admission.ts';
import { admissionForbidden } from '../admission-error.ts';
import { isAbout, isAboutSubresource } from '../is-about.ts';
import { claimProblems, podProblems } from './limit-constraints.ts';
import { fillDefaults } from './limit-defaults.ts';

export const limitRanger: AdmissionPluginFactory = ({ objects }) => ({
  name: 'LimitRanger',
  resources: ['/pods', '/persistentvolumeclaims'],
  async admit(attributes) {
    if (!isAbout(attributes, '', 'pods', 'CREATE')) return;
    for (const range of await rangesOf(attributes, objects)) {
      fillDefaults(attributes.object as Pod & KubeObject, range.spec?.limits ?? []);
    }
  },
  async validate(attributes) {
    const pods =
      isAbout(attributes, '', 'pods', 'CREATE') || isAboutSubresource(attributes, '', 'pods/resize', 'UPDATE');
    const claims = isAbout(attributes, '', 'persistentvolumeclaims', 'CREATE', 'UPDATE');
    if ((!pods && !claims) || attributes.old?.metadata.deletionTimestamp !== undefined) return;
    for (const { spec } of await rangesOf(attributes, objects)) {
      const limits = spec?.limits ?? [];
      const problems = pods
        ? podProblems(attributes.object as Pod, limits)
        : claimProblems(attributes.object as PersistentVolumeClaim, limits);
      if (problems.length > 0) throw admissionForbidden(attributes, aggregateText(problems));
    }
  },
});

async function rangesOf(
  { namespace }: AdmissionAttributes,
  objects: AdmissionContext['objects'],
): Promise<LimitRange[]> {
  return (await objects.list('', 'limitranges', namespace)) as LimitRange[];
}
