/** Selectors of access reviews as the texts that authorizers read. */
import { escapeFieldValue, parseFieldSelector } from '../../../api/field-selectors.ts';
import { newRequirement, parseLabelSelector } from '../../../api/selectors.ts';
import type { FieldSelectorAttributes, LabelSelectorAttributes } from '../../../api/types/authorization-v1.ts';
import type { FieldSelectorRequirement, LabelSelectorRequirement } from '../../../api/types/meta-v1.ts';

export interface SelectorText {
  /** '' when nothing could be read, or nothing is selected. */
  readonly text: string;
  /** Whether all of it could be read. */
  readonly complete: boolean;
}

const NONE: SelectorText = { text: '', complete: true };
const UNREADABLE: SelectorText = { text: '', complete: false };

export function fieldSelectorText(selector: FieldSelectorAttributes | undefined): SelectorText {
  if (selector === undefined) return NONE;
  if (selector.rawSelector) return readable(selector.rawSelector, parseFieldSelector);
  return joined((selector.requirements ?? []).map(fieldTerm));
}

export function labelSelectorText(selector: LabelSelectorAttributes | undefined): SelectorText {
  if (selector === undefined) return NONE;
  if (selector.rawSelector) return readable(selector.rawSelector, parseLabelSelector);
  return joined((selector.requirements ?? []).map(labelTerm));
}

function readable(text: string, parse: (text: string) => unknown): SelectorText {
  try {
    parse(text);
    return { text, complete: true };
  } catch {
    return UNREADABLE;
  }
}

function joined(terms: readonly (string | undefined)[]): SelectorText {
  const known = terms.filter((term) => term !== undefined);
  return { text: known.join(','), complete: known.length === terms.length };
}

/** Field selectors know one value at a time. */
function fieldTerm({ key = '', operator = '', values = [] }: FieldSelectorRequirement): string | undefined {
  if (values.length !== 1) return undefined;
  const value = escapeFieldValue(values[0] as string);
  if (operator === 'In') return `${key}=${value}`;
  return operator === 'NotIn' ? `${key}!=${value}` : undefined;
}

const OPERATORS = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!' } as const;

function labelTerm({ key = '', operator = '', values = [] }: LabelSelectorRequirement): string | undefined {
  if (!Object.hasOwn(OPERATORS, operator)) return undefined;
  const known = operator as keyof typeof OPERATORS;
  try {
    newRequirement(key, OPERATORS[known], values);
  } catch {
    return undefined;
  }
  if (known === 'Exists') return key;
  return known === 'DoesNotExist' ? `!${key}` : `${key} ${OPERATORS[known]} (${values.join(',')})`;
}
