/** Pods go to the nodes that their namespace's annotation selects. Imitates kubernetes plugin/pkg/admission/podnodeselector without its configuration file. */
import { getOwn } from '../../../api/object.ts';
import { plainError } from '../../../api/status-error.ts';
import type { Pod } from '../../../api/types/core-v1.ts';
import type { AdmissionPluginFactory } from '../admission.ts';
import { admissionForbidden } from '../admission-error.ts';
import { isAbout } from '../is-about.ts';

const SELECTOR = 'scheduler.alpha.kubernetes.io/node-selector';

export const podNodeSelector: AdmissionPluginFactory = ({ mirrored }) => {
  const namespaces = mirrored('', 'namespaces');
  return {
    name: 'PodNodeSelector',
    resources: ['/pods'],
    admit(attributes) {
      if (!isAbout(attributes, '', 'pods', 'CREATE')) return;
      const namespace = namespaces.get('', attributes.namespace);
      const labels = labelsOf(namespace?.metadata.annotations?.[SELECTOR] ?? '');
      if (labels.size === 0) return;
      const pod = attributes.object as Pod;
      pod.spec ??= {};
      const own = pod.spec.nodeSelector ?? {};
      for (const [key, value] of labels) {
        const chosen = getOwn(own, key);
        if (chosen === undefined || chosen === value) continue;
        const why = 'pod node label selector conflicts with its namespace node label selector';
        throw admissionForbidden(attributes, why);
      }
      pod.spec.nodeSelector = { ...Object.fromEntries(labels), ...own };
    },
  };
};

/** `a=b,c=d`. @throws StatusError 500 */
function labelsOf(text: string): Map<string, string> {
  const labels = new Map<string, string>();
  for (const part of text === '' ? [] : text.split(',')) {
    const [key, value, ...more] = part.split('=');
    if (value === undefined || more.length > 0) throw plainError(`invalid selector: [${part.split('=').join(' ')}]`);
    labels.set((key as string).trim(), value.trim());
  }
  return labels;
}
