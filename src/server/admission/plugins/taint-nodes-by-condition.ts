/** A new node takes no pods until a controller finds it ready. Imitates kubernetes plugin/pkg/admission/nodetaint. */
import type { Node } from '../../../api/types/core-v1.ts';
import type { AdmissionPluginFactory } from '../admission.ts';
import { isAbout } from '../is-about.ts';

const KEY = 'node.kubernetes.io/not-ready';
const EFFECT = 'NoSchedule';

export const taintNodesByCondition: AdmissionPluginFactory = () => ({
  name: 'TaintNodesByCondition',
  resources: ['/nodes'],
  admit(attributes) {
    if (!isAbout(attributes, '', 'nodes', 'CREATE')) return;
    const node = attributes.object as Node;
    node.spec ??= {};
    const { spec } = node;
    const taints = spec.taints ?? [];
    if (taints.some(({ key, effect }) => key === KEY && effect === EFFECT)) return;
    spec.taints = [...taints, { key: KEY, effect: EFFECT }];
  },
});
