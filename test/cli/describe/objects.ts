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

/** Object by object, without what differs by name and by the second. */
function comparable({ stdout, stderr, code }: Result): Told {
  return {
    texts: stdout.replace(/\(lasts \w+\)/g, '(lasts …)').split(/\n\n(?=\n?Name: )/),
    stderr: stderr.replaceAll('kubectl', 'kctl'),
    code,
  };
}
