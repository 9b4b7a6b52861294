import { expect, it } from 'vitest';
import type { KubeObject } from '../../../../src/api/object.ts';
import { runtimeclasses } from '../../../../src/server/kinds/node/runtimeclasses.ts';
import { strategyContext } from '../golden-harness.ts';

it('warns of deprecated node labels', () => {
  const nodeSelector = { 'beta.kubernetes.io/os': 'linux', disk: 'ssd', 'beta.kubernetes.io/arch': 'arm64' };
  const obj = { metadata: { name: 'r' }, handler: 'h', scheduling: { nodeSelector } } as unknown as KubeObject;
  expect(runtimeclasses.strategy.warnings?.(obj, undefined, strategyContext())).toEqual([
    'scheduling.nodeSelector: deprecated since v1.14; use "kubernetes.io/arch" instead',
    'scheduling.nodeSelector: deprecated since v1.14; use "kubernetes.io/os" instead',
  ]);
});
