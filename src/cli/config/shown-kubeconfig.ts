import { existsSync } from 'node:fs';
import { EMPTY_KUBECONFIG, type Kubeconfig, loadKubeconfig } from '../../client/kubeconfig.ts';
import type { GlobalFlags } from '../flags/global-flags.ts';
import type { Terminal } from '../io.ts';

/** The kubeconfig that `config` commands show: one that is not there is empty. @throws ClientError */
export async function shownKubeconfig(
  { kubeconfig: file }: Pick<GlobalFlags, 'kubeconfig'>,
  env: Terminal['env'],
): Promise<Kubeconfig> {
  if (file !== undefined && file !== '' && !existsSync(file)) return EMPTY_KUBECONFIG;
  return loadKubeconfig({ file, env });
}
