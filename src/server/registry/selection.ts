/** Label and field selectors of a list or watch, against one kind. */
import { parseFieldSelector } from '../../api/field-selectors.ts';
import type { KubeObject } from '../../api/object.ts';
import { parseLabelSelector, SelectorError } from '../../api/selectors.ts';
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

type FieldReader = (obj: KubeObject) => string;

/** @throws StatusError 400 for a selector that does not parse or a field that the kind cannot select by */
export function parseSelection(kind: Kind, labelSelector: string, fieldSelector: string): Selection {
  if (labelSelector === '' && fieldSelector === '') return EVERYTHING;
  const labels = orBadRequest(() => parseLabelSelector(labelSelector));
  const fields = orBadRequest(() => parseFieldSelector(fieldSelector));
  const readers = new Map(fields.terms.map(({ field }): [string, FieldReader] => [field, fieldReader(kind, field)]));
  const matchesFields = (obj: KubeObject): boolean => fields.matches((field) => readers.get(field)?.(obj) ?? '');
  return {
    everything: labels.selectable && labels.requirements.length === 0 && fields.isEmpty(),
    name: fields.exactValue('metadata.name') || undefined,
    matches: (obj) => labels.matches(obj.metadata.labels) && (fields.isEmpty() || matchesFields(obj)),
  };
}

function fieldReader(kind: Kind, field: string): FieldReader {
  if (field === 'metadata.name') return (obj) => obj.metadata.name ?? '';
  if (field === 'metadata.namespace' && kind.namespaced) return (obj) => obj.metadata.namespace ?? '';
  const read = kind.selectableFields.get(field);
  if (read === undefined) throw badRequest(kind.fieldLabelError(field));
  return read;
}

function orBadRequest<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    throw badRequest(error.message);
  }
}
