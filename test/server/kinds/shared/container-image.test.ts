import { expect, it } from 'vitest';
import { defaultPullPolicy, imageTag } from '../../../../src/server/kinds/shared/container-image.ts';

const SHA = 'sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef';

it.each([
  ['busybox', 'latest'],
  ['busybox:1.36', '1.36'],
  ['localhost:5000/a/b', 'latest'],
  ['[::1]:5000/a:x', 'x'],
  [`a@${SHA}`, ''],
  [`a:latest@${SHA}`, 'latest'],
  [`a@sha256:${'0'.repeat(40)}`, ''],
  ['Upper', ''],
  [' padded ', ''],
  ['', ''],
  ['a/b/c:', ''],
  ['f'.repeat(64), ''],
  [`${'a/'.repeat(200)}b`, ''],
])('the tag of %s is %j', (image, tag) => {
  expect(imageTag(image)).toBe(tag);
});

it('pulls only what may have changed', () => {
  expect(['a', 'a:1', 'Not An Image', undefined].map(defaultPullPolicy)).toEqual([
    'Always',
    'IfNotPresent',
    'IfNotPresent',
    'IfNotPresent',
  ]);
});
