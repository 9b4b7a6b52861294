/** The editor of whoever sits at the terminal: KUBE_EDITOR, EDITOR, or vi. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CliError } from '../errors.ts';
import type { Terminal } from '../io.ts';

/** The text after the editor ended. @throws CliError when it cannot be started or fails */
export async function editText(text: string, extension: string, env: Terminal['env']): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'kctl-edit-'));
  const file = join(directory, `objects.${extension}`);
  try {
    await writeFile(file, text, { mode: 0o600 });
    await run(env['KUBE_EDITOR'] || env['EDITOR'] || 'vi', file, env);
    return await readFile(file, 'utf8');
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

/** The editor may be a command with arguments, so a shell reads it. */
function run(editor: string, file: string, env: Terminal['env']): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', `${editor} "$1"`, 'editor', file], { stdio: 'inherit', env });
    child.on('error', (error) =>
      reject(new CliError(`unable to launch the editor ${JSON.stringify(editor)}`, { cause: error })),
    );
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new CliError(`there was a problem with the editor ${JSON.stringify(editor)}`));
    });
  });
}
