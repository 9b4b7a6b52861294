/** Label and field selectors of a list or watch, against one kind. */
import type { KubeObject } from '../../api/object.ts';
import { type LabelRequirements, parseFieldSelector, parseLabelSelector } from '../../api/selectors.ts';
import { badRequest } from '../../api/status-error.ts';
import type { Kind } from '../kinds/kind.ts';

export interface Selection {
  /** True when nothing is selected away. */
  readonly everything: boolean;
  /** The one name that can match, when the field selector pins it. */
  readonly name: string | undefined;
  matches(obj: KubeObject): boolean;
}

const EVERYTHING: Selection = { everything: true, name: undefined, matches: () => true };

/** @throws StatusError 400 for a selector that does not parse or a field that the kind cannot select by */
export function parseSelection(kind: Kind, labelSelector: string, fieldSelector: string): Selection {
  if (labelSelector === '' && fieldSelector === '') return EVERYTHING;
  const labels =
    labelSelector === ''
      ? undefined
      : orBadRequest(
          () => parseLabelSelector(labelSelector),
          (why) => `unable to parse requirement: ${why}`,
        );
  const fields =
    fieldSelector === ''
      ? []
      : orBadRequest(
          () => parseFieldSelector(fieldSelector),
          (why) => why,
        );
  const terms = fields.map((term) => ({ term, read: fieldReader(kind, term.field) }));
  const name = fields.find((term) => term.field === 'metadata.name' && term.operator === '=')?.value;
  return {
    everything: labels === undefined && terms.length === 0,
    name: name === '' ? undefined : name,
    matches: (obj) =>
      matchesLabels(labels, obj) &&
      terms.every(({ term, read }) => (read(obj) === term.value) === (term.operator === '=')),
  };
}

function matchesLabels(labels: LabelRequirements | undefined, obj: KubeObject): boolean {
  return labels === undefined || labels.matches(obj.metadata.labels ?? {});
}

function fieldReader(kind: Kind, field: string): (obj: KubeObject) => string {
  if (field === 'metadata.name') return (obj) => obj.metadata.name ?? '';
  if (field === 'metadata.namespace' && kind.namespaced) return (obj) => obj.metadata.namespace ?? '';
  const read = kind.selectableFields.get(field);
  if (read === undefined) throw badRequest(kind.fieldLabelError(field));
  return read;
}

function orBadRequest<T>(parse: () => T, words: (why: string) => string): T {
  try {
    return parse();
  } catch (error) {
    throw badRequest(words((error as Error).message));
  }
}
