/** One object of each kind that `describe` has a text for, with everything in it, and kubectl beside kctl. */
import { expect } from 'vitest';
import { startTestPlane, type TestPlane } from '../../helpers/cli.ts';
import statuses from '../fixtures/describe-status.json' with { type: 'json' };

const FIXTURE = new URL('../fixtures/describe.yaml', import.meta.url).pathname;

export async function startDescribed(): Promise<TestPlane> {
  const plane = await startTestPlane();
  // The first pass makes what later objects of the same file need to be there.
  await plane.kubectl(['apply', '-f', FIXTURE]);
  expect((await plane.kubectl(['apply', '-f', FIXTURE])).code).toBe(0);
  for (const [resource, name, patch] of statuses as [string, string, unknown][]) {
    const args = [
      'patch',
      resource,
      name,
      '-n',
      'shop',
      '--subresource=status',
      '--type=merge',
      '-p',
      JSON.stringify(patch),
    ];
    expect(await plane.kctl(args)).toMatchObject({ code: 0 });
  }
  await adopt(plane, 'rs', 'web-1', 'deploy', 'Deployment', 'apps/v1', 'web');
  await adopt(plane, 'pod', 'owned', 'rs', 'ReplicaSet', 'apps/v1', 'web-1');
  await plane.makeOld();
  return plane;
}

async function adopt(
  plane: TestPlane,
  resource: string,
  name: string,
  ownerResource: string,
  kind: string,
  apiVersion: string,
  owner: string,
) {
  const { stdout: uid } = await plane.kctl([
    'get',
    ownerResource,
    owner,
    '-n',
    'shop',
    '-o',
    'jsonpath={.metadata.uid}',
  ]);
  const ownerReferences = [{ apiVersion, kind, name: owner, uid, controller: true }];
  const patch = JSON.stringify({ metadata: { ownerReferences } });
  expect(await plane.kctl(['patch', resource, name, '-n', 'shop', '--type=merge', '-p', patch])).toMatchObject({
    code: 0,
  });
}

/** The same bytes from both; asked again where a second's turn between them may have changed an age. */
export async function sameAsKubectl(plane: TestPlane, args: readonly string[]): Promise<void> {
  const ask = () => Promise.all([plane.kctl(args), plane.kubectl(args)]);
  let [ours, theirs] = await ask();
  for (let i = 0; i < 3 && ours.stdout !== theirs.stdout; i++) [ours, theirs] = await ask();
  expect(ours).toEqual({ ...theirs, stderr: theirs.stderr.replaceAll('kubectl', 'kctl') });
}
