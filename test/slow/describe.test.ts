/** `describe`: the same bytes as kubectl 1.35 for every kind that has a text of its own, and for some that have none. */
import { afterAll, beforeAll, test } from 'vitest';
import { sameAsKubectl, startDescribed } from '../cli/describe/objects.ts';
import type { TestPlane } from '../helpers/cli.ts';

let plane: TestPlane;

beforeAll(async () => {
  plane = await startDescribed();
});

afterAll(() => plane.close());

const OBJECTS = [
  'pod/rich',
  'pod/plain',
  'pod/owned',
  'deploy/web',
  'rs/web-1',
  'sts/db',
  'ds/agent',
  'job/once',
  'cronjob/nightly',
  'svc/web',
  'svc/np',
  'svc/lb',
  'svc/ext',
  'svc/headless',
  'cm/conf',
  'cm/nothing',
  'secret/creds',
  'secret/sa-token',
  'sa/robot',
  'sa/default',
  'ns/default',
  'quota/quota',
  'ing/front',
  'ing/bare',
  'role/reader',
  'rolebinding/readers',
  'clusterrole/urls',
  'clusterrole/view',
  'clusterrolebinding/nobody',
  'node/node-1',
  'pvc/claim',
  'lease/lock',
  'pc/high',
  'sc/fast',
  'crd/widgets.example.com',
  'flowschema/exempt',
  'apiservice/v1.apps',
  'endpointslice/web-x',
];

test.each(OBJECTS)('describe %s', async (what) => {
  await sameAsKubectl(plane, ['describe', '-n', 'shop', what]);
});

test.each([
  [['describe', '-n', 'shop', 'pods', '-l', 'nope=x']],
  [['describe', '-n', 'shop', 'cm', 'con']],
  [['describe', '-n', 'shop', 'cm', 'zzz']],
  [['describe', '-n', 'shop', 'cm/conf', 'cm/nothing', 'cm/gone']],
  [['describe', '-n', 'shop', 'sa,cm', 'robot']],
  [['describe', '-n', 'shop', 'pods', 'plain', '--show-events=false']],
  [['describe', '-n', 'shop', 'cm', 'conf', 'nothing']],
  [['describe', 'cm', '-A', '-l', 'a=b']],
  [['describe', 'cm', 'x', '-A']],
  [['describe', '-n', 'empty', 'cm']],
  [['describe', 'nodes']],
  [['describe']],
  [['describe', 'xyz']],
  [['describe', 'pods', '-l', 'a in']],
])('%j', async (args) => {
  await sameAsKubectl(plane, args);
});
