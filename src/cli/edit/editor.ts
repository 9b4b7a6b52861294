/** The editor of whoever sits at the terminal: KUBE_EDITOR, EDITOR, or vi. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CliError } from '../errors.ts';
import { bool } from '../flags/flag-kinds.ts';
import type { Terminal } from '../io.ts';

export const LINE_ENDINGS_FLAG = {
  'windows-line-endings': bool({
    summary: 'Show the text with the line ends of Windows.',
    default: process.platform === 'win32',
  }),
};

export interface EditOptions {
  /** Of the file, so that the editor knows its language. */
  readonly extension: string;
  /** Lines end in CR LF in the editor; the text that comes back has neither. */
  readonly windows: boolean;
  readonly env: Terminal['env'];
}

/** The text after the editor ended. @throws CliError when it cannot be started or fails */
export async function editText(text: string, { extension, windows, env }: EditOptions): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'kctl-edit-'));
  const file = join(directory, `objects.${extension}`);
  try {
    await writeFile(file, windows ? text.replaceAll('\n', '\r\n') : text, { mode: 0o600 });
    await run(env['KUBE_EDITOR'] || env['EDITOR'] || 'vi', file, env);
    const edited = await readFile(file, 'utf8');
    return windows ? edited.replaceAll('\r\n', '\n') : edited;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Writes the text to a file of its own, which stays. @returns its path */
export async function keptCopy(text: string): Promise<string> {
  const file = join(tmpdir(), `kctl-edit-${randomBytes(5).toString('hex')}.yaml`);
  await writeFile(file, text, { mode: 0o600 });
  return file;
}

/** An editor with quotes in it is read by a shell, as kubectl does it; others are words with blanks between. */
function run(editor: string, file: string, env: Terminal['env']): Promise<void> {
  const [program = '', ...args] = /["'\\]/.test(editor)
    ? ['/bin/sh', '-c', `${editor} "$1"`, 'editor', file]
    : [...editor.split(' ').filter((word) => word !== ''), file];
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', env });
    child.on('error', (error) =>
      reject(new CliError(`unable to launch the editor ${JSON.stringify(editor)}`, { cause: error })),
    );
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new CliError(`there was a problem with the editor ${JSON.stringify(editor)}`));
    });
  });
}
