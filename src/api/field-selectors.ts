/** Field selectors (`metadata.name=a,status.phase!=Running`): syntax, escapes and words of apimachinery pkg/fields. */
import { SelectorError } from './selectors.ts';

export interface FieldTerm {
  readonly field: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}

/** All of `terms` must hold. */
export class FieldSelector {
  readonly terms: readonly FieldTerm[];

  constructor(terms: readonly FieldTerm[]) {
    this.terms = terms;
  }

  isEmpty(): boolean {
    return this.terms.length === 0;
  }

  /** `get` reads a field of the object, '' where it has none. */
  matches(get: (field: string) => string): boolean {
    return this.terms.every(({ field, operator, value }) => (get(field) === value) === (operator === '='));
  }

  /** The only value that the field may have. */
  exactValue(field: string): string | undefined {
    return this.terms.find((term) => term.field === field && term.operator === '=')?.value;
  }

  toString(): string {
    return this.terms.map(({ field, operator, value }) => `${field}${operator}${escapeFieldValue(value)}`).join(',');
  }
}

export const SELECT_ALL_FIELDS: FieldSelector = new FieldSelector([]);

/** Writes commas, equal signs and backslashes so that they stand for themselves. */
export function escapeFieldValue(value: string): string {
  return value.replace(/[\\,=]/g, '\\$&');
}

/** @throws SelectorError for a bare `,` or `=` and for unknown escapes */
export function unescapeFieldValue(text: string): string {
  let out = '';
  let escaped = false;
  for (const char of text) {
    if (escaped) {
      if (!'\\,='.includes(char)) throw new SelectorError(`invalid field selector: invalid escape sequence: \\${char}`);
      out += char;
      escaped = false;
    } else if (char === '\\') escaped = true;
    else if (char === ',' || char === '=')
      throw new SelectorError(`invalid field selector: unescaped character in value: ${char.charCodeAt(0)}`);
    else out += char;
  }
  if (escaped) throw new SelectorError('invalid field selector: invalid escape sequence: \\');
  return out;
}

/** Terms in byte order, as upstream sorts them before reading; '' selects everything. @throws SelectorError */
export function parseFieldSelector(text: string): FieldSelector {
  const parts = splitTerms(text).filter((part) => part !== '');
  const terms = parts.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)).map((part) => parseTerm(text, part));
  return terms.length === 0 ? SELECT_ALL_FIELDS : new FieldSelector(terms);
}

/** Splits at commas that no backslash escapes. */
function splitTerms(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === ',') {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

function parseTerm(selector: string, term: string): FieldTerm {
  const match = /^(.*?)(!=|==|=)(.*)$/s.exec(term);
  if (match === null) throw new SelectorError(`invalid selector: '${selector}'; can't understand '${term}'`);
  const [, field, operator, value] = match as unknown as [string, string, string, string];
  return { field, operator: operator === '!=' ? '!=' : '=', value: unescapeFieldValue(value) };
}
