/** Pods learn the zone and region of their node as labels. Imitates kubernetes plugin/pkg/admission/podtopologylabels. */
import type { KubeObject } from '../../../api/object.ts';
import type { Binding, Pod } from '../../../api/types/core-v1.ts';
import type { AdmissionAttributes, AdmissionPluginFactory } from '../admission.ts';
import { isAbout, isAboutSubresource } from '../is-about.ts';

const LABELS = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];

export const podTopologyLabels: AdmissionPluginFactory = ({ mirrored }) => {
  const nodes = mirrored('', 'nodes');
  return {
    name: 'PodTopologyLabels',
    resources: ['/pods', '/bindings'],
    admit(attributes) {
      const name = nodeOf(attributes);
      if (!name || attributes.object === undefined) return;
      const node = nodes.get('', name);
      const found = LABELS.filter((label) => node?.metadata.labels?.[label] !== undefined);
      if (found.length === 0) return;
      const metadata = (attributes.object as KubeObject).metadata ?? {};
      metadata.labels ??= {};
      for (const label of found) metadata.labels[label] = node?.metadata.labels?.[label] as string;
      (attributes.object as KubeObject).metadata = metadata;
    },
  };
};

/** The node that a pod is created on or bound to. */
function nodeOf(attributes: AdmissionAttributes): string | undefined {
  if (isAbout(attributes, '', 'pods', 'CREATE')) return (attributes.object as Pod).spec?.nodeName;
  const binds =
    isAboutSubresource(attributes, '', 'pods/binding', 'CREATE') || isAbout(attributes, '', 'bindings', 'CREATE');
  const target = binds ? (attributes.object as Binding).target : undefined;
  return target?.kind === undefined || target.kind === '' || target.kind === 'Node' ? target?.name : undefined;
}
