import { expect, test } from 'vitest';
import { patchType } from '../../../src/server/handlers/patch.ts';
import { BUILTIN_KINDS } from '../../../src/server/kinds/index.ts';
import type { Kind } from '../../../src/server/kinds/kind.ts';
import type { RequestContext } from '../../../src/server/request/context.ts';

const configMaps = BUILTIN_KINDS.find(({ resource }) => resource === 'configmaps') as Kind;
const typeOf = (contentType: string | undefined) =>
  patchType({ header: () => contentType } as unknown as RequestContext, configMaps);

test.each([
  ['application/merge-patch+json', 'merge'],
  ['application/json-patch+json; charset=utf-8', 'json'],
  [' application/strategic-merge-patch+json ', 'strategic'],
  ['application/apply-patch+yaml', 'apply'],
])('%s', (contentType, type) => {
  expect(typeOf(contentType)).toBe(type);
});

test.each([undefined, '', 'application/json', 'constructor', '__proto__'])('%s is no patch', (contentType) => {
  expect(() => typeOf(contentType)).toThrow(expect.objectContaining({ code: 415 }));
});
