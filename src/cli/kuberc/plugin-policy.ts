/** `credentialPluginPolicy` of a kuberc: which programs a kubeconfig may start. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ClientError } from '../../client/client-error.ts';
import { type ExecHost, runProgram } from '../../client/exec-credentials.ts';
import type { PluginPolicy } from './read-preferences.ts';

/** Runs credential plugins that the policy allows: by name or by path. @throws ClientError for others */
export function guardedRun({ policy, allowed }: PluginPolicy): ExecHost['run'] {
  return async (call) => {
    if (policy === 'DenyAll') {
      throw refused(`plugin ${JSON.stringify(call.command)} not allowed: policy set to "DenyAll"`);
    }
    const names = [call.command, ...(call.command.includes('/') ? [] : [programPath(call.command, call.env)])];
    if (names.some((name) => allowed.includes(name))) return runProgram(call);
    throw refused(`plugin path ${JSON.stringify(names.at(-1))} is not permitted by the credential plugin allowlist`);
  };
}

function refused(why: string): ClientError {
  return new ClientError('credentials', `getting credentials: ${why}`);
}

/** Where PATH finds a program; the bare name when it does not. */
function programPath(name: string, env: ExecHost['env']): string {
  const found = (env['PATH'] ?? '').split(delimiter).map((directory) => join(directory, name));
  return found.find((path) => existsSync(path)) ?? name;
}
