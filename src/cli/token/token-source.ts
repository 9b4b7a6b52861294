/** The token that a command is about: an argument, a file, the standard input, or that of the kubeconfig. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { CliError } from '../errors.ts';
import type { GlobalFlags } from '../flags/global-flags.ts';
import { readAll, type Terminal } from '../io.ts';
import { configOf } from '../session.ts';

export interface GivenToken {
  readonly token: string;
  /** Where it is from: `the argument`, a file … */
  readonly from: string;
}

/** @param argument a token, a file, or `-`. @throws CliError when there is none */
export async function givenToken(
  argument: string | undefined,
  flags: GlobalFlags,
  { stdin, env }: Terminal,
): Promise<GivenToken> {
  if (argument === '-') return nonEmpty({ token: await readAll(stdin), from: 'the standard input' });
  if (argument !== undefined) {
    return existsSync(argument)
      ? nonEmpty({ token: await readFile(argument, 'utf8'), from: argument })
      : nonEmpty({ token: argument, from: 'the argument' });
  }
  if (flags.token) return nonEmpty({ token: flags.token, from: '--token' });
  const { credentials, context } = await configOf(flags, env);
  const { authorization = '' } = await credentials.headers();
  if (!authorization.startsWith('Bearer ')) {
    throw new CliError(
      `context ${JSON.stringify(context)} has no token; give one, a file, or - for the standard input`,
    );
  }
  return nonEmpty({ token: authorization.slice('Bearer '.length), from: `context ${context}` });
}

function nonEmpty({ token, from }: GivenToken): GivenToken {
  const trimmed = token.trim();
  if (trimmed === '') throw new CliError(`${from} holds no token`);
  return { token: trimmed, from };
}
