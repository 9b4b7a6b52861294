/**
 * Fills the secrets that ask for a service account's token of the kind that never expires, and deletes them with their
 * account. Imitates pkg/controller/serviceaccount/tokens_controller.go.
 */
import type { KubeObject } from '../api/object.ts';
import { isStatusError } from '../api/status-error.ts';
import type { Secret } from '../api/types/core-v1.ts';
import { Informer, keyOf, splitKey } from '../client/informer.ts';
import type { RestClient } from '../client/rest-client.ts';
import {
  type Controller,
  type ControllerContext,
  type ControllerDefinition,
  controllerQueue,
} from './shared/controller.ts';
import { identityOnly } from './shared/namespaces.ts';

const NAME = 'tokens-controller';
const ACCOUNT_NAME = 'kubernetes.io/service-account.name';
const ACCOUNT_UID = 'kubernetes.io/service-account.uid';
const TOKEN_TYPE = 'kubernetes.io/service-account-token';
const SECRETS = { group: '', version: 'v1', resource: 'secrets', kind: 'Secret', namespaced: true };
const ACCOUNTS = { group: '', version: 'v1', resource: 'serviceaccounts', kind: 'ServiceAccount', namespaced: true };
const CONCURRENCY = 5;

export const serviceAccountTokens: ControllerDefinition = { name: NAME, start };

function start(context: ControllerContext): Controller {
  const client = context.client(NAME);
  /** Any secret with the annotation; whether it is of the type shows when it is read. */
  const secrets = new Informer({
    filter: ({ metadata }) => accountOf(metadata) !== '',
    transform: ({ metadata: { namespace, name, uid, resourceVersion, annotations } }) => ({
      metadata: { namespace, name, uid, resourceVersion, annotations: { [ACCOUNT_NAME]: accountOf({ annotations }) } },
    }),
    indexes: { account: ({ metadata }) => [`${metadata.namespace}/${accountOf(metadata)}`] },
  });
  const accounts = new Informer({ transform: identityOnly });
  const queue = controllerQueue<string>(context, NAME, {
    concurrency: CONCURRENCY,
    reconcile: (key, signal) => settle(context, client, key, signal),
  });
  const look = (secret: KubeObject): void => queue.add(keyOf(secret));
  const lookAtAll = (account: KubeObject): void => {
    for (const secret of secrets.byIndex('account', keyOf(account))) look(secret);
  };
  secrets.handle({ added: look, updated: look });
  accounts.handle({ added: lookAtAll, deleted: lookAtAll });
  context.feed.subscribe(SECRETS, secrets);
  context.feed.subscribe(ACCOUNTS, accounts);
  return { stop: () => queue.stop() };
}

function accountOf({ annotations }: { annotations?: Record<string, string> }): string {
  return annotations?.[ACCOUNT_NAME] ?? '';
}

async function settle(context: ControllerContext, client: RestClient, key: string, signal: AbortSignal): Promise<void> {
  const target = { ...SECRETS, ...splitKey(key) };
  const secret = await find<KubeObject & Secret>(client, target, signal);
  if (secret === undefined || secret.type !== TOKEN_TYPE || secret.metadata.deletionTimestamp !== undefined) return;
  const name = accountOf(secret.metadata);
  if (name === '') return;
  const account = await find(client, { ...ACCOUNTS, namespace: target.namespace, name }, signal);
  const { uid, resourceVersion, annotations = {} } = secret.metadata;
  if (account === undefined || (annotations[ACCOUNT_UID] && annotations[ACCOUNT_UID] !== account.metadata.uid)) {
    const preconditions = { uid, resourceVersion };
    await ignoringGone(client.delete(target, { preconditions }, { signal }));
    return;
  }
  const filled = await fill(context, secret, { name, uid: account.metadata.uid ?? '' });
  if (filled !== undefined) await ignoringGone(client.update(target, filled, { signal }));
}

/** The secret with all that it should have; undefined when it has it. */
async function fill(
  { caCertificate, signLegacyToken }: ControllerContext,
  secret: KubeObject & Secret,
  account: { readonly name: string; readonly uid: string },
): Promise<KubeObject | undefined> {
  const { data = {}, metadata } = secret;
  const { namespace = '', name = '', annotations = {} } = metadata;
  const ca = base64(caCertificate);
  const complete = data['ca.crt'] === ca && data['namespace'] && data['token'] && annotations[ACCOUNT_UID];
  if (complete || signLegacyToken === undefined) return undefined;
  const token = data['token'] || base64(await signLegacyToken({ namespace, account, secret: name }));
  return {
    ...secret,
    metadata: { ...metadata, annotations: { ...annotations, [ACCOUNT_UID]: account.uid } },
    data: { ...data, 'ca.crt': ca, namespace: data['namespace'] || base64(namespace), token },
  };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

async function find<T extends KubeObject = KubeObject>(
  client: RestClient,
  target: Parameters<RestClient['get']>[0],
  signal: AbortSignal,
): Promise<T | undefined> {
  try {
    return await client.get<T>(target, { signal });
  } catch (error) {
    if (isStatusError(error, 'NotFound')) return undefined;
    throw error;
  }
}

async function ignoringGone(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error;
  }
}
