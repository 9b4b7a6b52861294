/** Faults of YAML texts in go-yaml's words. */
import type { LineCounter, YAMLError } from 'yaml';

/** A text that is no YAML, or YAML that is no JSON. The message is upstream's, `yaml: line 3: …`. */
export class YamlError extends Error {
  override readonly name = 'YamlError';
}

interface Fault {
  readonly words: string;
  /** go-yaml's scanner counts lines from one, its parser from zero. */
  readonly by: 'scanner' | 'parser';
  /** Reported where the text ends or goes on, not where the fault is. */
  readonly at?: 'end' | 'next' | 'colon';
}

const CANNOT_START: Fault = { words: 'found character that cannot start any token', by: 'scanner' };
const EXPECTED_KEY: Fault = { words: 'did not find expected key', by: 'parser' };
const EXPECTED_DASH: Fault = { words: "did not find expected '-' indicator", by: 'parser' };
const NESTED_VALUE: Fault = { words: 'mapping values are not allowed in this context', by: 'scanner', at: 'colon' };
const EXPECTED_NODE: Fault = { words: 'did not find expected node content', by: 'parser' };

/** By a piece of the parser's message; the first that fits counts. */
const FAULTS: readonly (readonly [piece: string, fault: Fault])[] = [
  ['Nested mappings are not allowed', NESTED_VALUE],
  ['Implicit keys need to be on a single line', NESTED_VALUE],
  ['Implicit keys of flow sequence pairs', NESTED_VALUE],
  ['Implicit map keys need to be followed', { words: "could not find expected ':'", by: 'scanner', at: 'next' }],
  ['All mapping items must start', EXPECTED_KEY],
  ['All sequence items must start', EXPECTED_DASH],
  ['Sequence item without', EXPECTED_DASH],
  ['Tabs are not allowed', CANNOT_START],
  ['Plain value cannot start', CANNOT_START],
  ['Missing closing', { words: 'found unexpected end of stream', by: 'scanner', at: 'end' }],
  ['Invalid escape sequence', { words: 'found unknown escape character', by: 'scanner' }],
  ['Block scalar header', { words: 'did not find expected comment or line break', by: 'scanner' }],
  ['Unexpected , in', EXPECTED_NODE],
  ['Unexpected empty item', EXPECTED_NODE],
];

/** The error of the first fault that the parser found. */
export function yamlError(text: string, fault: YAMLError, lines: LineCounter): YamlError {
  const line = lines.linePos(fault.pos[0]).line;
  const flow = flowFault(text, fault);
  if (flow !== undefined) {
    const unclosed = fault.code === 'MISSING_CHAR' && !fault.message.includes('Missing ,');
    // The end of a text is a line of its own for Go, whether it ends in a line break or not.
    const ended = fault.pos[0] >= text.length && !text.endsWith('\n');
    if (ended) return located(flow, text.split('\n').length);
    return located(flow, unclosed ? text.split('\n').length - 1 : line - 1);
  }
  const known = FAULTS.find(([piece]) => fault.message.includes(piece))?.[1] ?? EXPECTED_KEY;
  const place = placeOf(known, text, fault.pos[0], line);
  return located(known.words, known.by === 'scanner' ? place : place - 1);
}

function placeOf(fault: Fault, text: string, offset: number, line: number): number {
  if (fault.at === 'end') return text.split('\n').length;
  if (fault.at === 'next') return line + 1;
  const colon = fault.at === 'colon' ? text.slice(offset).search(/:(?=\s|$)/) : -1;
  return colon < 0 ? line : line + text.slice(offset, offset + colon).split('\n').length - 1;
}

/** Brackets that are not closed, or items without commas between them. */
function flowFault(text: string, fault: YAMLError): string | undefined {
  const name = /(?:Flow|flow) (map|seq)/.exec(fault.message)?.[1];
  if (name === undefined || fault.message.startsWith('Unexpected') || fault.message.startsWith('Implicit'))
    return undefined;
  const before = text.slice(0, fault.pos[0]).trimEnd().at(-1) ?? '';
  if ('[{,'.includes(before) && before !== '') return EXPECTED_NODE.words;
  return `did not find expected ',' or '${name === 'map' ? '}' : ']'}'`;
}

function located(words: string, line: number): YamlError {
  return new YamlError(line > 0 ? `yaml: line ${line}: ${words}` : `yaml: ${words}`);
}
