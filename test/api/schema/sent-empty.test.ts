import { describe, expect, it } from 'vitest';
import { decode } from '../../../src/api/schema/decoder.ts';
import { sentEmpty } from '../../../src/api/schema/sent-empty.ts';
import { schemaOfKind } from '../../../src/api/schema/type-table.ts';

describe('sentEmpty', () => {
  const decoded = (spec: object) => decode(schemaOfKind('', 'v1', 'Pod'), { metadata: { labels: {} }, spec }) as never;

  it.each<[object, string, unknown]>([
    [{ containers: [] }, 'containers', []],
    [{ nodeSelector: {} }, 'nodeSelector', {}],
    [{ containers: null }, 'containers', undefined],
    [{}, 'containers', undefined],
    [{ volumes: [{ name: 'v' }] }, 'volumes', undefined],
    [{ nodeName: '' }, 'nodeName', undefined],
    [{ securityContext: {} }, 'securityContext', undefined],
  ])('%j: %s', (spec, field, expected) => {
    expect(sentEmpty((decoded(spec) as { spec: object }).spec, field)).toEqual(expected);
  });

  it('knows nothing of what was not decoded', () => {
    expect([sentEmpty(undefined, 'a'), sentEmpty({ a: [] }, 'a')]).toEqual([undefined, undefined]);
    expect(sentEmpty((decoded({}) as { metadata: object }).metadata, 'labels')).toEqual({});
  });
});
