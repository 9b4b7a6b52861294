/** Gives pods the number that their PriorityClass stands for. Imitates kubernetes plugin/pkg/admission/priority. */
import type { Pod } from '../../../api/types/core-v1.ts';
import type { PriorityClass } from '../../../api/types/scheduling-v1.ts';
import type { AdmissionAttributes, AdmissionPluginFactory, MirroredObjects } from '../admission.ts';
import { admissionForbidden } from '../admission-error.ts';
import { isAbout } from '../is-about.ts';

const GROUP = 'scheduling.k8s.io';
const CLASSES = 'priorityclasses';

type Classes = MirroredObjects<PriorityClass>;

export const priority: AdmissionPluginFactory = ({ mirrored }) => {
  const classes = mirrored<PriorityClass>(GROUP, CLASSES);
  const defaultClass = defaultOf(classes);
  const classOf = (attributes: AdmissionAttributes): PriorityClass | undefined => {
    const name = (attributes.object as Pod).spec?.priorityClassName;
    return name ? namedClass(attributes, name, classes) : defaultClass();
  };
  return {
    name: 'Priority',
    resources: ['/pods', 'scheduling.k8s.io/priorityclasses'],
    admit(attributes) {
      if (isAbout(attributes, '', 'pods', 'CREATE')) setPriority(attributes, classOf(attributes));
      else if (isAbout(attributes, '', 'pods', 'UPDATE')) keepPriority(attributes.object as Pod, attributes.old as Pod);
    },
    validate(attributes) {
      if (!isAbout(attributes, GROUP, CLASSES, 'CREATE', 'UPDATE')) return;
      const given = attributes.object as PriorityClass;
      if (given.globalDefault !== true) return;
      const other = defaultClass();
      const name = other?.metadata?.name;
      if (other === undefined || (attributes.operation === 'UPDATE' && name === given.metadata?.name)) return;
      throw admissionForbidden(
        attributes,
        `PriorityClass ${name} is already marked as default. Only one default can exist`,
      );
    },
  };
};

/** A pod that came before the fields did keeps what it was given then. */
function keepPriority({ spec }: Pod, { spec: old }: Pod): void {
  if (spec === undefined || old === undefined) return;
  if (spec.priority === undefined && old.priority !== undefined) spec.priority = old.priority;
  if (spec.preemptionPolicy === undefined && old.preemptionPolicy !== undefined) {
    spec.preemptionPolicy = old.preemptionPolicy;
  }
}

/** `found`: the class that the pod names, or the default one, if there is one. */
function setPriority(attributes: AdmissionAttributes, found: PriorityClass | undefined): void {
  const pod = attributes.object as Pod;
  pod.spec ??= {};
  const { spec } = pod;
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

/** @throws StatusError 403 when there is none */
function namedClass(attributes: AdmissionAttributes, name: string, classes: Classes): PriorityClass {
  const found = classes.get('', name);
  if (found === undefined) throw admissionForbidden(attributes, `no PriorityClass with name ${name} was found`);
  return found;
}

/** The default class as it is now: of several (which only a race can make) the one with the lowest value. */
function defaultOf(classes: Classes): () => PriorityClass | undefined {
  let seen: ReturnType<Classes['list']> | undefined;
  let found: PriorityClass | undefined;
  return () => {
    const all = classes.list();
    if (all === seen) return found;
    seen = all;
    found = all.filter((c) => c.globalDefault === true).sort((a, b) => (a.value ?? 0) - (b.value ?? 0))[0];
    return found;
  };
}
