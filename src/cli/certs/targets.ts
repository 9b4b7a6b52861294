import { existsSync } from 'node:fs';
import { defaultDataDir } from '../data-directory.ts';
import { CliError } from '../errors.ts';
import type { GlobalFlags } from '../flags/global-flags.ts';
import type { Terminal } from '../io.ts';
import { kubeconfigOf } from '../session.ts';
import { type Found, findCertificates, merged, ofKubeconfig } from './certificate-sources.ts';

type Where = Pick<GlobalFlags, 'kubeconfig'>;

/** Each target; `kubeconfig` is the one in force. @throws CliError */
export async function targetsOf(args: readonly string[], flags: Where, env: Terminal['env']): Promise<Found> {
  const found = args.map(async (target) =>
    target === 'kubeconfig' && !existsSync(target) ? ofKubeconfig(await inForce(flags, env)) : findCertificates(target),
  );
  return merged(await Promise.all(found));
}

/** Without targets: the kubeconfig in force and kctl's data directory, as far as they are there. */
export async function usualTargets(flags: Where, env: Terminal['env']): Promise<Found> {
  const config = await kubeconfigOf(flags, env);
  const home = defaultDataDir(env);
  const own = existsSync(home) ? [await findCertificates(home).catch(() => undefined)] : [];
  const parts = [config.files.length === 0 ? undefined : await ofKubeconfig(config), ...own];
  const there = parts.filter((part) => part !== undefined);
  if (there.length > 0) return merged(there);
  throw new CliError(
    `there is neither a kubeconfig nor a data directory (${home}): name a file, a directory or HOST:PORT`,
  );
}

async function inForce(flags: Where, env: Terminal['env']) {
  const config = await kubeconfigOf(flags, env);
  if (config.files.length === 0) throw new CliError('there is no kubeconfig');
  return config;
}
