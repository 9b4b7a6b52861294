/** What completion knows of the commands: the manifest, read without loading a command. */
import manifest from '../../../oclif.manifest.json' with { type: 'json' };

export interface FlagFacts {
  readonly name: string;
  readonly type: string;
  readonly char?: string;
  readonly summary?: string;
  readonly options?: readonly string[];
  readonly hidden?: boolean;
  /** It may stand without a value, so none comes as the next word. */
  readonly noOptDefault?: string;
  readonly delimiter?: string;
  readonly multiple?: boolean;
  readonly helpGroup?: string;
}

export interface CommandFacts {
  readonly id: string;
  readonly summary: string;
  readonly hidden?: boolean;
  readonly flags: Readonly<Record<string, FlagFacts>>;
}

export const COMMAND_FACTS = manifest.commands as unknown as Readonly<Record<string, CommandFacts>>;

/** The flag that a token names: `--namespace`, `-n`; undefined when it is none. */
export function flagOf({ flags }: CommandFacts, token: string): FlagFacts | undefined {
  const name = token.replace(/=.*$/s, '');
  if (name.startsWith('--')) return Object.hasOwn(flags, name.slice(2)) ? flags[name.slice(2)] : undefined;
  return Object.values(flags).find(({ char }) => char !== undefined && name === `-${char}`);
}

export function takesNext({ type, noOptDefault }: FlagFacts): boolean {
  return type === 'option' && noOptDefault === undefined;
}
