/** A bound pod grows no further than its node. Imitates kubernetes plugin/pkg/admission/podresize. */
import { quote } from '../../../api/field-errors.ts';
import { equalJson } from '../../../api/object.ts';
import { amountsOf } from '../../../api/quota/amounts.ts';
import { podRequests } from '../../../api/quota/pod-resources.ts';
import type { Node, Pod } from '../../../api/types/core-v1.ts';
import type { AdmissionAttributes, AdmissionPluginFactory } from '../admission.ts';
import { admissionForbidden } from '../admission-error.ts';
import { isAboutSubresource } from '../is-about.ts';

const OS_LABEL = 'kubernetes.io/os';

export const podResizeValidator: AdmissionPluginFactory = ({ mirrored }) => {
  const nodes = mirrored<Node>('', 'nodes');
  return {
    name: 'PodResizeValidator',
    resources: ['/pods'],
    validate(attributes) {
      if (!isAboutSubresource(attributes, '', 'pods/resize', 'UPDATE')) return;
      const pod = attributes.object as Pod;
      const name = pod.spec?.nodeName;
      if (!name || equalJson(pod.spec, attributes.old?.spec)) return;
      const node = nodes.get('', name);
      if (node === undefined) throw admissionForbidden(attributes, `node ${quote(name)} not found`);
      const lacking = lackingText(pod, node);
      if (lacking !== undefined) {
        throw refusal(attributes, `Node didn't have enough allocatable resources: ${lacking}`, 'NodeCapacity');
      }
      const system = node.metadata?.labels?.[OS_LABEL] ?? '';
      if (system === 'linux') return;
      const why = `pod resize is only supported on linux nodes, node ${quote(name)} is ${quote(system)}`;
      throw refusal(attributes, why, 'UnsupportedPlatform');
    },
  };
};

function refusal(attributes: AdmissionAttributes, why: string, reason: string): Error {
  const error = admissionForbidden(attributes, why);
  error.status.details = { ...error.status.details, causes: [{ reason }] };
  return error;
}

/** CPU in thousandths, memory in bytes. */
function lackingText(pod: Pod, node: Node): string | undefined {
  const wanted = podRequests(pod, { overhead: true });
  const there = amountsOf(node.status?.allocatable as Record<string, unknown> | undefined);
  const cpu = [wanted.get('cpu')?.milliValue() ?? 0n, there.get('cpu')?.milliValue() ?? 0n] as const;
  const memory = [wanted.get('memory')?.value() ?? 0n, there.get('memory')?.value() ?? 0n] as const;
  const texts = [
    ...(cpu[0] > cpu[1] ? [`cpu, requested: ${cpu[0]}, allocatable: ${cpu[1]}`] : []),
    ...(memory[0] > memory[1] ? [`memory, requested: ${memory[0]}, allocatable: ${memory[1]}`] : []),
  ];
  return texts.length === 0 ? undefined : texts.join('; ');
}
