/** What could stand at the end of a command line. Pure: live values are asked for elsewhere. */
import { readCommandLine } from '../command-line.ts';
import { flagSlot, type Slot, slotFor } from './argument-slots.ts';
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
  /** What stands before that in the last word: `--namespace=`. */
  readonly before: string;
  /** For names: the kind's argument. */
  readonly kind?: string;
  /** Flags that say which cluster and namespace, as they were typed. */
  readonly globals: Readonly<Record<string, string>>;
}

/** @param words everything behind `kctl`, the last being completed; '' when it has not been begun. */
export function wantedAt(words: readonly string[]): Wanted {
  const typed = words.slice(0, -1);
  const word = words.at(-1) ?? '';
  if (typed[0] === 'trace' && !['replay', 'show'].includes(typed[1] ?? '') && typed.length > 1) {
    return wantedAt(words.slice(1));
  }
  const ids = Object.keys(COMMAND_FACTS);
  const line = readCommandLine(typed, ids);
  const command = line.kind === 'command' ? COMMAND_FACTS[line.id] : undefined;
  if (command === undefined) return ofTopic(typed, word);
  const argv = line.kind === 'command' ? line.argv : [];
  const { args, globals, open } = scan(command, argv);
  const base = { word, before: '', globals };
  if (open !== undefined) return { ...base, ...ofFlag(open) };
  if (word.startsWith('--') && word.includes('=')) return inlineValue(command, word, globals);
  if (word.startsWith('-') && !typed.includes('--')) return { ...base, fixed: flagNames(command), slot: 'nothing' };
  const more = args.length === 0 ? subcommands(`${command.id}:`) : [];
  const firstPlain = slotFor(command.id, 0) === 'kinds' && args[0]?.includes('/') === true;
  const slot = firstPlain ? 'kinds' : slotFor(command.id, args.length);
  const topLevel = command.id === 'trace' && args.length === 0 ? subcommands('') : [];
  return { ...base, fixed: [...more, ...topLevel], slot, ...(args[0] === undefined ? {} : { kind: args[0] }) };
}

/** Words that continue the ones before: `certs gen` → ca, server … */
function ofTopic(typed: readonly string[], word: string): Wanted {
  const words = typed.filter((token) => !token.startsWith('-'));
  const prefix = words[0] === 'help' ? words.slice(1) : words;
  const flags = word.startsWith('-') ? flagNames(COMMAND_FACTS['version'] as CommandFacts) : [];
  const fixed = flags.length > 0 ? flags : subcommands(prefix.map((part) => `${part}:`).join(''));
  return { word, before: '', globals: {}, fixed, slot: 'nothing' };
}

function subcommands(prefix: string): Candidate[] {
  const found = new Map<string, string>();
  for (const { id, summary, hidden } of Object.values(COMMAND_FACTS)) {
    if (!id.startsWith(prefix) || hidden) continue;
    const [head = '', ...rest] = id.slice(prefix.length).split(':');
    if (rest.length === 0) found.set(head, summary);
    else if (!found.has(head)) found.set(head, '');
  }
  return [...found].map(([value, about]) => ({ value, about }));
}

interface Scan {
  readonly args: readonly string[];
  readonly globals: Record<string, string>;
  /** The flag whose value is the next word. */
  readonly open?: FlagFacts;
}

function scan(command: CommandFacts, argv: readonly string[]): Scan {
  const args: string[] = [];
  const globals: Record<string, string> = {};
  for (let i = 0; i < argv.length; i++) {
    const token = argv[i] as string;
    if (token === '--') return { args: [...args, ...argv.slice(i + 1)], globals };
    if (!token.startsWith('-') || token === '-') {
      args.push(token);
      continue;
    }
    const flag = flagOf(command, token) ?? flagOf(command, token.slice(0, 2));
    if (flag === undefined) continue;
    const inline = token.startsWith('--') ? /=(.*)$/s.exec(token)?.[1] : token.slice(2).replace(/^=/, '') || undefined;
    if (inline === undefined && takesNext(flag)) {
      if (i + 1 >= argv.length) return { args, globals, open: flag };
      i++;
      globals[flag.name] = argv[i] as string;
    } else globals[flag.name] = inline ?? 'true';
  }
  return { args, globals };
}

function ofFlag({ name, options }: FlagFacts): Pick<Wanted, 'fixed' | 'slot'> {
  return options === undefined
    ? { fixed: [], slot: flagSlot(name) }
    : { fixed: options.map((value) => ({ value })), slot: 'nothing' };
}

function inlineValue(command: CommandFacts, word: string, globals: Wanted['globals']): Wanted {
  const end = word.indexOf('=') + 1;
  const flag = flagOf(command, word);
  const value = { word: word.slice(end), before: word.slice(0, end), globals };
  return flag === undefined ? { ...value, fixed: [], slot: 'nothing' } : { ...value, ...ofFlag(flag) };
}

function flagNames({ flags }: CommandFacts): Candidate[] {
  return Object.values(flags)
    .filter(({ hidden }) => !hidden)
    .map(({ name, summary, type, noOptDefault }) => ({
      value: `--${name}${type === 'option' && noOptDefault === undefined ? '=' : ''}`,
      about: summary ?? '',
    }));
}
