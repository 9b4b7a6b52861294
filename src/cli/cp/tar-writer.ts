/** Files of this machine as a tar archive. */
import { createReadStream, type Stats } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { BLOCK, type EntryKind, headerBlocks, padding } from './tar-format.ts';

/**
 * Directories come with what is in them; by themselves only when they are empty. Links stay links.
 * @param name of the entry for `path`, and what those below begin with
 */
export async function* tarArchive(path: string, name: string): AsyncGenerator<Buffer> {
  yield* entries(path, name);
  yield Buffer.alloc(2 * BLOCK);
}

async function* entries(path: string, name: string): AsyncGenerator<Buffer> {
  const stats = await lstat(path);
  if (stats.isDirectory()) {
    const names = (await readdir(path)).sort();
    if (names.length === 0) yield header(stats, 'directory', `${name}/`);
    for (const each of names) yield* entries(join(path, each), `${name}/${each}`);
  } else if (stats.isSymbolicLink()) yield header(stats, 'symlink', name, await readlink(path));
  else yield* file(path, name, stats);
}

async function* file(path: string, name: string, stats: Stats): AsyncGenerator<Buffer> {
  yield header(stats, 'file', name);
  let sent = 0;
  // What grows meanwhile is cut.
  if (stats.size > 0) {
    for await (const chunk of createReadStream(path, { end: stats.size - 1 }) as AsyncIterable<Buffer>) {
      sent += chunk.length;
      yield chunk;
    }
  }
  if (sent < stats.size) throw new Error(`${path}: the file became shorter while it was read`);
  yield padding(stats.size);
}

function header(stats: Stats, kind: EntryKind, name: string, link = ''): Buffer {
  const { mode, mtimeMs, uid, gid } = stats;
  return headerBlocks({
    name,
    kind,
    link,
    size: kind === 'file' ? stats.size : 0,
    mode: mode & 0o7777,
    mtime: Math.floor(mtimeMs / 1000),
    uid,
    gid,
  });
}
