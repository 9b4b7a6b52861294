import { describe, expect, it } from 'vitest';
import { FieldErrors } from '../../../src/api/field-errors.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import { BUILTIN_KINDS } from '../../../src/server/kinds/index.ts';
import { validateUpdate } from '../../../src/server/registry/write-rules.ts';

/** How often upstream's rules see the labels of an update: twice for all kinds, then as the kind's own rules do. */
const TIMES: readonly [string, string, string, number][] = [
  ['', 'events', '', 2],
  ['', 'limitranges', '', 3],
  ['', 'resourcequotas', '', 3],
  ['', 'configmaps', '', 4],
  ['', 'namespaces', '', 4],
  ['', 'namespaces', 'status', 3],
  ['', 'nodes', '', 4],
  ['', 'nodes', 'status', 3],
  ['', 'persistentvolumes', '', 4],
  ['', 'persistentvolumes', 'status', 3],
  ['', 'persistentvolumeclaims', '', 5],
  ['', 'persistentvolumeclaims', 'status', 3],
  ['apps', 'deployments', '', 3],
  ['apps', 'replicasets', '', 4],
  ['apps', 'replicasets', 'status', 3],
  ['batch', 'jobs', '', 4],
  ['batch', 'jobs', 'status', 3],
  ['policy', 'poddisruptionbudgets', '', 2],
  ['policy', 'poddisruptionbudgets', 'status', 2],
];

describe('labels of an update', () => {
  it.each(TIMES)('%s/%s %s: %s causes', (group, resource, subresource, times) => {
    const kind = BUILTIN_KINDS.find((k) => k.group === group && k.resource === resource)!;
    const object = (label: string): KubeObject => ({
      apiVersion: kind.apiVersion,
      kind: kind.kind,
      metadata: { name: 'a', namespace: kind.namespaced ? 'default' : undefined, uid: 'u', labels: { label } },
    });
    const errors = new FieldErrors();
    const ctx = { now: new Date(0), user: undefined, dryRun: false, subresource };
    validateUpdate(kind, object('-'), object('x'), errors, ctx as never);
    expect(errors.list.filter(({ field }) => field === 'metadata.labels')).toHaveLength(times);
  });
});
