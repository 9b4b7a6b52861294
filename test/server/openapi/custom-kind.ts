import { BUILTIN_KINDS } from '../../../src/server/kinds/index.ts';
import type { Kind } from '../../../src/server/kinds/kind.ts';

/** A custom resource `kettles.kitchen.example.com` with the given schema. */
export function customKind(openapi: Kind['openapi'], more: Partial<Kind> = {}): Kind {
  return {
    ...(BUILTIN_KINDS[0] as Kind),
    group: 'kitchen.example.com',
    version: 'v1alpha1',
    apiVersion: 'kitchen.example.com/v1alpha1',
    resource: 'kettles',
    singular: 'kettle',
    kind: 'Kettle',
    listKind: 'KettleList',
    namespaced: true,
    verbs: ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'],
    subresources: new Map([['status', { name: 'status', kind: 'Kettle', verbs: ['get', 'patch', 'update'] }]]),
    acceptsStrategicMerge: false,
    source: 'crd',
    ...(openapi === undefined ? {} : { openapi }),
    ...more,
  };
}
