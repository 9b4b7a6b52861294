/**
 * Signs the ConfigMap kube-public/cluster-info with every bootstrap token that is for signing, so that somebody who
 * knows a token can tell that the cluster does too. Imitates pkg/controller/bootstrap/bootstrapsigner.go.
 */
import { equalJson, type KubeObject } from '../../api/object.ts';
import { isStatusError } from '../../api/status-error.ts';
import type { ConfigMap, Secret } from '../../api/types/core-v1.ts';
import { Informer, splitKey } from '../../client/informer.ts';
import type { RestClient } from '../../client/rest-client.ts';
import {
  type Controller,
  type ControllerContext,
  type ControllerDefinition,
  controllerQueue,
} from '../shared/controller.ts';
import { identityOnly } from '../shared/namespaces.ts';
import { type BootstrapToken, bootstrapToken, detachedSignature, remainingMs } from './bootstrap-token.ts';
import { SECRETS, tokenSecrets } from './token-secrets.ts';

const NAME = 'bootstrap-signer';
const CONFIG_MAPS = { group: '', version: 'v1', resource: 'configmaps', kind: 'ConfigMap', namespaced: true };
const CLUSTER_INFO = { ...CONFIG_MAPS, namespace: 'kube-public', name: 'cluster-info' };
const CONTENT = 'kubeconfig';
const SIGNATURE_PREFIX = 'jws-kubeconfig-';

export const bootstrapSigner: ControllerDefinition = { name: 'bootstrap-signer-controller', start };

function start(context: ControllerContext): Controller {
  const client = context.client(NAME);
  let secrets: Informer | undefined;
  const queue = controllerQueue<'cluster-info'>(context, NAME, {
    async reconcile(_key, signal) {
      const keys = [...(secrets?.list() ?? [])].map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
      await sign(client, keys, context.clock.now(), signal);
    },
  });
  const look = (): void => queue.add('cluster-info');
  secrets = tokenSecrets(look);
  const info = new Informer({
    filter: ({ metadata }) => metadata.namespace === CLUSTER_INFO.namespace && metadata.name === CLUSTER_INFO.name,
    transform: identityOnly,
  });
  info.handle({ added: look, updated: look });
  context.feed.subscribe(SECRETS, secrets);
  context.feed.subscribe(CONFIG_MAPS, info);
  return { stop: () => queue.stop() };
}

async function sign(client: RestClient, keys: readonly string[], now: number, signal: AbortSignal): Promise<void> {
  try {
    const info = await client.get<KubeObject & ConfigMap>(CLUSTER_INFO, { signal });
    const tokens = await readTokens(client, keys, now, signal);
    const data = signedData(info.data ?? {}, tokens);
    if (!equalJson(data, info.data ?? {})) await client.update(CLUSTER_INFO, { ...info, data }, { signal });
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error;
  }
}

async function readTokens(
  client: RestClient,
  keys: readonly string[],
  now: number,
  signal: AbortSignal,
): Promise<BootstrapToken[]> {
  const tokens: BootstrapToken[] = [];
  for (const key of keys) {
    const secret = await client.get<Secret>({ ...SECRETS, ...splitKey(key) }, { signal });
    const token = bootstrapToken(secret);
    if (token?.signs && remainingMs(secret, now) !== 0) tokens.push(token);
  }
  return tokens;
}

/** The data with the signatures of these tokens and no others. */
export function signedData(
  data: Readonly<Record<string, string>>,
  tokens: readonly BootstrapToken[],
): Record<string, string> {
  const kept = Object.entries(data).filter(([key]) => !key.startsWith(SIGNATURE_PREFIX));
  const content = data[CONTENT];
  const signatures =
    content === undefined
      ? []
      : tokens.map((token): [string, string] => [SIGNATURE_PREFIX + token.id, detachedSignature(content, token)]);
  return Object.fromEntries([...kept, ...signatures]);
}
