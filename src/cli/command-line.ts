/** Which command a line means. Leading global flags are moved behind the command's words, as cobra lets them stand anywhere. */
import { suggestions } from './suggest.ts';

export type CommandLine =
  | { readonly kind: 'command'; readonly id: string; readonly argv: readonly string[] }
  /** Help for a command, a topic or ('') everything. */
  | { readonly kind: 'help'; readonly id: string }
  | { readonly kind: 'version' }
  | { readonly kind: 'unknown'; readonly words: readonly string[]; readonly near: readonly string[] };

/** Global flags that take no value as the next argument; test/cli compares them with GLOBAL_FLAGS. */
export const BARE_FLAGS: ReadonlySet<string> = new Set([
  '-h',
  '--help',
  '--json',
  '--trace',
  '--color',
  '--no-color',
  '--insecure-skip-tls-verify',
  '--warnings-as-errors',
  '--disable-compression',
  '--match-server-version',
]);

/** Other names of commands and topics, as kubectl has them. */
const ALIASES: Readonly<Record<string, string>> = {
  'config:use': 'use-context',
  'create:cj': 'cronjob',
  'create:cm': 'configmap',
  'create:deploy': 'deployment',
  'create:ing': 'ingress',
  'create:ns': 'namespace',
  'create:pc': 'priorityclass',
  'create:pdb': 'poddisruptionbudget',
  'create:resourcequota': 'quota',
  'create:sa': 'serviceaccount',
  'create:svc': 'service',
  'set:sa': 'serviceaccount',
  'top:no': 'node',
  'top:nodes': 'node',
  'top:po': 'pod',
  'top:pods': 'pod',
};

/** @param ids all commands, `auth:can-i` */
export function readCommandLine(argv: readonly string[], ids: readonly string[]): CommandLine {
  const { words, flags, rest } = splitWords(argv, ids);
  const id = words.join(':');
  if (words.length === 0) return argv.includes('--version') ? { kind: 'version' } : { kind: 'help', id: '' };
  if (words[0] === 'help') return helpFor(words.slice(1), rest, ids);
  if (ids.includes(id)) return { kind: 'command', id, argv: [...flags, ...rest] };
  if (isTopic(id, ids)) {
    const onlyHelp = rest.length === 0 || rest.every((word) => word.startsWith('-'));
    return onlyHelp ? { kind: 'help', id } : unknown([...words, rest.find((word) => !word.startsWith('-')) ?? ''], ids);
  }
  return unknown(words, ids);
}

interface Split {
  /** The words that name a command, or the first that names none. */
  readonly words: string[];
  /** Flags before and between them. */
  readonly flags: string[];
  readonly rest: string[];
}

function splitWords(argv: readonly string[], ids: readonly string[]): Split {
  const words: string[] = [];
  const flags: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const token = argv[i] as string;
    if (token === '--') return { words, flags, rest: argv.slice(i) };
    if (token.startsWith('-') && token.length > 1) {
      flags.push(token);
      if (takesNext(token) && i + 1 < argv.length) flags.push(argv[++i] as string);
      continue;
    }
    const word = aliased(words, token);
    const id = [...words, word].join(':');
    const known = ids.includes(id) || isTopic(id, ids) || words[0] === 'help' || id === 'help';
    if (!known && words.length > 0) return { words, flags, rest: argv.slice(i) };
    words.push(word);
    if (!known || (ids.includes(id) && !isTopic(id, ids))) return { words, flags, rest: argv.slice(i + 1) };
  }
  return { words, flags, rest: [] };
}

function aliased(words: readonly string[], token: string): string {
  const id = [...words, token].join(':');
  return Object.hasOwn(ALIASES, id) ? (ALIASES[id] as string) : token;
}

function takesNext(flag: string): boolean {
  if (BARE_FLAGS.has(flag) || flag.includes('=') || flag === '--version') return false;
  return flag.startsWith('--') || flag.length === 2;
}

function isTopic(id: string, ids: readonly string[]): boolean {
  return ids.some((other) => other.startsWith(`${id}:`));
}

function helpFor(words: readonly string[], rest: readonly string[], ids: readonly string[]): CommandLine {
  const wanted = [...words, ...rest.filter((word) => !word.startsWith('-'))];
  const known = wanted.findLastIndex((_, i) => {
    const id = wanted.slice(0, i + 1).join(':');
    return ids.includes(id) || isTopic(id, ids);
  });
  if (wanted.length > 0 && known < 0) return unknown(wanted.slice(0, 1), ids);
  return { kind: 'help', id: wanted.slice(0, known + 1).join(':') };
}

/** The last of `words` is the one that nobody knows. */
function unknown(words: readonly string[], ids: readonly string[]): CommandLine {
  const parent = words.slice(0, -1).join(':');
  const prefix = parent === '' ? '' : `${parent}:`;
  const siblings = ids.filter((id) => id.startsWith(prefix)).map((id) => id.slice(prefix.length).split(':')[0] ?? '');
  return { kind: 'unknown', words, near: suggestions(words.at(-1) ?? '', [...new Set(siblings)]) };
}
