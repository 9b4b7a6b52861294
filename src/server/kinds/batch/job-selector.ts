/** The selector and labels that tie pods to their Job; imitates generateSelector of kubernetes pkg/registry/batch/job. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { getOwn } from '../../../api/object.ts';
import type { Job } from '../../../api/types/batch-v1.ts';
import { shownMap, shownSelector } from '../shared/go-maps.ts';
import { selectorMatcher } from '../shared/template-selector.ts';

const LEGACY_CONTROLLER_UID = 'controller-uid';
const LEGACY_JOB_NAME = 'job-name';
const CONTROLLER_UID = 'batch.kubernetes.io/controller-uid';
const JOB_NAME = 'batch.kubernetes.io/job-name';

const SPEC = Path.root('spec');
const TEMPLATE_METADATA = SPEC.child('template', 'metadata');

/** Labels that are there already stay; wrong ones are refused by `validateGeneratedSelector`. Needs name and uid. */
export function generateSelector(obj: Job): void {
  const { name = '', uid = '' } = obj.metadata ?? {};
  obj.spec ??= {};
  const { spec } = obj;
  spec.template ??= {};
  spec.template.metadata ??= {};
  spec.template.metadata.labels ??= {};
  const { labels } = spec.template.metadata;
  for (const key of [LEGACY_JOB_NAME, JOB_NAME]) labels[key] ??= name;
  for (const key of [LEGACY_CONTROLLER_UID, CONTROLLER_UID]) labels[key] ??= uid;
  spec.selector ??= {};
  spec.selector.matchLabels ??= {};
  spec.selector.matchLabels[CONTROLLER_UID] ??= uid;
  if (obj.metadata !== undefined && Object.keys(obj.metadata.labels ?? {}).length === 0)
    obj.metadata.labels = { ...labels };
}

/** Jobs of old, whose templates lack the prefixed labels, may go without. */
export function requiresPrefixedLabels(old: Job | undefined): boolean {
  if (old === undefined) return true;
  const labels = old.spec?.template?.metadata?.labels ?? {};
  return Object.hasOwn(labels, JOB_NAME) && Object.hasOwn(labels, CONTROLLER_UID);
}

/** Unless the selector is manual, it and the template's labels must be as generated. */
export function validateGeneratedSelector(obj: Job, prefixed: boolean, errors: FieldErrors): void {
  const { selector, manualSelector, template } = obj.spec ?? {};
  if (manualSelector === true || selector === undefined) return;
  const { name = '', uid = '' } = obj.metadata ?? {};
  if (uid === '') errors.required(Path.root('metadata').child('uid'));
  const expected: Record<string, string> = {
    [LEGACY_CONTROLLER_UID]: uid,
    [LEGACY_JOB_NAME]: name,
    ...(prefixed ? { [CONTROLLER_UID]: uid, [JOB_NAME]: name } : {}),
  };
  const labels = template?.metadata?.labels ?? {};
  for (const [key, value] of Object.entries(expected)) validateHasLabel(labels, key, value, errors);
  const matcher = selectorMatcher(selector);
  if (matcher !== undefined && !matcher.matches(expected)) {
    errors.invalid(SPEC.child('selector'), shownSelector(selector), '`selector` not auto-generated');
  }
}

/** ValidateHasLabel of pkg/apis/core/validation. */
function validateHasLabel(labels: Record<string, string>, key: string, expected: string, errors: FieldErrors): void {
  const path = TEMPLATE_METADATA.child('labels');
  const actual = getOwn(labels, key);
  if (actual === undefined) errors.required(path.key(key), `must be '${expected}'`);
  else if (actual !== expected) errors.invalid(path.key(key), shownMap(labels), `must be '${expected}'`);
}
