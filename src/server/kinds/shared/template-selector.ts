/** Whether a workload's selector picks the pods of its template; imitates apimachinery metav1.LabelSelectorAsSelector. */
import { FieldErrors, type Path, ROOT } from '../../../api/field-errors.ts';
import { isLabelValue } from '../../../api/names.ts';
import { getOwn } from '../../../api/object.ts';
import type { PodTemplateSpec } from '../../../api/types/core-v1.ts';
import type { LabelSelector, LabelSelectorRequirement } from '../../../api/types/meta-v1.ts';
import { shownField, shownMap } from './go-maps.ts';
import { validateLabelSelector } from './label-selector.ts';

type Labels = Record<string, string>;

export interface SelectorMatcher {
  /** Matches everything because it asks for nothing. */
  readonly empty: boolean;
  matches(labels: Labels): boolean;
}

/** An absent selector matches nothing, an empty one everything; undefined when the selector is malformed. */
export function selectorMatcher(selector: LabelSelector | null | undefined): SelectorMatcher | undefined {
  if (selector === undefined || selector === null) return { empty: false, matches: () => false };
  const problems = new FieldErrors();
  validateLabelSelector(selector, ROOT, problems);
  if (problems.length > 0) return undefined;
  const wanted = Object.entries(selector.matchLabels ?? {});
  const requirements = selector.matchExpressions ?? [];
  return {
    empty: wanted.length + requirements.length === 0,
    matches: (labels) =>
      wanted.every(([key, value]) => getOwn(labels, key) === value) && requirements.every((r) => satisfies(r, labels)),
  };
}

function satisfies({ key = '', operator, values = [] }: LabelSelectorRequirement, labels: Labels): boolean {
  const value = getOwn(labels, key) as string | undefined;
  if (operator === 'Exists') return value !== undefined;
  if (operator === 'DoesNotExist') return value === undefined;
  const listed = value !== undefined && values.includes(value);
  return operator === 'In' ? listed : !listed;
}

/** Some value in its expressions is no label value: tolerated on update once it is stored. */
export function hasInvalidSelectorValue(selector: LabelSelector | null | undefined): boolean {
  return (selector?.matchExpressions ?? []).some((r) => (r.values ?? []).some((v) => isLabelValue(v).length > 0));
}

/** `path` is the template's. */
export function validateTemplateLabels(
  template: PodTemplateSpec,
  matcher: SelectorMatcher,
  path: Path,
  errors: FieldErrors,
): void {
  const { metadata } = template;
  if (matcher.empty || matcher.matches(metadata?.labels ?? {})) return;
  const message = '`selector` does not match template `labels`';
  errors.invalid(
    path.child('metadata', 'labels'),
    shownMap(metadata?.labels) ?? shownField(metadata, 'labels'),
    message,
  );
}
