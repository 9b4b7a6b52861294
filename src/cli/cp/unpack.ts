/** Puts the files of an archive from a pod onto this machine. The pod is not trusted: nothing leaves the target. */
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CliError } from '../errors.ts';
import { archivePrefix } from './file-spec.ts';
import { type TarEntry, tarEntries } from './tar-reader.ts';

export interface UnpackOptions {
  /** What was asked for in the pod; stripped from the names. */
  readonly source: string;
  readonly target: string;
  /** How to get links too, for the warning about them. */
  readonly hint: string;
  readonly warn: (line: string) => void;
}

/** Links are left out. @throws CliError for an archive of other files */
export async function unpack(chunks: AsyncIterable<Buffer>, options: UnpackOptions): Promise<void> {
  const prefix = archivePrefix(options.source);
  let warned = false;
  for await (const entry of tarEntries(chunks)) {
    if (!entry.name.startsWith(prefix)) throw new CliError('tar contents corrupted');
    const path = join(options.target, entry.name.slice(prefix.length).replace(/\/$/, ''));
    if (!isWithin(options.target, path)) {
      options.warn(`warning: file ${JSON.stringify(path)} is outside target destination, skipping\n`);
    } else if (entry.kind === 'symlink') {
      const link = `warning: skipping symlink: ${JSON.stringify(path)} -> ${JSON.stringify(entry.link)}`;
      options.warn(`${link}${warned ? '' : ` (consider using "${options.hint}")`}\n`);
      warned = true;
    } else await write(entry, path);
  }
}

function isWithin(target: string, path: string): boolean {
  const way = relative(target, path);
  return way !== '..' && !way.startsWith(`..${sep}`);
}

async function write({ kind, body }: TarEntry, path: string): Promise<void> {
  if (kind === 'directory') {
    await mkdir(path, { recursive: true });
    return;
  }
  await mkdir(dirname(path), { recursive: true });
  try {
    await pipeline(Readable.from(body), createWriteStream(path));
  } catch (error) {
    const why = WORDS[(error as NodeJS.ErrnoException).code ?? ''];
    throw why === undefined ? error : new CliError(`open ${path}: ${why}`, { cause: error });
  }
}

const WORDS: Readonly<Record<string, string>> = {
  EISDIR: 'is a directory',
  EACCES: 'permission denied',
  ENOSPC: 'no space left on device',
};
