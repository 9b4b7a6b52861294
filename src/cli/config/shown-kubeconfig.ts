import { existsSync } from 'node:fs';
import { EMPTY_KUBECONFIG, type Kubeconfig, loadKubeconfig } from '../../client/kubeconfig.ts';
import { CliError } from '../errors.ts';
import type { GlobalFlags } from '../flags/global-flags.ts';
import type { Terminal } from '../io.ts';

/** The kubeconfig that `config` commands show: one that is not there is empty, if `lenient`. @throws ClientError, CliError */
export async function shownKubeconfig(
  { kubeconfig: file }: Pick<GlobalFlags, 'kubeconfig'>,
  env: Terminal['env'],
  lenient = true,
): Promise<Kubeconfig> {
  if (file !== undefined && file !== '' && !existsSync(file)) {
    if (!lenient) throw new CliError(`open ${file}: no such file or directory`);
    return EMPTY_KUBECONFIG;
  }
  return loadKubeconfig({ file, env });
}
