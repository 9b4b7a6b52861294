/** Gives every active namespace the service account `default`; imitates pkg/controller/serviceaccount. */
import type { ControllerDefinition } from './shared/controller.ts';
import { startPerNamespaceObject } from './shared/per-namespace-object.ts';

const SERVICE_ACCOUNTS = {
  group: '',
  version: 'v1',
  resource: 'serviceaccounts',
  kind: 'ServiceAccount',
  namespaced: true,
};
const DEFAULT = 'default';

export const serviceAccounts: ControllerDefinition = {
  name: 'service-account-controller',
  start: (context) =>
    startPerNamespaceObject(context, {
      controller: 'service-account-controller',
      resource: SERVICE_ACCOUNTS,
      name: DEFAULT,
      checksContent: false,
      async ensure(client, namespace, _exists, signal) {
        const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: DEFAULT, namespace } };
        await client.create({ ...SERVICE_ACCOUNTS, namespace }, account, { signal });
      },
    }),
};
