import { describe, expect, it } from 'vitest';
import { Path } from '../../../../src/api/field-errors.ts';
import type { PodSpec } from '../../../../src/api/types/core-v1.ts';
import { allContainers, containerPath } from '../../../../src/server/kinds/shared/pod-visit.ts';

const SPEC = Path.root('spec');
const named = (...names: string[]) => names.map((name) => ({ name }));

describe('allContainers', () => {
  const cases: [string, PodSpec, Record<string, string>][] = [
    ['none', {}, {}],
    ['an absent list that is stored as null', { containers: null as never }, {}],
    ['regular ones alone', { containers: named('a', 'b') }, { a: 'spec.containers[0]', b: 'spec.containers[1]' }],
    ['init ones alone', { initContainers: named('a') }, { a: 'spec.initContainers[0]' }],
    [
      'all three kinds, in upstream order',
      { ephemeralContainers: named('e', 'f'), containers: named('c', 'd'), initContainers: named('a', 'b') },
      {
        a: 'spec.initContainers[0]',
        b: 'spec.initContainers[1]',
        c: 'spec.containers[0]',
        d: 'spec.containers[1]',
        e: 'spec.ephemeralContainers[0]',
        f: 'spec.ephemeralContainers[1]',
      },
    ],
  ];
  it.each(cases)('%s', (_, spec, expected) => {
    const found = allContainers(spec).map(({ name = '' }, i) => [name, containerPath(spec, i, SPEC).toString()]);
    expect(found).toEqual(Object.entries(expected));
  });
});
