import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../src/api/object.ts';
import { csidrivers } from '../../../../src/server/kinds/storage/csidrivers.ts';
import { strategyContext } from '../golden-harness.ts';

function generationAfter(spec: object, old: object, before?: number): number | undefined {
  const driver = (content: object) =>
    ({ metadata: { name: 'd', generation: before }, spec: content }) as unknown as KubeObject;
  const obj = driver(spec);
  csidrivers.strategy.prepareForUpdate?.(obj, driver(old), strategyContext());
  return obj.metadata.generation;
}

describe('the generation of a CSI driver', () => {
  it.each([
    [{ requiresRepublish: true }, { requiresRepublish: false }, undefined, 1],
    [{ seLinuxMount: true }, { seLinuxMount: false }, 3, 4],
    [{ tokenRequests: [{ audience: 'a' }] }, {}, 1, 2],
    [{ podInfoOnMount: true }, { podInfoOnMount: false }, undefined, undefined],
    [{ seLinuxMount: true }, { seLinuxMount: true }, 3, 3],
  ])('%j after %j, %s', (spec, old, before, wanted) => expect(generationAfter(spec, old, before)).toBe(wanted));
});
