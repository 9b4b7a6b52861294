/** Gives pods the overhead and the scheduling rules of their RuntimeClass. Imitates kubernetes plugin/pkg/admission/runtimeclass. */
import { quote } from '../../../api/field-errors.ts';
import { getOwn, setOwn } from '../../../api/object.ts';
import { compareQuantities } from '../../../api/quantity.ts';
import type { Pod } from '../../../api/types/core-v1.ts';
import type { RuntimeClass } from '../../../api/types/node-v1.ts';
import type { AdmissionAttributes, AdmissionPluginFactory, MirroredObjects } from '../admission.ts';
import { admissionForbidden } from '../admission-error.ts';
import { isAbout } from '../is-about.ts';
import { mergeTolerations } from './merge-tolerations.ts';

const MISMATCH = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";
const UNDEFINED = 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead';

type Amounts = Record<string, string>;

export const runtimeClass: AdmissionPluginFactory = ({ mirrored }) => {
  const classes = mirrored<RuntimeClass>('node.k8s.io', 'runtimeclasses');
  return {
    name: 'RuntimeClass',
    resources: ['/pods'],
    admit(attributes) {
      if (!isAbout(attributes, '', 'pods', 'CREATE')) return;
      const found = classOf(attributes, classes);
      if (found === undefined) return;
      setOverhead(attributes, found);
      setScheduling(attributes, found);
    },
    validate(attributes) {
      if (!isAbout(attributes, '', 'pods', 'CREATE')) return;
      const found = classOf(attributes, classes);
      const overhead = (attributes.object as Pod).spec?.overhead as Amounts | undefined;
      if (found?.overhead !== undefined) {
        if (!sameAmounts(overhead, found.overhead.podFixed as Amounts)) throw admissionForbidden(attributes, MISMATCH);
      } else if (overhead !== undefined && Object.keys(overhead).length > 0)
        throw admissionForbidden(attributes, UNDEFINED);
    },
  };
};

/** @throws StatusError 403 when the pod names one that is not there */
function classOf(attributes: AdmissionAttributes, classes: MirroredObjects<RuntimeClass>): RuntimeClass | undefined {
  const name = (attributes.object as Pod).spec?.runtimeClassName;
  if (name === undefined || name === null) return undefined;
  const found = classes.get('', name);
  if (found === undefined) throw admissionForbidden(attributes, `pod rejected: RuntimeClass ${quote(name)} not found`);
  return found;
}

function setOverhead(attributes: AdmissionAttributes, { overhead }: RuntimeClass): void {
  const { spec } = attributes.object as Pod;
  if (spec === undefined || overhead === undefined) return;
  if (spec.overhead !== undefined && !sameAmounts(spec.overhead as Amounts, overhead.podFixed as Amounts)) {
    throw admissionForbidden(attributes, MISMATCH);
  }
  if (overhead.podFixed !== undefined) spec.overhead = { ...overhead.podFixed };
}

function setScheduling(attributes: AdmissionAttributes, { scheduling }: RuntimeClass): void {
  const { spec } = attributes.object as Pod;
  if (spec === undefined || scheduling === undefined) return;
  const wanted = scheduling.nodeSelector ?? {};
  for (const key of Object.keys(wanted).sort()) {
    const given = getOwn(spec.nodeSelector ?? {}, key);
    if (given === undefined || given === wanted[key]) continue;
    throw admissionForbidden(
      attributes,
      `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${wanted[key]}; pod.spec.nodeSelector[${key}] = ${given}`,
    );
  }
  if (Object.keys(wanted).length > 0) {
    spec.nodeSelector ??= {};
    for (const key of Object.keys(wanted)) setOwn(spec.nodeSelector, key, wanted[key]);
  }
  const tolerations = mergeTolerations(spec.tolerations ?? [], scheduling.tolerations ?? []);
  if (tolerations.length > 0) spec.tolerations = tolerations;
}

function sameAmounts(a: Amounts = {}, b: Amounts = {}): boolean {
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && compareQuantities(String(a[key]), String(b[key])) === 0);
}
