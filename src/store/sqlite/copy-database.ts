import { read } from 'node:fs';
import { type FileHandle, open, realpath, rename, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { StoreError } from '../store.ts';

const readFd = promisify(read);
const chunkBytes = 1024 * 1024;

async function copyBytes(from: number, to: FileHandle): Promise<void> {
  const chunk = Buffer.allocUnsafe(chunkBytes);
  for (let position = 0; ; ) {
    const { bytesRead } = await readFd(from, chunk, 0, chunkBytes, position);
    if (bytesRead === 0) break;
    await to.writeFile(chunk.subarray(0, bytesRead));
    position += bytesRead;
  }
  await to.sync();
}

/**
 * Copies the open database to `target` without opening it a second time. The target appears complete or not at all and
 * replaces what was there; it is readable by the owner only, since a store holds secrets.
 */
export async function copyDatabase(fd: number, file: string, target: string): Promise<void> {
  if ((await realpath(target).catch(() => target)) === file) {
    throw new StoreError('Failed', 'a store cannot be backed up onto itself');
  }
  const partial = `${target}.partial`;
  const handle = await open(partial, 'w', 0o600);
  try {
    await copyBytes(fd, handle);
  } catch (error) {
    await handle.close();
    await rm(partial, { force: true });
    throw error;
  }
  await handle.close();
  await rename(partial, target);
}
