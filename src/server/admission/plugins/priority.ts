/** Gives pods the number that their PriorityClass stands for. Imitates kubernetes plugin/pkg/admission/priority. */
import type { Pod } from '../../../api/types/core-v1.ts';
import type { PriorityClass } from '../../../api/types/scheduling-v1.ts';
import type { AdmissionAttributes, AdmissionContext, AdmissionPluginFactory } from '../admission.ts';
import { admissionForbidden } from '../admission-error.ts';
import { isAbout } from '../is-about.ts';

const GROUP = 'scheduling.k8s.io';
const CLASSES = 'priorityclasses';

type Objects = AdmissionContext['objects'];

export const priority: AdmissionPluginFactory = ({ objects }) => ({
  name: 'Priority',
  resources: ['/pods', 'scheduling.k8s.io/priorityclasses'],
  async admit(attributes) {
    if (isAbout(attributes, '', 'pods', 'CREATE')) await setPriority(attributes, objects);
    if (isAbout(attributes, '', 'pods', 'UPDATE')) keepPriority(attributes.object as Pod, attributes.old as Pod);
  },
  async validate(attributes) {
    if (!isAbout(attributes, GROUP, CLASSES, 'CREATE', 'UPDATE')) return;
    const given = attributes.object as PriorityClass;
    if (given.globalDefault !== true) return;
    const other = await defaultClass(objects);
    const name = other?.metadata?.name;
    if (other === undefined || (attributes.operation === 'UPDATE' && name === given.metadata?.name)) return;
    throw admissionForbidden(
      attributes,
      `PriorityClass ${name} is already marked as default. Only one default can exist`,
    );
  },
});

/** A pod that came before the fields did keeps what it was given then. */
function keepPriority({ spec }: Pod, { spec: old }: Pod): void {
  if (spec === undefined || old === undefined) return;
  if (spec.priority === undefined && old.priority !== undefined) spec.priority = old.priority;
  if (spec.preemptionPolicy === undefined && old.preemptionPolicy !== undefined) {
    spec.preemptionPolicy = old.preemptionPolicy;
  }
}

async function setPriority(attributes: AdmissionAttributes, objects: Objects): Promise<void> {
  const pod = attributes.object as Pod;
  pod.spec ??= {};
  const { spec } = pod;
  const found = await classOf(attributes, spec.priorityClassName, objects);
  const value = found?.value ?? 0;
  const policy = found === undefined ? 'PreemptLowerPriority' : found.preemptionPolicy;
  if (spec.priority !== undefined && spec.priority !== value) {
    throw admissionForbidden(
      attributes,
      `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`,
    );
  }
  if (policy !== undefined && spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== policy) {
    throw admissionForbidden(
      attributes,
      `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`,
    );
  }
  if (found?.metadata?.name !== undefined) spec.priorityClassName = found.metadata.name;
  spec.priority = value;
  if (policy !== undefined) spec.preemptionPolicy = policy;
}

/** The class that a pod names, or the default one. Undefined: there is none. */
async function classOf(
  attributes: AdmissionAttributes,
  name: string | undefined,
  objects: Objects,
): Promise<PriorityClass | undefined> {
  if (!name) return defaultClass(objects);
  const found = await objects.get(GROUP, CLASSES, '', name);
  if (found === undefined) throw admissionForbidden(attributes, `no PriorityClass with name ${name} was found`);
  return found as PriorityClass;
}

/** Of several (which only a race can make) the one with the lowest value. */
async function defaultClass(objects: Objects): Promise<PriorityClass | undefined> {
  const classes = (await objects.list(GROUP, CLASSES)) as PriorityClass[];
  return classes.filter((c) => c.globalDefault === true).sort((a, b) => (a.value ?? 0) - (b.value ?? 0))[0];
}
