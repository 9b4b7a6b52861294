/** What could stand at the end of a command line. Pure: live values are asked for elsewhere. */
import { readCommandLine } from '../command-line.ts';
import { TOPICS } from '../topics.ts';
import { flagSlot, namesByKind, type Slot, slotFor } from './argument-slots.ts';
import { COMMAND_FACTS, type CommandFacts, type FlagFacts, flagOf, takesNext } from './command-facts.ts';

export interface Candidate {
  readonly value: string;
  readonly about?: string;
}

export interface Wanted {
  /** Known already. */
  readonly fixed: readonly Candidate[];
  /** To be asked for. */
  readonly slot: Slot;
  /** The part of the last word that is to be completed. */
  readonly word: string;
  /** What stands before that in the last word: `--namespace=`, `get,list,`. */
  readonly before: string;
  /** The arguments before it. */
  readonly args: readonly string[];
  /** Flags that say which cluster and namespace, as they were typed. */
  readonly globals: Readonly<Record<string, string>>;
}

/** @param words everything behind `kctl`, the last being completed; '' when it has not been begun. */
export function wantedAt(words: readonly string[]): Wanted {
  const typed = words.slice(0, -1);
  const word = words.at(-1) ?? '';
  const trace = behindTrace(words);
  if (trace !== undefined) return wantedAt(trace);
  const line = readCommandLine(typed, Object.keys(COMMAND_FACTS));
  if (line.kind !== 'command') return ofTopic(typed, word);
  const command = COMMAND_FACTS[line.id] as CommandFacts;
  const { args, globals, open, dash } = scan(command, line.argv);
  const base = { word, before: '', args, globals };
  if (open !== undefined) return flagValue(base, command.id, open);
  if (!dash && word.startsWith('-') && word.length > 1) return ofFlagWord(base, command);
  if (!dash && word === '-') return { ...base, fixed: flagNames(command, globals), slot: 'nothing' };
  const more = args.length === 0 ? subcommands(`${command.id}:`) : [];
  const first = slotFor(command.id, 0);
  const slot = namesByKind(first) && args[0]?.includes('/') ? first : slotFor(command.id, args.length);
  return { ...base, fixed: command.id === 'trace' ? [...more, ...subcommands('')] : more, slot };
}

/** The line of the command that is traced, once there is a word of it. */
function behindTrace(words: readonly string[]): readonly string[] | undefined {
  const at = words.indexOf('trace');
  const { args: before, open } = scan(everywhere(), words.slice(0, Math.max(at, 0)));
  if (at < 0 || at === words.length - 1 || before.length > 0 || open !== undefined) return undefined;
  const { args } = scan(COMMAND_FACTS['trace'] as CommandFacts, words.slice(at + 1, -1));
  const own = args[0] === undefined || args[0] === 'replay' || args[0] === 'show';
  return own ? undefined : [...words.slice(0, at), ...words.slice(words.indexOf(args[0] as string, at))];
}

/** Words that continue the ones before: `certs gen` → ca, server …; flags of every command before and between them. */
function ofTopic(typed: readonly string[], word: string): Wanted {
  const every = everywhere();
  const { args, globals, open } = scan(every, typed);
  const base = { word, before: '', args, globals };
  if (open !== undefined) return flagValue(base, every.id, open);
  if (word.startsWith('-')) return ofFlagWord(base, every);
  const prefix = args[0] === 'help' ? args.slice(1) : args;
  const help = args.length === 0 ? [{ value: 'help', about: 'Show the page of a command.' }] : [];
  return { ...base, fixed: [...subcommands(prefix.map((part) => `${part}:`).join('')), ...help], slot: 'nothing' };
}

/** What all commands have in common, as if it were one. */
function everywhere(): CommandFacts {
  const { flags } = COMMAND_FACTS['version'] as CommandFacts;
  const global = Object.entries(flags).filter(([, { helpGroup }]) => helpGroup === 'GLOBAL');
  return { id: '', summary: '', flags: Object.fromEntries(global) };
}

function subcommands(prefix: string): Candidate[] {
  const topics: Readonly<Record<string, { readonly description: string }>> = TOPICS;
  const found = new Map<string, string>();
  for (const { id, summary, hidden } of Object.values(COMMAND_FACTS)) {
    if (!id.startsWith(prefix) || hidden) continue;
    const [head = '', ...rest] = id.slice(prefix.length).split(':');
    if (rest.length === 0) found.set(head, summary);
    else if (!found.has(head)) found.set(head, topics[`${prefix}${head}`]?.description ?? '');
  }
  return [...found].map(([value, about]) => ({ value, about }));
}

interface Scan {
  readonly args: readonly string[];
  readonly globals: Record<string, string>;
  /** The flag whose value is the next word. */
  readonly open?: FlagFacts;
  /** Whether -- stood before: no flags follow. */
  readonly dash: boolean;
}

function scan(command: CommandFacts, argv: readonly string[]): Scan {
  const args: string[] = [];
  const globals: Record<string, string> = {};
  for (let i = 0; i < argv.length; i++) {
    const token = argv[i] as string;
    if (token === '--') return { args: [...args, ...argv.slice(i + 1)], globals, dash: true };
    if (!token.startsWith('-') || token === '-') {
      args.push(token);
      continue;
    }
    const flag = flagOf(command, token) ?? flagOf(command, token.slice(0, 2));
    if (flag === undefined) continue;
    const inline = token.startsWith('--') ? /=(.*)$/s.exec(token)?.[1] : token.slice(2).replace(/^=/, '') || undefined;
    if (inline === undefined && takesNext(flag)) {
      if (i + 1 >= argv.length) return { args, globals, open: flag, dash: false };
      i++;
      globals[flag.name] = argv[i] as string;
    } else globals[flag.name] = inline ?? 'true';
  }
  return { args, globals, dash: false };
}

type Base = Pick<Wanted, 'word' | 'before' | 'args' | 'globals'>;

/** `--name`, `--name=VALUE`, `-nVALUE`, `-n=VALUE`. */
function ofFlagWord(base: Base, command: CommandFacts): Wanted {
  const { word, globals } = base;
  const head = word.startsWith('--') ? /^--[^=]*=/.exec(word)?.[0] : /^-[^-]=?/.exec(word)?.[0];
  const flag = head === undefined || head === word.slice(0, 1) ? undefined : flagOf(command, head);
  if (head === undefined || (flag === undefined && !word.includes('=')) || flag?.type === 'boolean') {
    return { ...base, fixed: flagNames(command, globals), slot: 'nothing' };
  }
  const value = { ...base, word: word.slice(head.length), before: head };
  return flag === undefined ? { ...value, fixed: [], slot: 'nothing' } : flagValue(value, command.id, flag);
}

/** Of lists, the part behind the last comma. */
function flagValue(base: Base, id: string, { name, options, delimiter }: FlagFacts): Wanted {
  const comma = delimiter === ',' ? base.word.lastIndexOf(',') + 1 : 0;
  const last = { ...base, word: base.word.slice(comma), before: base.before + base.word.slice(0, comma) };
  return options === undefined
    ? { ...last, fixed: [], slot: flagSlot(id, name) }
    : { ...last, fixed: options.map((value) => ({ value })), slot: 'nothing' };
}

/** Without those that were given and count once. */
function flagNames({ flags }: CommandFacts, given: Wanted['globals']): Candidate[] {
  return Object.values(flags)
    .filter(({ hidden, name, multiple }) => !hidden && (multiple || !Object.hasOwn(given, name)))
    .map(({ name, summary, type, noOptDefault }) => ({
      value: `--${name}${type === 'option' && noOptDefault === undefined ? '=' : ''}`,
      about: summary ?? '',
    }));
}
