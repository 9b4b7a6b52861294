import { expect, it } from 'vitest';
import { warningTexts } from '../../../src/server/http/warning-texts.ts';

it('warnings are whole while there is room for them', () => {
  expect(warningTexts(['a', 'b'.repeat(4095)])).toEqual(['a', 'b'.repeat(4095)]);
});
it('and cut, all of them, when there is not', () => {
  expect(warningTexts(['a', 'ä'.repeat(300), 'b'.repeat(4096)])).toEqual(['a', 'ä'.repeat(256), 'b'.repeat(256)]);
});
it('what comes after 4,096 characters is left out', () => {
  const many = Array.from({ length: 20 }, (_, i) => String.fromCharCode(97 + i).repeat(300));
  expect(warningTexts(many)).toEqual(many.slice(0, 16).map((text) => text.slice(0, 256)));
});
