/** The namespace of a command that may run without any server. */
import { shownKubeconfig } from '../config/shown-kubeconfig.ts';
import type { GlobalFlags } from '../flags/global-flags.ts';
import type { Terminal } from '../io.ts';

/** --namespace, or that of the context, or `default`. */
export async function contextNamespace(flags: GlobalFlags, env: Terminal['env']): Promise<string> {
  if (flags.namespace) return flags.namespace;
  const { contexts, currentContext } = await shownKubeconfig(flags, env);
  const namespace = contexts.get(flags.context || currentContext)?.value['namespace'];
  return typeof namespace === 'string' && namespace !== '' ? namespace : 'default';
}
