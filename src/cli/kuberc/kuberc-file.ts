/** Where kubectl's preferences are: --kuberc, KUBERC, ~/.kube/kuberc. Reading them is read-preferences.ts. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { PlainError } from '../errors.ts';
import type { Terminal } from '../io.ts';

/** undefined: there are none. @throws PlainError in kubectl's words */
export function kubercFile(argv: readonly string[], env: Terminal['env']): string | undefined {
  const named = flagIn(argv);
  if (env['KUBECTL_KUBERC'] === 'false') return undefined;
  if (env['KUBERC'] === 'off') {
    if (named === undefined) return undefined;
    throw preferencesError(
      'kuberc error disabling kuberc via KUBERC=off and passing kuberc flag are mutually exclusive',
    );
  }
  if (named === '') throw preferencesError('kuberc file is not found');
  if (named !== undefined) return named;
  if (env['KUBERC']) return env['KUBERC'];
  const own = join(env['HOME'] || homedir(), '.kube', 'kuberc');
  return existsSync(own) ? own : undefined;
}

export function preferencesError(problem: string): PlainError {
  return new PlainError(`error occurred while applying preferences ${problem}`);
}

/** The value of --kuberc; '' when it has none. */
function flagIn(argv: readonly string[]): string | undefined {
  const end = argv.indexOf('--');
  const options = end < 0 ? argv : argv.slice(0, end);
  const at = options.findIndex((token) => token === '--kuberc' || token.startsWith('--kuberc='));
  if (at < 0) return undefined;
  const [, value = options[at + 1] ?? ''] = /=(.*)$/s.exec(options[at] as string) ?? [];
  return value;
}
