/** Lines that fail, side by side: what of the answers counts, and the files that the lines name. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { TestPlane } from './cli.ts';
import { play, SHOP, type Step, type Told } from './side-by-side.ts';

const FILES: Readonly<Record<string, string>> = {
  'cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata: {a: b}\n',
  'empty.yaml': '',
  'broken.yaml': 'a: [b',
  'nokind.yaml': 'apiVersion: v1\nmetadata: {name: x}\n',
  'nover.yaml': 'kind: ConfigMap\nmetadata: {name: t}\n',
  'noname.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n',
  'typo.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: t}\ndatta: {a: b}\n',
  'badtype.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: t}\ndata: [a]\n',
};

/** The files, a kubeconfig (`bad`) whose token no server knows, and the objects of a shop. */
export async function prepareMistakes({ directory, plane, kctl }: TestPlane): Promise<void> {
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(directory, name), text);
  const bad = plane.kubeconfig
    .replace(/^( *)client-certificate-data: .*$/m, '$1token: bad')
    .replace(/^ *client-key-data: .*\n/m, '');
  await writeFile(join(directory, 'bad'), bad);
  expect((await kctl(['apply', '-f', SHOP])).stderr).toBe('');
}

/** `get -f - <<< a: b` */
function stepOf(line: string): Step {
  const [command = '', input = ''] = line.split(' <<< ');
  return { args: command.split(' '), input: input.replaceAll('\\n', '\n') };
}

/** What both said to each line, but what only one of them ever says: klog's lines, suggestions, perhapses. */
export async function playMistakes(plane: TestPlane, lines: readonly string[]): Promise<void> {
  const { directory } = plane;
  const steps = lines.map(stepOf);
  const [kubectl, kctl] = await Promise.all([
    play(plane, 'kubectl', steps, { directory }),
    play(plane, 'kctl', steps, { directory }),
  ]);
  const named = (told: readonly Told[]): object[] =>
    told.map((each, i) => ({ ...each, ...essence(each), line: lines[i] }));
  expect(named(kctl)).toEqual(named(kubectl));
  expect(kubectl.filter(({ code }) => code === 0).map(({ line }) => line)).toEqual([]);
}

function essence({ stderr }: Told): { stderr: string } {
  return {
    stderr: stderr
      .replaceAll(/^.*"Unhandled Error".*\n/gm, '')
      .replaceAll(/\n\nDid you mean this\?\n(\t.*\n)+\n?/g, '\n')
      .replaceAll(/^Perhaps: .*\n/gm, '')
      // kubectl has the one text when it still knows from an earlier command what there is, the other when it asks.
      .replaceAll('(the server has asked for the client to provide credentials)', '(Unauthorized)'),
  };
}
