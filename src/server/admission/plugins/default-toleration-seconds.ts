/** Pods stay on a node that is not ready or unreachable for five minutes. Imitates kubernetes plugin/pkg/admission/defaulttolerationseconds. */
import type { Pod, Toleration } from '../../../api/types/core-v1.ts';
import type { AdmissionPluginFactory } from '../admission.ts';
import { isAbout } from '../is-about.ts';

const TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];
const SECONDS = 300;

export const defaultTolerationSeconds: AdmissionPluginFactory = () => ({
  name: 'DefaultTolerationSeconds',
  resources: ['/pods'],
  admit(attributes) {
    if (!isAbout(attributes, '', 'pods', 'CREATE', 'UPDATE')) return;
    const { spec } = attributes.object as Pod;
    if (spec === undefined) return;
    const given = spec.tolerations ?? [];
    const missing = TAINTS.filter((key) => !given.some((toleration) => tolerates(toleration, key)));
    if (missing.length === 0) return;
    const added = missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: SECONDS }));
    spec.tolerations = [...given, ...added];
  },
});

function tolerates({ key, effect }: Toleration, taint: string): boolean {
  return (!key || key === taint) && (!effect || effect === 'NoExecute');
}
