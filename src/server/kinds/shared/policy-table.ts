/** Cells of admission policies and their bindings; imitates pkg/printers/internalversion. */
import type { ParamKind, ParamRef } from '../../../api/types/admissionregistration-v1.ts';
import type { LabelSelector, ObjectMeta } from '../../../api/types/meta-v1.ts';
import type { CellValue } from '../kind.ts';
import { age } from '../printing.ts';

const UNSET = '<unset>';

export function policyCells(
  { name = '', creationTimestamp }: ObjectMeta,
  rules: readonly unknown[] | undefined,
  paramKind: ParamKind | undefined,
  now: Date,
): CellValue[] {
  const param = paramKind === undefined ? UNSET : `${paramKind.apiVersion ?? ''}/${paramKind.kind ?? ''}`;
  return [name, rules?.length ?? 0, param, age(creationTimestamp, now)];
}

export function policyBindingCells(
  { name = '', creationTimestamp }: ObjectMeta,
  spec: { policyName?: string; paramRef?: ParamRef } | undefined,
  now: Date,
): CellValue[] {
  return [name, spec?.policyName ?? '', paramText(spec?.paramRef), age(creationTimestamp, now)];
}

function paramText(ref: ParamRef | undefined): string {
  const { name = '', namespace = '', selector } = ref ?? {};
  if (name !== '') return namespace === '' ? name : `${namespace}/${name}`;
  return selector === undefined ? UNSET : goSelectorText(selector);
}

/** The generated String() of metav1.LabelSelector. */
function goSelectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const labels = Object.entries(matchLabels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}: ${value},`);
  const requirements = matchExpressions.map(
    ({ key = '', operator = '', values = [] }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  );
  const expressions = `[]LabelSelectorRequirement{${requirements.join('')}}`;
  return `&LabelSelector{MatchLabels:map[string]string{${labels.join('')}},MatchExpressions:${expressions},}`;
}
