/** Rules on selector and template that workloads share; imitates pkg/apis/apps/validation. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { isDNS1123Label } from '../../../api/names.ts';
import type { PodTemplateSpec } from '../../../api/types/core-v1.ts';
import type { LabelSelector } from '../../../api/types/meta-v1.ts';
import { validateLabelSelector } from './label-selector.ts';

/** `kind` is how the message about an empty selector names the kind. */
export function validateRequiredSelector(
  selector: LabelSelector | null | undefined,
  kind: string,
  path: Path,
  errors: FieldErrors,
): void {
  if (selector === undefined || selector === null) {
    errors.required(path);
    return;
  }
  validateLabelSelector(selector, path, errors);
  validateNotEmptySelector(selector, kind, path, errors);
}

export function validateNotEmptySelector(
  selector: LabelSelector | null | undefined,
  kind: string,
  path: Path,
  errors: FieldErrors,
): void {
  if (selector === undefined || selector === null) return;
  const size = Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length;
  if (size === 0) errors.invalid(path, {}, `empty selector is invalid for ${kind}`);
}

/** Pods of long-running workloads restart always and know no deadline; `path` is the template's. */
export function validateAlwaysRunning(template: PodTemplateSpec, kind: string, path: Path, errors: FieldErrors): void {
  const { restartPolicy = '', activeDeadlineSeconds } = template.spec ?? {};
  if (restartPolicy !== 'Always') {
    errors.notSupported(path.child('spec', 'restartPolicy'), restartPolicy, ['Always']);
  }
  if (activeDeadlineSeconds !== undefined) {
    const message = `activeDeadlineSeconds in ${kind} is not Supported`;
    errors.forbidden(path.child('spec', 'activeDeadlineSeconds'), message);
  }
}

/** The warning about a name that makes poor host names. */
export function podNameWarnings(name: string | undefined): string[] {
  const messages = isDNS1123Label(name ?? '');
  if (messages.length === 0) return [];
  const advice =
    'this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended';
  return [`metadata.name: ${advice}: [${messages.join(' ')}]`];
}
