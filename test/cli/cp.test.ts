/** cp: what is copied where, and the archives. */
import { describe, expect, test } from 'vitest';
import { archivePrefix, copyRequest } from '../../src/cli/cp/file-spec.ts';
import { BLOCK, headerBlocks, padding, type TarHeader } from '../../src/cli/cp/tar-format.ts';
import { tarEntries } from '../../src/cli/cp/tar-reader.ts';

test.each([
  [['a', 'p:b'], { source: { path: 'a' }, target: { pod: 'p', path: 'b' } }],
  [['n/p:/a/', 'b/'], { source: { pod: 'p', namespace: 'n', path: '/a' }, target: { path: 'b' } }],
  [['p:\\a\\b', '/'], { source: { pod: 'p', path: '/a/b' }, target: { path: '/' } }],
  [['p:a:b', 'c'], { source: { pod: 'p', path: 'a:b' }, target: { path: 'c' } }],
])('%j', (args, request) => {
  expect(copyRequest(args)).toEqual(request);
});

test.each([
  ['/a/b', 'a/b'],
  ['a/./b//c', 'a/b/c'],
  ['../../a', 'a'],
  ['/a/../b', 'b'],
  ['/', ''],
])('archives of %s begin with %j', (path, prefix) => {
  expect(archivePrefix(path)).toBe(prefix);
});

const FILE: TarHeader = { name: 'a', kind: 'file', size: 3, mode: 0o640, mtime: 1_700_000_000, uid: 1000, gid: 100 };

async function* inParts(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Buffer, size: number): Promise<object[]> {
  const found: object[] = [];
  for await (const { body, name, kind, mode, mtime, link = '' } of tarEntries(inParts(bytes, size))) {
    const parts: Buffer[] = [];
    for await (const part of body) parts.push(part);
    found.push({ name, kind, mode, mtime, link, text: Buffer.concat(parts).toString() });
  }
  return found;
}

describe('archives', () => {
  const long = `${'deep/'.repeat(60)}größe`;
  const archive = Buffer.concat([
    headerBlocks(FILE),
    Buffer.from('abc'),
    padding(3),
    headerBlocks({ ...FILE, name: long, size: 0 }),
    headerBlocks({ ...FILE, name: 'd/', kind: 'directory', size: 0, mode: 0o755 }),
    headerBlocks({ ...FILE, name: 'l', kind: 'symlink', size: 0, link: long }),
    Buffer.alloc(2 * BLOCK),
  ]);

  test.each([1, 7, 512, 10_000])('read as written, %i bytes at a time', async (size) => {
    const { mtime } = FILE;
    expect(await read(archive, size)).toEqual([
      { name: 'a', kind: 'file', mode: 0o640, mtime, link: '', text: 'abc' },
      { name: long, kind: 'file', mode: 0o640, mtime, link: '', text: '' },
      { name: 'd/', kind: 'directory', mode: 0o755, mtime, link: '', text: '' },
      { name: 'l', kind: 'symlink', mode: 0o640, mtime, link: long, text: '' },
    ]);
  });

  test('what is none, and what ends too early', async () => {
    await expect(read(Buffer.alloc(BLOCK, 'x'), BLOCK)).rejects.toThrow('invalid tar header');
    await expect(read(archive.subarray(0, BLOCK + 2), BLOCK)).rejects.toThrow('unexpected EOF');
    await expect(read(archive.subarray(0, 100), BLOCK)).rejects.toThrow('unexpected EOF');
  });
});
