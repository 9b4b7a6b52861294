/** Plays the console blocks of a page: `$ command` lines, each with what it prints below it. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { clientBinaries } from '../helpers/kubectl.ts';

const root = join(import.meta.dirname, '../..');

export interface Step {
  readonly command: string;
  /** Normalised lines. */
  readonly output: readonly string[];
}

/** What differs from run to run. */
const VARIABLE: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID'],
  [/127\.0\.0\.1:\d+/g, 'HOST:PORT'],
  [/\S+admin\.kubeconfig/g, 'KUBECONFIG'],
  [/\b10\.0\.0\.\d+\b/g, 'IP'],
  [/\b20\d\d-\d\d-\d\d\b/g, 'DATE'],
  [/▕[ █]*▏/g, 'BAR'],
  [/\b\d+(\.\d+)? m?s\b/g, 'TIME'],
  [/\b\d+(\.\d+)? k?B\b/g, 'SIZE'],
  [/\brevision \d+/g, 'revision N'],
  [/ (\d+[dhms])+$/g, ' AGE'],
  [/\s+/g, ' '],
];

/** A client may open one connection or two at once: lines that look the same count once. */
export function normalised(text: string): string[] {
  const lines = text
    .split('\n')
    .map((line) => VARIABLE.reduce((out, [from, to]) => out.replace(from, to), line).trim());
  return lines.filter((line, i) => line !== '' && line !== '…' && !(line.includes(' BAR ') && lines.indexOf(line) < i));
}

/** The steps of one block; a command that ends in a backslash goes on in the next line. */
export function stepsOf(block: string): Step[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((text) => /^(?<command>(?:[^\n]*\\\n)*[^\n]*)\n(?<output>[\s\S]*)$/.exec(text)?.groups ?? {})
    .map(({ command = '', output = '' }) => ({ command, output: normalised(output) }));
}

/** kubectl and kctl by their bare names, a home of its own in `dir`, and this kubeconfig. */
export function consoleEnvironment(dir: string, kubeconfig: string): NodeJS.ProcessEnv {
  const bin = join(dir, 'bin');
  mkdirSync(bin);
  symlinkSync(clientBinaries().kubectl, join(bin, 'kubectl'));
  writeFileSync(join(bin, 'kctl'), `#!/bin/sh\nexec '${process.execPath}' '${root}/bin/run.js' "$@"\n`, {
    mode: 0o755,
  });
  const { COLUMNS: _, ...env } = process.env;
  return {
    ...env,
    HOME: join(dir, 'home'),
    PATH: `${bin}${delimiter}${env['PATH']}`,
    KUBECONFIG: kubeconfig,
    NO_COLOR: '1',
  };
}
