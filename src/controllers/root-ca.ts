/** Publishes the server's authority to every active namespace; imitates pkg/controller/certificates/rootcacertpublisher. */
import { equalJson } from '../api/object.ts';
import type { ConfigMap } from '../api/types/core-v1.ts';
import type { ControllerDefinition } from './shared/controller.ts';
import { startPerNamespaceObject } from './shared/per-namespace-object.ts';

const CONFIG_MAPS = { group: '', version: 'v1', resource: 'configmaps', kind: 'ConfigMap', namespaced: true };
const NAME = 'kube-root-ca.crt';
const DESCRIPTION_ANNOTATION = 'kubernetes.io/description';
const DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

export const rootCa: ControllerDefinition = {
  name: 'root-ca-cert-publisher',
  start: (context) => {
    const data = { 'ca.crt': context.caCertificate };
    const annotations = { [DESCRIPTION_ANNOTATION]: DESCRIPTION };
    return startPerNamespaceObject(context, {
      controller: 'root-ca-cert-publisher',
      resource: CONFIG_MAPS,
      name: NAME,
      checksContent: true,
      async ensure(client, namespace, exists, signal) {
        const target = { ...CONFIG_MAPS, namespace };
        if (!exists) {
          const made = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: NAME, namespace, annotations }, data };
          await client.create(target, made, { signal });
          return;
        }
        const current = await client.get<ConfigMap>({ ...target, name: NAME }, { signal });
        const { metadata = {} } = current;
        if (equalJson(current.data, data) && metadata.annotations?.[DESCRIPTION_ANNOTATION]) return;
        const right = {
          ...current,
          metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } },
          data,
        };
        await client.update({ ...target, name: NAME }, right, { signal });
      },
    });
  },
};
