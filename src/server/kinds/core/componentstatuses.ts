/** ComponentStatus: read-only and never stored; the store is the one component there is to ask. */
import type { ComponentStatus } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';
import { metadataFieldLabelError } from '../shared/name-rules.ts';

export const componentstatuses = defineKind<ComponentStatus>('', 'v1', 'componentstatuses', {
  deprecation: 'v1 ComponentStatus is deprecated in v1.19+',
  /** Whoever gets an answer here has a store that works. */
  unstored: () => [
    {
      apiVersion: 'v1',
      kind: 'ComponentStatus',
      metadata: { name: 'etcd-0' },
      conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }],
    },
  ],
  fieldLabelError: metadataFieldLabelError,
  cells(obj) {
    let [status, message, error] = ['Unknown', '', ''];
    for (const condition of obj.conditions ?? []) {
      if (condition.type !== 'Healthy') continue;
      status = condition.status === 'True' ? 'Healthy' : 'Unhealthy';
      [message, error] = [condition.message ?? '', condition.error ?? ''];
    }
    return [obj.metadata?.name ?? '', status, message, error];
  },
});
