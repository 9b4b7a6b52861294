/** Variables as `set env` takes them: `KEY=VALUE`, `KEY-`, and `-` for lines of the standard input. */
import { isEnvVarName } from '../../api/names.ts';
import { CliError } from '../errors.ts';

export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: EnvVarSource;
}

export interface EnvVarSource {
  readonly configMapKeyRef?: { readonly name?: string; readonly key: string };
  readonly secretKeyRef?: { readonly name?: string; readonly key: string };
  readonly fieldRef?: { readonly fieldPath: string };
  readonly resourceFieldRef?: { readonly containerName?: string; readonly resource: string; readonly divisor?: string };
}

export interface EnvChanges {
  readonly set: readonly EnvVar[];
  readonly removed: readonly string[];
}

/** Resources stand before variables. @throws CliError */
export function splitEnvArguments(args: readonly string[]): { resources: string[]; variables: string[] } {
  const isVariable = (arg: string): boolean => arg.includes('=') || arg.endsWith('-');
  const first = args.findIndex(isVariable);
  if (first < 0) return { resources: [...args], variables: [] };
  if (!args.slice(first).every(isVariable)) {
    throw new CliError(`all resources must be specified before environment changes: ${args.join(' ')}`);
  }
  return { resources: args.slice(0, first), variables: args.slice(first) };
}

/** @param readInput the standard input, for `-` @throws CliError */
export async function envChanges(words: readonly string[], readInput: () => Promise<string>): Promise<EnvChanges> {
  const set: EnvVar[] = [];
  const named = new Set<string>();
  const removed: string[] = [];
  for (const word of words) {
    if (word === '-') set.push(...envLines(await readInput()));
    else if (word.includes('=')) {
      const variable = envVar(word);
      const [wrong] = isEnvVarName(variable.name);
      if (wrong !== undefined) throw new CliError(`${JSON.stringify(variable.name)} is not a valid key name: ${wrong}`);
      named.add(variable.name);
      set.push(variable);
    } else if (word.endsWith('-')) removed.push(word.slice(0, -1));
    else throw new CliError(`unknown environment variable: ${word}`);
  }
  if (removed.some((name) => named.has(name))) {
    throw new CliError('can not both modify and remove the same environment variable in the same command');
  }
  return { set, removed };
}

/** Lines of `KEY=VALUE`; what follows # is not read. */
function envLines(input: string): EnvVar[] {
  const lines = input.split('\n').map((line) => line.replace(/\r$/, '').replace(/#.*/, ''));
  return lines.filter((line) => line.includes('=')).map(envVar);
}

function envVar(text: string): EnvVar {
  const at = text.indexOf('=');
  const value = text.slice(at + 1);
  return { name: text.slice(0, at), ...(value === '' ? {} : { value }) };
}

/** The variables afterwards: in their places, new ones at the end. */
export function changedEnv(existing: readonly EnvVar[], { set, removed }: EnvChanges): EnvVar[] {
  const wanted = new Map<string, EnvVar>();
  for (const variable of set) if (!wanted.has(variable.name)) wanted.set(variable.name, variable);
  const covered = new Set(removed);
  const result: EnvVar[] = [];
  for (const variable of [...existing, ...set]) {
    if (covered.has(variable.name)) continue;
    const next = wanted.get(variable.name);
    if (next !== undefined) covered.add(variable.name);
    result.push(next ?? variable);
  }
  return result;
}

/** `--overwrite=false` @throws CliError */
export function refuseOverwrites(existing: readonly EnvVar[], { set }: EnvChanges): void {
  for (const { name, value = '' } of set) {
    const current = existing.find((variable) => variable.name === name);
    if (current === undefined || (current.value ?? '') === value) continue;
    throw new CliError(`'${name}' already has a value (${current.value ?? ''}), and --overwrite is false`);
  }
}

/** Where a value comes from, as `set env --list` shows it. */
export function envSourceText({ configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef }: EnvVarSource): string {
  if (configMapKeyRef) return `configmap ${configMapKeyRef.name ?? ''}, key ${configMapKeyRef.key}`;
  if (secretKeyRef) return `secret ${secretKeyRef.name ?? ''}, key ${secretKeyRef.key}`;
  if (fieldRef) return `field path ${fieldRef.fieldPath}`;
  if (!resourceFieldRef) return 'invalid valueFrom';
  const { containerName = '', resource } = resourceFieldRef;
  return `resource field ${containerName === '' ? '' : `${containerName}/`}${resource}`;
}
