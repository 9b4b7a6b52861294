/** A bound pod changes only as its node says that it can. Imitates kubernetes plugin/pkg/admission/nodedeclaredfeatures. */
import { quote } from '../../../api/field-errors.ts';
import { equalJson } from '../../../api/object.ts';
import { amountsOf } from '../../../api/quota/amounts.ts';
import type { Container, Node, Pod } from '../../../api/types/core-v1.ts';
import type { AdmissionPluginFactory } from '../admission.ts';
import { admissionForbidden } from '../admission-error.ts';
import { isAbout, isAboutSubresource } from '../is-about.ts';

/** What a change needs, by the feature's name, in order of names. */
const FEATURES: readonly (readonly [name: string, needs: (pod: Pod, old: Pod) => boolean])[] = [
  ['GuaranteedQoSPodCPUResize', changesGuaranteedCpu],
  ['InPlacePodLevelResourcesVerticalScaling', (pod, old) => !equalJson(pod.spec?.resources, old.spec?.resources)],
  ['InPlacePodVerticalScalingInitContainers', resizesInitContainers],
];

export const nodeDeclaredFeatureValidator: AdmissionPluginFactory = ({ mirrored }) => {
  const nodes = mirrored<Node>('', 'nodes');
  return {
    name: 'NodeDeclaredFeatureValidator',
    resources: ['/pods'],
    validate(attributes) {
      if (!isAbout(attributes, '', 'pods', 'UPDATE') && !isAboutSubresource(attributes, '', 'pods/resize', 'UPDATE'))
        return;
      const pod = attributes.object as Pod;
      const old = attributes.old as Pod;
      const name = pod.spec?.nodeName;
      if (!name || equalJson(pod.spec, old.spec)) return;
      const needed = FEATURES.filter(([, needs]) => needs(pod, old)).map(([feature]) => feature);
      if (needed.length === 0) return;
      const node = nodes.get('', name);
      if (node === undefined) throw admissionForbidden(attributes, `node ${quote(name)} not found`);
      const lacking = needed.filter((feature) => !(node.status?.declaredFeatures ?? []).includes(feature));
      if (lacking.length === 0) return;
      const features = lacking.join(', ');
      throw admissionForbidden(
        attributes,
        `pod update requires features ${features} which are not available on node ${quote(name)}`,
      );
    },
  };
};

function changesGuaranteedCpu(pod: Pod, old: Pod): boolean {
  if (old.status?.qosClass !== 'Guaranteed') return false;
  const now = pod.spec?.containers ?? [];
  return (old.spec?.containers ?? []).some((container, i) => cpuOf(container) !== cpuOf(now[i]));
}

function cpuOf(container: Container | undefined): string | undefined {
  return amountsOf(container?.resources?.requests).get('cpu')?.toString();
}

function resizesInitContainers(pod: Pod, old: Pod): boolean {
  const now = pod.spec?.initContainers ?? [];
  return (old.spec?.initContainers ?? []).some(
    (container, i) => container.restartPolicy !== 'Always' && !equalJson(container.resources, now[i]?.resources),
  );
}
