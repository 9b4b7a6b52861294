/** kubectl beside kctl for `describe`. */
import { expect } from 'vitest';
import type { TestPlane } from '../../helpers/cli.ts';
import type { Result } from '../../helpers/command.ts';

interface Told {
  /** Of one object each. */
  readonly texts: readonly string[];
  readonly stderr: string;
  readonly code: number;
}

/** The same bytes from both; asked again where a second's turn or a controller between them may have changed something. */
export async function sameAsKubectl(plane: TestPlane, args: readonly string[]): Promise<Told> {
  const ask = async () => (await Promise.all([plane.kctl(args), plane.kubectl(args)])).map(comparable);
  let [ours, theirs] = await ask();
  for (let i = 0; i < 3 && ours?.texts.join() !== theirs?.texts.join(); i++) [ours, theirs] = await ask();
  expect(ours).toEqual(theirs);
  return ours as Told;
}

const LIVE = / (?:controllermanager|persistentvolume-controller) /;

/** Object by object, without what differs by name and by the second: what controllers of this very moment did. */
function comparable({ stdout, stderr, code }: Result): Told {
  const texts = stdout.replace(/\(lasts \w+\)/g, '(lasts …)').split(/\n\n(?=\n?Name: )/);
  return {
    texts: texts.map((text) => (LIVE.test(text) ? text.replace(/^Events:[\s\S]*/m, '') : text)),
    stderr: stderr.replaceAll('kubectl', 'kctl'),
    code,
  };
}
