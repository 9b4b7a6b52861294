/** Pods that want a device tolerate the taint of nodes kept for it. Imitates kubernetes plugin/pkg/admission/extendedresourcetoleration. */
import type { Pod } from '../../../api/types/core-v1.ts';
import { isExtendedResource } from '../../kinds/shared/resource-names.ts';
import type { AdmissionPluginFactory } from '../admission.ts';
import { isAbout } from '../is-about.ts';

export const extendedResourceToleration: AdmissionPluginFactory = () => ({
  name: 'ExtendedResourceToleration',
  resources: ['/pods'],
  admit(attributes) {
    if (!isAbout(attributes, '', 'pods', 'CREATE', 'UPDATE')) return;
    const { spec } = attributes.object as Pod;
    if (spec === undefined) return;
    const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
    const names = new Set(
      containers.flatMap(({ resources }) => Object.keys(resources?.requests ?? {})).filter(isExtendedResource),
    );
    for (const key of [...names].sort()) {
      const known = spec.tolerations?.some(
        (t) => t.key === key && t.operator === 'Exists' && t.effect === 'NoSchedule',
      );
      if (!known) spec.tolerations = [...(spec.tolerations ?? []), { key, operator: 'Exists', effect: 'NoSchedule' }];
    }
  },
});
