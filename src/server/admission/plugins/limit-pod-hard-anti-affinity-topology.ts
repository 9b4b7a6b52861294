/** Pods keep others away from their node at most, not from a whole zone. Imitates kubernetes plugin/pkg/admission/antiaffinity. */
import type { Pod } from '../../../api/types/core-v1.ts';
import type { AdmissionPluginFactory } from '../admission.ts';
import { admissionForbidden } from '../admission-error.ts';
import { isAbout } from '../is-about.ts';

const ALLOWED = 'kubernetes.io/hostname';

export const limitPodHardAntiAffinityTopology: AdmissionPluginFactory = () => ({
  name: 'LimitPodHardAntiAffinityTopology',
  resources: ['/pods'],
  validate(attributes) {
    if (!isAbout(attributes, '', 'pods', 'CREATE', 'UPDATE')) return;
    const { spec } = attributes.object as Pod;
    const terms = spec?.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    const other = terms.find(({ topologyKey }) => topologyKey !== ALLOWED);
    if (other === undefined) return;
    throw admissionForbidden(
      attributes,
      `affinity.PodAntiAffinity.RequiredDuringScheduling has TopologyKey ${other.topologyKey} but only key ${ALLOWED} is allowed`,
    );
  },
});
