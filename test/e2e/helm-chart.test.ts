// A chart with a CRD of its own through install, upgrade, rollback and uninstall by the real helm 4.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../helpers/cluster.ts';

const chart = join(import.meta.dirname, 'fixtures', 'chart');
let cluster: Cluster;

beforeAll(async () => {
  cluster = await startCluster({ namespace: 'park' });
});

afterAll(() => cluster.stop());

async function helm(args: string): Promise<string> {
  const { code, stdout, stderr } = await cluster.helm(args);
  if (code !== 0) throw new Error(`helm ${args}: exit ${code}\n${stderr}${stdout}`);
  return stdout;
}

const beds = (): Promise<string> => cluster.ok('get garden spring -o jsonpath={.spec.beds}');

describe('helm', () => {
  it('installs a chart with a definition and an object of its kind', async () => {
    expect(await helm(`install spring ${chart} --create-namespace`)).toContain('spring has 2 beds.');
    expect(await cluster.ok('get gardens --no-headers')).toMatch(/^spring\s+2\s+loam\n$/);
    expect(await cluster.ok('get configmap spring-settings -o jsonpath={.data.cluster}/{.data.budgets}')).toMatch(
      /^v1\.36\.\d+\/yes$/,
    );
    expect(await cluster.ok('get configmap spring-seeds -o jsonpath={.data.revision}')).toBe('1');
  });

  it('serves the new kind like any other', async () => {
    expect(await cluster.ok('explain garden.spec.beds')).toContain('How many beds there are.');
    expect(await cluster.ok('api-resources --api-group=flora.test --no-headers')).toMatch(
      /gardens\s+gd\s+flora\.test\/v1/,
    );
    expect(await cluster.ok('scale garden spring --replicas=3')).toContain('scaled');
    expect(await beds()).toBe('3');
    const refused = await cluster.kubectl('patch garden spring --type=merge -p {"spec":{"beds":0,"soil":"snow"}}');
    expect(refused.stderr).toContain(
      'spec.beds: Invalid value: 0: spec.beds in body should be greater than or equal to 1',
    );
    expect(refused.stderr).toContain('spec.soil: Unsupported value: "snow": supported values: "clay", "loam", "sand"');
    await cluster.ok('scale garden spring --replicas=2');
  });

  it('refuses a second install under the same name', async () => {
    const { code, stderr } = await cluster.helm(`install spring ${chart}`);
    expect(code).toBe(1);
    expect(stderr).toMatch(/cannot re-?use a name that is still in use/);
  });

  it('upgrades, keeps history, and rolls back', async () => {
    await helm(`upgrade spring ${chart} --set beds=7 --set replicas=4 --force-conflicts`);
    expect(await beds()).toBe('7');
    expect(await cluster.ok('get configmap spring-seeds -o jsonpath={.data.revision}')).toBe('2');
    await helm('rollback spring 1 --force-conflicts');
    expect(await beds()).toBe('2');
    expect(await cluster.ok('get deployment spring-gardener -o jsonpath={.spec.replicas}')).toBe('1');
    const history = JSON.parse(await helm('history spring -o json')) as { status: string }[];
    expect(history.map(({ status }) => status)).toEqual(['superseded', 'superseded', 'deployed']);
  });

  it('shows what is deployed', async () => {
    expect(await helm('list')).toMatch(/spring\s+park\s+3\s+.*deployed\s+garden-0\.1\.0/);
    expect(await helm('get manifest spring')).toContain('kind: Garden');
    expect(await helm('status spring')).toContain('STATUS: deployed');
  });

  it('uninstalls', async () => {
    expect(await helm('uninstall spring')).toBe('release "spring" uninstalled\n');
    expect((await cluster.kubectl('get gardens,deployments,services')).stderr).toContain('No resources found');
    await cluster.ok('delete crd gardens.flora.test');
    expect((await cluster.kubectl('get --raw /apis/flora.test/v1')).stderr).toContain('NotFound');
  });
});
