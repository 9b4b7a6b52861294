/** Namespaces give their pods tolerations and limit which they may have. Imitates kubernetes plugin/pkg/admission/podtolerationrestriction without its configuration file. */
import type { KubeObject } from '../../../api/object.ts';
import { plainError } from '../../../api/status-error.ts';
import type { Pod, Toleration } from '../../../api/types/core-v1.ts';
import { podQosClass } from '../../kinds/shared/pod-qos.ts';
import type { AdmissionAttributes, AdmissionPluginFactory } from '../admission.ts';
import { isAbout } from '../is-about.ts';
import { covers, mergeTolerations } from './merge-tolerations.ts';

const DEFAULTS = 'scheduler.alpha.kubernetes.io/defaultTolerations';
const ALLOWED = 'scheduler.alpha.kubernetes.io/tolerationsWhitelist';
const MEMORY_PRESSURE: Toleration = {
  key: 'node.kubernetes.io/memory-pressure',
  operator: 'Exists',
  effect: 'NoSchedule',
};

export const podTolerationRestriction: AdmissionPluginFactory = ({ mirrored }) => {
  const namespaces = mirrored('', 'namespaces');
  const namespaceOf = ({ namespace }: AdmissionAttributes) => namespaces.get('', namespace);
  return {
    name: 'PodTolerationRestriction',
    resources: ['/pods'],
    admit(attributes) {
      if (!isAbout(attributes, '', 'pods', 'CREATE', 'UPDATE')) return;
      const pod = attributes.object as Pod;
      pod.spec ??= {};
      const given = attributes.operation === 'CREATE' ? tolerationsOf(namespaceOf(attributes), DEFAULTS) : [];
      const pressure = podQosClass(pod.spec) === 'BestEffort' ? [] : [MEMORY_PRESSURE];
      const added = mergeTolerations(given ?? [], pressure);
      if (added.length > 0) pod.spec.tolerations = mergeTolerations(added, pod.spec.tolerations ?? []);
    },
    validate(attributes) {
      if (!isAbout(attributes, '', 'pods', 'CREATE', 'UPDATE')) return;
      const tolerations = (attributes.object as Pod).spec?.tolerations ?? [];
      if (tolerations.length === 0) return;
      const allowed = tolerationsOf(namespaceOf(attributes), ALLOWED) ?? [];
      if (allowed.length === 0 || tolerations.every((one) => allowed.some((other) => covers(other, one)))) return;
      throw plainError(
        'pod tolerations (possibly merged with namespace default tolerations) conflict with its namespace whitelist',
      );
    },
  };
};

/** @throws StatusError 500 for an annotation that is no list */
function tolerationsOf(namespace: KubeObject | undefined, annotation: string): Toleration[] | undefined {
  const text = namespace?.metadata.annotations?.[annotation];
  if (!text) return undefined;
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    throw plainError((error as Error).message);
  }
  if (!Array.isArray(list)) throw plainError('json: cannot unmarshal object into Go value of type []v1.Toleration');
  return list as Toleration[];
}
