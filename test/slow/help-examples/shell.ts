/** As much of a shell as the examples of the help pages need; kctl runs in this process, other programs do not. */
import { writeFile } from 'node:fs/promises';
import { runKctl } from '../../helpers/cli.ts';
import { type Result, run } from '../../helpers/command.ts';

export interface Shell {
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
}

/** One line: pipes, > FILE, $(…), ~, NAME=VALUE before a program. The errors are those of all its programs. */
export async function runLine(line: string, shell: Shell): Promise<Result> {
  const [, command = line, file] = /^(.*?)(?: > (\S+))?$/.exec(await substituted(line, shell)) ?? [];
  let result: Result = { code: 0, stdout: '', stderr: '' };
  for (const stage of splitAt(command, '|')) {
    const { code, stdout, stderr } = await runStage(stage.trim(), result.stdout, shell);
    result = { code: result.code || code, stdout, stderr: result.stderr + stderr };
  }
  if (file !== undefined) await writeFile(`${shell.directory}/${file.replace(/^~\//, '')}`, result.stdout);
  return result;
}

async function substituted(line: string, shell: Shell): Promise<string> {
  const inner = /\$\(([^()]*)\)/.exec(line);
  if (inner === null) return line;
  const { stdout } = await runLine(inner[1] as string, shell);
  return line.replace(inner[0], stdout.trim());
}

function runStage(stage: string, input: string, { directory, env }: Shell): Promise<Result> {
  const words = wordsOf(stage, directory);
  const own: Record<string, string> = { ...env };
  while (/^[A-Z_]+=/.test(words[0] ?? '')) {
    const [name = '', ...value] = (words.shift() as string).split('=');
    own[name] = value.join('=');
  }
  if (words[0] === 'kctl') return runKctl(words.slice(1), { env: own, input });
  return run('bash', ['-c', stage], { cwd: directory, env: own, stdin: input });
}

function splitAt(line: string, separator: string): string[] {
  const parts = [''];
  let quote = '';
  for (const char of line) {
    if (quote === '' && char === separator) parts.push('');
    else parts[parts.length - 1] += char;
    if (quote === char) quote = '';
    else if (quote === '' && /["']/.test(char)) quote = char;
  }
  return parts;
}

function wordsOf(stage: string, home: string): string[] {
  return splitAt(stage, ' ')
    .filter((word) => word !== '')
    .map((word) => word.replaceAll(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double ?? single))
    .map((word) => word.replace(/^~\//, `${home}/`).replaceAll('$HOME', home));
}
