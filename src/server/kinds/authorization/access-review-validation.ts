/** Rules for access reviews; imitates kubernetes pkg/apis/authorization/validation. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import type {
  FieldSelectorAttributes,
  LabelSelectorAttributes,
  LocalSubjectAccessReview,
  NonResourceAttributes,
  ResourceAttributes,
  SelfSubjectAccessReviewSpec,
  SubjectAccessReview,
} from '../../../api/types/authorization-v1.ts';
import type { FieldSelectorRequirement, ObjectMeta } from '../../../api/types/meta-v1.ts';
import { validateLabelSelectorRequirement } from '../shared/label-selector.ts';

const SPEC = Path.root('spec');
const RESOURCE = SPEC.child('resourceAttributes');
const NON_RESOURCE = SPEC.child('nonResourceAttributes');

export function validateSelfReview(spec: SelfSubjectAccessReviewSpec, metadata: ObjectMeta, errors: FieldErrors): void {
  validateOneOf(spec, errors);
  validateResource(spec.resourceAttributes, errors);
  validateMetadata(metadata, 'must be empty', errors);
}

export function validateReview({ spec = {}, metadata = {} }: SubjectAccessReview, errors: FieldErrors): void {
  validateOneOf(spec, errors);
  validateSubject(spec, errors);
  validateResource(spec.resourceAttributes, errors);
  validateMetadata(metadata, 'must be empty', errors);
}

export function validateLocalReview({ spec = {}, metadata = {} }: LocalSubjectAccessReview, errors: FieldErrors): void {
  validateOneOf(spec, errors);
  validateSubject(spec, errors);
  validateResource(spec.resourceAttributes, errors);
  const { namespace = '', ...others } = metadata;
  validateMetadata(others, 'must be empty except for namespace', errors);
  const asked = spec.resourceAttributes?.namespace ?? '';
  if (spec.resourceAttributes !== undefined && asked !== namespace) {
    errors.invalid(RESOURCE.child('namespace'), asked, 'must match metadata.namespace');
  }
  if (spec.nonResourceAttributes !== undefined) {
    errors.invalid(NON_RESOURCE, goValue(spec.nonResourceAttributes), 'disallowed on this kind of request');
  }
}

function validateOneOf(spec: SelfSubjectAccessReviewSpec, errors: FieldErrors): void {
  const { resourceAttributes, nonResourceAttributes } = spec;
  if (resourceAttributes !== undefined && nonResourceAttributes !== undefined) {
    errors.invalid(
      NON_RESOURCE,
      goValue(nonResourceAttributes),
      'cannot be specified in combination with resourceAttributes',
    );
  }
  if (resourceAttributes === undefined && nonResourceAttributes === undefined) {
    const message = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    errors.invalid(RESOURCE, null, message);
  }
}

/** The internal struct has no JSON names. */
function goValue({ path = '', verb = '' }: NonResourceAttributes): object {
  return { Path: path, Verb: verb };
}

function validateSubject({ user = '', groups = [] }: { user?: string; groups?: string[] }, errors: FieldErrors): void {
  if (user === '' && groups.length === 0) {
    errors.invalid(SPEC.child('user'), user, 'at least one of user or group must be specified');
  }
}

function validateMetadata({ managedFields: _, ...metadata }: ObjectMeta, message: string, errors: FieldErrors): void {
  const filled = Object.values(metadata).some((value) => value !== undefined && value !== null && value !== '');
  if (filled) errors.invalid(Path.root('metadata'), metadata, message);
}

function validateResource(attributes: ResourceAttributes | undefined, errors: FieldErrors): void {
  if (attributes === undefined) return;
  const fields = RESOURCE.child('fieldSelector');
  const labels = RESOURCE.child('labelSelector');
  validateSelector(attributes.fieldSelector, fields, errors);
  for (const [i, requirement] of (attributes.fieldSelector?.requirements ?? []).entries()) {
    validateFieldRequirement(requirement, fields.child('requirements').index(i), errors);
  }
  validateSelector(attributes.labelSelector, labels, errors);
  for (const [i, requirement] of (attributes.labelSelector?.requirements ?? []).entries()) {
    const path = labels.child('requirements').index(i);
    validateLabelSelectorRequirement(requirement, path, errors, { allowUnknownOperator: true });
  }
}

function validateSelector(
  selector: FieldSelectorAttributes | LabelSelectorAttributes | undefined,
  path: Path,
  errors: FieldErrors,
): void {
  if (selector === undefined) return;
  const { rawSelector = '', requirements = [] } = selector;
  if (rawSelector !== '' && requirements.length > 0) {
    errors.invalid(path.child('rawSelector'), rawSelector, 'may not specified at the same time as requirements');
  }
  if (rawSelector === '' && requirements.length === 0) {
    errors.required(path.child('requirements'), `when ${path} is specified, requirements or rawSelector is required`);
  }
}

/** Unknown operators pass: a newer client may know more of them. */
function validateFieldRequirement(requirement: FieldSelectorRequirement, path: Path, errors: FieldErrors): void {
  const { key = '', operator = '', values = [] } = requirement;
  if ((operator === 'In' || operator === 'NotIn') && values.length === 0) {
    errors.required(path.child('values'), "must be specified when `operator` is 'In' or 'NotIn'");
  }
  if ((operator === 'Exists' || operator === 'DoesNotExist') && values.length > 0) {
    errors.forbidden(path.child('values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
  }
  if (key === '') errors.required(path.child('key'), 'must be specified');
}
