/** Topology selectors, and what is deprecated about node selectors; imitates core validation and pkg/api/node. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { isValidLabelValue } from '../../../api/names.ts';
import type {
  NodeSelector,
  NodeSelectorTerm,
  TopologySelectorLabelRequirement,
  TopologySelectorTerm,
} from '../../../api/types/core-v1.ts';
import { validateLabelName } from './label-selector.ts';

/** Whether any value of the selector's expressions is no label value: then updates do not check them. */
export function hasInvalidLabelValue(selector: NodeSelector | undefined): boolean {
  const terms = selector?.nodeSelectorTerms ?? [];
  return terms.some((term) =>
    (term.matchExpressions ?? []).some((e) => (e.values ?? []).some((value) => isValidLabelValue(value).length > 0)),
  );
}

/** Reports one topology term; answers its keys with their sets of values, for comparing terms. */
export function validateTopologySelectorTerm(
  term: TopologySelectorTerm,
  path: Path,
  errors: FieldErrors,
): Map<string, Set<string>> {
  const seen = new Map<string, Set<string>>();
  for (const [i, requirement] of (term.matchLabelExpressions ?? []).entries()) {
    const at = path.child('matchLabelExpressions').index(i);
    const values = validateTopologyRequirement(requirement, at, errors);
    const key = requirement.key ?? '';
    if (seen.has(key)) errors.duplicate(at.child('key'), key);
    seen.set(key, values);
  }
  return seen;
}

function validateTopologyRequirement(
  { key = '', values }: TopologySelectorLabelRequirement,
  path: Path,
  errors: FieldErrors,
): Set<string> {
  const seen = new Set<string>();
  if ((values ?? []).length === 0) errors.required(path.child('values'));
  for (const [i, value] of (values ?? []).entries()) {
    if (seen.has(value)) errors.duplicate(path.child('values').index(i), value);
    seen.add(value);
  }
  validateLabelName(key, path.child('key'), errors);
  return seen;
}

const DEPRECATED_NODE_LABELS = new Map([
  ['beta.kubernetes.io/arch', 'deprecated since v1.14; use "kubernetes.io/arch" instead'],
  ['beta.kubernetes.io/os', 'deprecated since v1.14; use "kubernetes.io/os" instead'],
  ['failure-domain.beta.kubernetes.io/region', 'deprecated since v1.17; use "topology.kubernetes.io/region" instead'],
  ['failure-domain.beta.kubernetes.io/zone', 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead'],
  ['beta.kubernetes.io/instance-type', 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead'],
  ['app.kubernetes.io/created-by', 'deprecated since v1.9'],
  ['scheduler.alpha.kubernetes.io/preferAvoidPods', 'deprecated since v1.22; use Taints and Tolerations instead'],
  ['node-role.kubernetes.io/master', 'use "node-role.kubernetes.io/control-plane" instead'],
]);

/** What to say of a deprecated node label, or undefined. */
export function deprecatedNodeLabel(key: string): string | undefined {
  return DEPRECATED_NODE_LABELS.get(key);
}

/** Deprecated labels in a term and, where `checkValues`, values that are no label values. */
export function nodeSelectorTermWarnings(term: NodeSelectorTerm, checkValues: boolean, path: Path): string[] {
  const warnings: string[] = [];
  for (const [i, { key = '', values = [] }] of (term.matchExpressions ?? []).entries()) {
    const at = path.child('matchExpressions').index(i);
    const deprecated = deprecatedNodeLabel(key);
    if (deprecated !== undefined) warnings.push(`${at.child('key')}: ${key} is ${deprecated}`);
    if (!checkValues) continue;
    for (const [j, value] of values.entries()) {
      for (const message of isValidLabelValue(value)) {
        warnings.push(`${at.child('values').index(j)}: ${value} is invalid, ${message}`);
      }
    }
  }
  return warnings;
}
