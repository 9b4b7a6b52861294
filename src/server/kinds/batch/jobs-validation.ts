/** Imitates ValidateJob and ValidateJobUpdate of kubernetes pkg/apis/batch/validation, messages and order included. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { isDNS1123Label } from '../../../api/names.ts';
import { cloneJson } from '../../../api/object.ts';
import type { Job, JobSpec } from '../../../api/types/batch-v1.ts';
import type { Container, PodSpec, PodTemplateSpec } from '../../../api/types/core-v1.ts';
import { validateImmutable } from '../shared/field-rules.ts';
import { shownSelector } from '../shared/go-maps.ts';
import { validateLabelSelector } from '../shared/label-selector.ts';
import { goPodSpec, goPodTemplate } from '../shared/pod-spec-shape.ts';
import { hasInvalidSelectorValue, selectorMatcher, validateTemplateLabels } from '../shared/template-selector.ts';
import { shownFailurePolicy, shownSuccessPolicy } from './job-policies-validation.ts';
import { requiresPrefixedLabels, validateGeneratedSelector } from './job-selector.ts';
import { JOB_SPEC_PATH as SPEC, validateJobSpec } from './job-spec-validation.ts';
import { isTrue } from './job-table.ts';

export function validateJob(obj: Job, errors: FieldErrors): void {
  validateWhole(obj, undefined, errors);
}

/** The spec is validated twice, as upstream does: its causes come doubled. */
export function validateJobUpdate(obj: Job, old: Job, errors: FieldErrors): void {
  const spec = obj.spec ?? {};
  const oldSpec = old.spec ?? {};
  validateWhole(obj, old, errors);
  validateSpecWithSelector(spec, oldSpec, errors);
  validateCompletionsUpdate(spec, oldSpec, errors);
  validateImmutable(spec.selector, oldSpec.selector, SPEC.child('selector'), errors, shownSelector(spec.selector));
  validateTemplateUpdate(obj, old, errors);
  const same = (field: keyof JobSpec, shown: unknown = spec[field] ?? null) =>
    validateImmutable(spec[field], oldSpec[field], SPEC.child(field), errors, shown);
  same('completionMode');
  same('podFailurePolicy', shownFailurePolicy(spec.podFailurePolicy));
  same('backoffLimitPerIndex');
  same('managedBy');
  same('successPolicy', shownSuccessPolicy(spec.successPolicy));
}

function validateWhole(obj: Job, old: Job | undefined, errors: FieldErrors): void {
  const { spec = {} } = obj;
  validateGeneratedSelector(obj, requiresPrefixedLabels(old), errors);
  validateSpecWithSelector(spec, old?.spec, errors);
  if (spec.completionMode !== 'Indexed' || spec.completions === undefined || spec.completions <= 0) return;
  const name = obj.metadata?.name ?? '';
  const hostname = `${name}-${spec.completions - 1}`;
  if (isDNS1123Label(hostname).length > 0) {
    const message = `will not able to create pod with invalid DNS label: ${hostname}`;
    errors.invalid(Path.root('metadata').child('name'), name, message);
  }
}

function validateSpecWithSelector(spec: JobSpec, old: JobSpec | undefined, errors: FieldErrors): void {
  validateJobSpec(spec, old?.template, SPEC, errors);
  const selectorPath = SPEC.child('selector');
  if (spec.selector === undefined) errors.required(selectorPath);
  else {
    const allowInvalidLabelValue = hasInvalidSelectorValue(old?.selector);
    validateLabelSelector(spec.selector, selectorPath, errors, { allowInvalidLabelValue });
  }
  const matcher = selectorMatcher(spec.selector);
  if (matcher !== undefined) validateTemplateLabels(spec.template ?? {}, matcher, SPEC.child('template'), errors);
}

/** Indexed Jobs may be resized, completions together with parallelism. */
function validateCompletionsUpdate(spec: JobSpec, old: JobSpec, errors: FieldErrors): void {
  const path = SPEC.child('completions');
  if (spec.completionMode !== 'Indexed') {
    validateImmutable(spec.completions, old.completions, path, errors, spec.completions ?? null);
    return;
  }
  if (spec.completions === undefined || spec.completions === old.completions) return;
  if (spec.completions !== spec.parallelism) {
    errors.invalid(path, spec.completions, 'can only be modified in tandem with spec.parallelism');
  }
}

/** A suspended Job without active pods, that never ran or says that it is suspended, may get another scheduling and size. */
function validateTemplateUpdate(obj: Job, old: Job, errors: FieldErrors): void {
  const template = obj.spec?.template ?? {};
  const oldTemplate = old.spec?.template ?? {};
  const path = SPEC.child('template');
  if (!isMutable(old)) {
    validateImmutable(template, oldTemplate, path, errors, goPodTemplate(template));
    return;
  }
  const allowed = withResources(withScheduling(oldTemplate, template).spec ?? {}, template.spec ?? {});
  validateImmutable(template.spec ?? {}, allowed, path.child('spec'), errors, goPodSpec(template.spec ?? {}));
}

function isMutable({ spec = {}, status = {} }: Job): boolean {
  if (spec.suspend !== true || (status.active ?? 0) > 0) return false;
  return status.startTime === undefined || isTrue(status.conditions, 'Suspended');
}

/** The old template with the new one's labels, annotations and scheduling directives. */
function withScheduling(old: PodTemplateSpec, template: PodTemplateSpec): PodTemplateSpec {
  const copy = cloneJson(old);
  copy.spec ??= {};
  const wanted = template.spec ?? {};
  for (const field of ['nodeSelector', 'tolerations', 'schedulingGates'] as const) {
    delete copy.spec[field];
    if (wanted[field] !== undefined) Object.assign(copy.spec, { [field]: wanted[field] });
  }
  setNodeAffinity(copy.spec, wanted);
  return { ...copy, metadata: { ...copy.metadata, ...template.metadata } };
}

/** Only nodeAffinity may change; without any other affinity the whole may come and go. */
function setNodeAffinity(spec: PodSpec, wanted: PodSpec): void {
  const rest = { ...spec.affinity };
  delete rest.nodeAffinity;
  const nodeAffinity = wanted.affinity?.nodeAffinity;
  if (wanted.affinity === undefined && Object.keys(rest).length === 0) delete spec.affinity;
  else if (wanted.affinity !== undefined || spec.affinity !== undefined) {
    spec.affinity = nodeAffinity === undefined ? rest : { ...rest, nodeAffinity };
  }
}

function withResources(spec: PodSpec, wanted: PodSpec): PodSpec {
  const result = { ...spec };
  for (const field of ['containers', 'initContainers'] as const) {
    const containers = spec[field];
    if (containers !== undefined) result[field] = containersWithResources(containers, wanted[field] ?? []);
  }
  return result;
}

function containersWithResources(containers: readonly Container[], wanted: readonly Container[]): Container[] {
  if (containers.length !== wanted.length) return [...containers];
  return containers.map((container, i) => {
    const { name, resources } = wanted[i] as Container;
    return name === container.name ? { ...container, resources } : container;
  });
}
