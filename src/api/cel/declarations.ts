/** What an expression may use: functions, written `name(type, …): type` or `type name(type, …): type`. */
import {
  ANY,
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  NULL,
  opaqueType,
  STRING,
  structType,
  TIMESTAMP,
  typeParam,
  UINT,
} from './types.ts';

export interface Overload {
  /** The first argument stands before the dot. */
  readonly receiver: boolean;
  readonly args: readonly CelType[];
  readonly result: CelType;
  /** Names of its type variables. */
  readonly variables: readonly string[];
}

export type Functions = ReadonlyMap<string, readonly Overload[]>;

const NAMED: ReadonlyMap<string, CelType> = new Map([
  ['any', ANY],
  ['bool', BOOL],
  ['bytes', BYTES],
  ['double', DOUBLE],
  ['duration', DURATION],
  ['dyn', DYN],
  ['int', INT],
  ['null_type', NULL],
  ['string', STRING],
  ['timestamp', TIMESTAMP],
  ['uint', UINT],
]);

/**
 * Reads signatures, one a line: `size(string): int`, and with a receiver `string contains(string): bool`,
 * `net.IP family(): int`. One capital letter is a type variable; names that are no other type are opaque types.
 * @throws Error when a line is none: a mistake in our tables.
 */
export function readSignatures(text: string): Functions {
  const functions = new Map<string, Overload[]>();
  for (const line of text.split('\n')) {
    const signature = line.trim();
    if (signature === '') continue;
    const { name, overload } = readSignature(signature);
    const known = functions.get(name);
    if (known === undefined) functions.set(name, [overload]);
    else known.push(overload);
  }
  return functions;
}

export function mergeFunctions(...all: readonly Functions[]): Functions {
  const merged = new Map<string, readonly Overload[]>();
  for (const functions of all) {
    for (const [name, overloads] of functions) merged.set(name, [...(merged.get(name) ?? []), ...overloads]);
  }
  return merged;
}

function readSignature(text: string): { name: string; overload: Overload } {
  const blank = blankOutsideParentheses(text);
  const receiver = text[blank - 1] === ':' ? undefined : text.slice(0, blank);
  const match = /^([^\s()]+)\((.*)\): (.+)$/.exec(receiver === undefined ? text : text.slice(blank + 1));
  if (match === null) throw new Error(`no signature: ${text}`);
  const [, name = '', args = '', result = ''] = match;
  const types = [...(receiver === undefined ? [] : [receiver]), ...splitTypes(args)].map(readType);
  const variables = new Set<string>();
  for (const type of [...types, readType(result)]) collectVariables(type, variables);
  return {
    name,
    overload: { receiver: receiver !== undefined, args: types, result: readType(result), variables: [...variables] },
  };
}

function blankOutsideParentheses(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth++;
    else if (text[at] === ')') depth--;
    else if (text[at] === ' ' && depth === 0) return at;
  }
  return text.length;
}

/** Splits at commas outside parentheses. */
function splitTypes(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at <= text.length; at++) {
    const char = text[at];
    if (char === '(') depth++;
    else if (char === ')') depth--;
    else if ((char === ',' && depth === 0) || char === undefined) {
      const part = text.slice(from, at).trim();
      if (part !== '') parts.push(part);
      from = at + 1;
    }
  }
  return parts;
}

/** `list(map(string, A))`, `kubernetes.Quantity`, `optional_type(V)`. */
export function readType(text: string): CelType {
  const trimmed = text.trim();
  const open = trimmed.indexOf('(');
  const name = open < 0 ? trimmed : trimmed.slice(0, open);
  const params = open < 0 ? [] : splitTypes(trimmed.slice(open + 1, -1)).map(readType);
  if (/^[A-Z]$/.test(name)) return typeParam(name);
  const known = NAMED.get(name);
  if (known !== undefined) return known;
  if (name === 'list' || name === 'map' || name === 'type') return { kind: name, name, params };
  return name.startsWith('struct:') ? structType(name.slice('struct:'.length)) : opaqueType(name, ...params);
}

function collectVariables(type: CelType, variables: Set<string>): void {
  if (type.kind === 'typeParam') variables.add(type.name);
  for (const param of type.params) collectVariables(param, variables);
}
