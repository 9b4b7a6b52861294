// An application of twenty objects through its life, driven by the real kubectl.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../helpers/cluster.ts';

const manifest = join(import.meta.dirname, 'fixtures', 'shop.yaml');
const objects = readFileSync(manifest, 'utf8').split(/^---$/m).length;
let cluster: Cluster;

beforeAll(async () => {
  cluster = await startCluster({ namespace: 'shop' });
  await cluster.ok('create namespace shop');
});

afterAll(() => cluster.stop());

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

async function field(resource: string, jsonpath: string): Promise<string> {
  return cluster.ok(`get ${resource} -o jsonpath=${jsonpath}`);
}

describe('kubectl', () => {
  it('applies every object, and then finds nothing to change', async () => {
    const created = lines(await cluster.ok(`apply -f ${manifest}`));
    expect(created).toHaveLength(objects);
    expect(created.filter((line) => !line.endsWith(' created'))).toEqual([]);
    const versions = (): Promise<string> =>
      cluster.ok(
        `get -f ${manifest} -o jsonpath={range.items[*]}{.kind}/{.metadata.name}={.metadata.resourceVersion};{end}`,
      );
    const before = await versions();
    // kubectl itself says `configured` where its patch is never empty: a Secret's stringData, lists that are replaced.
    const again = lines(await cluster.ok(`apply -f ${manifest}`));
    expect(again.filter((line) => line.endsWith(' unchanged')).length).toBeGreaterThan(objects - 5);
    expect(await versions()).toBe(before);
  });

  it('validates on the client against OpenAPI', async () => {
    const typo = readFileSync(manifest, 'utf8').replace('schedule: "30', 'shedule: "30');
    const result = await cluster.kubectl('apply --validate=strict -f -', typo);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('unknown field "spec.shedule"');
  });

  it('shows defaults and allocated addresses', async () => {
    expect(await field('service/api', '{.spec.clusterIP}')).toMatch(/^10\.0\.\d+\.\d+$/);
    expect(await field('service/database', '{.spec.clusterIP}')).toBe('None');
    expect(Number(await field('service/web', '{.spec.ports[0].nodePort}'))).toBeGreaterThanOrEqual(30_000);
    expect(await field('deployment/web', '{.spec.progressDeadlineSeconds}')).toBe('600');
    expect(await field('secret/database', '{.data.username}')).toBe(Buffer.from('shop').toString('base64'));
    expect(await field('statefulset/database', '{.spec.volumeClaimTemplates[0].spec.volumeMode}')).toBe('Filesystem');
  });

  it('prints tables', async () => {
    const table = lines(await cluster.ok('get deployments,statefulsets,cronjobs,hpa,pdb,ingress,netpol -l app=shop'));
    for (const text of ['deployment.apps/web', 'statefulset.apps/database', 'cronjob.batch/backup', '30 3 * * *']) {
      expect(table.join('\n')).toContain(text);
    }
    expect(await cluster.ok('get ingress shop --no-headers')).toMatch(/^shop\s+nginx\s+shop\.test\s+80, 443/);
    expect(await cluster.ok('get pods --no-headers -o wide')).not.toContain('error');
    expect(lines(await cluster.ok('get all -l tier=web -o name'))).toContain('service/web');
  });

  it.each([
    ['deployment/web', /Replicas:\s+3 desired/],
    ['statefulset/database', /Volume Claims:\s+Name:\s+data/],
    ['service/api', /TargetPort:\s+http\/TCP/],
    ['ingress/shop', /shop\.test\s+\n?\s*\/api/],
    ['cronjob/backup', /Schedule:\s+30 3 \* \* \*/],
    ['hpa/web', /Min replicas:\s+3/],
    ['pdb/database', /Max unavailable:\s+1/],
    ['networkpolicy/database', /To Port: 5432\/TCP/],
    ['secret/database', /password:\s+18 bytes/],
    ['role/shop-config', /configmaps\s+\[\]\s+\[\]\s+\[get list watch\]/],
  ])('describes %s', async (name, pattern) => {
    expect(await cluster.ok(`describe ${name}`)).toMatch(pattern);
  });

  it('explains fields', async () => {
    const text = await cluster.ok('explain deployment.spec.strategy.rollingUpdate.maxSurge');
    expect(text).toContain('KIND:       Deployment');
    expect(text).toContain('FIELD: maxSurge <IntOrString>');
    expect(await cluster.ok('explain statefulset --recursive')).toContain(
      'volumeClaimTemplates\t<[]PersistentVolumeClaim>',
    );
  });

  it('diffs, applies the difference, and diffs nothing', async () => {
    const changed = join(cluster.dir, 'changed.yaml');
    writeFileSync(
      changed,
      readFileSync(manifest, 'utf8').replaceAll('shop-api:1.0', 'shop-api:1.1').replace('EUR', 'CHF'),
    );
    // A Job's template cannot change, and diff stops at what the server refuses.
    const selector = '-l tier=api';
    const difference = await cluster.kubectl(`diff ${selector} -f ${changed}`);
    expect(difference.code).toBe(1);
    expect(difference.stdout).toMatch(/^-.*shop-api:1\.0$/m);
    expect(difference.stdout).toMatch(/^\+.*shop-api:1\.1$/m);
    expect(lines(await cluster.ok(`apply ${selector} -f ${changed}`))).toContain('deployment.apps/api configured');
    expect(await cluster.kubectl(`diff ${selector} -f ${changed}`)).toMatchObject({ code: 0, stdout: '' });
    expect(await field('deployment/api', '{.metadata.generation}')).toBe('2');
    const refused = await cluster.kubectl(`apply -f ${changed}`);
    expect(refused.stderr).toContain('field is immutable');
    expect(refused.code).toBe(1);
  });

  it('applies on the server and reports whose field it is', async () => {
    const settings = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"shared"},"data":{"owner":"NAME"}}';
    const apply = (manager: string, flags = '') =>
      cluster.kubectl(
        `apply --server-side --field-manager=${manager} ${flags} -f -`,
        settings.replace('NAME', manager),
      );
    expect((await apply('first')).stdout).toBe('configmap/shared serverside-applied\n');
    const conflict = await apply('second');
    expect(conflict.code).toBe(1);
    expect(conflict.stderr).toContain('Apply failed with 1 conflict: conflict with "first": .data.owner');
    expect((await apply('second', '--force-conflicts')).code).toBe(0);
    expect(await field('configmap/shared', '{.data.owner}')).toBe('second');
    const all = await cluster.kubectl(`apply --server-side --force-conflicts --field-manager=kubectl -f ${manifest}`);
    expect(all.stderr).toBe('');
    expect(lines(all.stdout)).toHaveLength(objects);
  });

  it('watches labels, scale and patches as they happen', async () => {
    const watch = cluster.watch('get deployments --watch --output-watch-events --show-labels');
    try {
      await watch.until(/ADDED\s+web/);
      await cluster.ok('label deployment web colour=blue');
      await watch.until(/MODIFIED\s+web .*colour=blue/);
      expect(await cluster.ok('scale deployment web --replicas=5')).toBe('deployment.apps/web scaled\n');
      await watch.until(/MODIFIED\s+web\s+\d+\/5/);
      await cluster.ok('patch deployment web --type=json -p [{"op":"replace","path":"/spec/replicas","value":1}]');
      await watch.until(/MODIFIED\s+web\s+\d+\/1/);
    } finally {
      await watch.stop();
    }
    await cluster.ok(
      'patch deployment web -p {"spec":{"template":{"spec":{"containers":[{"name":"nginx","image":"n:2"}]}}}}',
    );
    expect(await field('deployment/web', '{.spec.template.spec.containers[*].image}')).toBe('n:2');
    await cluster.ok('patch configmap shop-settings --type=merge -p {"data":{"currency":null,"vat":"19"}}');
    expect(await field('configmap/shop-settings', '{.data.currency}{.data.vat}')).toBe('19');
  });

  it('annotates, sets images, and keeps what others set', async () => {
    await cluster.ok('annotate service web note=hand-made');
    await cluster.ok('set image deployment/api api=registry.test/shop-api:2.0');
    await cluster.ok('set env deployment/api COLOUR=red');
    await cluster.ok('autoscale deployment api --min=2 --max=4');
    const again = await cluster.kubectl(`apply -l tier=web -f ${manifest}`);
    expect(again.code).toBe(0);
    expect(await field('service/web', '{.metadata.annotations.note}')).toBe('hand-made');
  });

  it('asks who may do what', async () => {
    const who = '--as=system:serviceaccount:shop:shop';
    expect((await cluster.kubectl(`auth can-i list configmaps ${who}`)).stdout).toBe('yes\n');
    expect(await cluster.kubectl(`auth can-i delete pods ${who}`)).toMatchObject({ code: 1, stdout: 'no\n' });
    expect((await cluster.kubectl(`get pods ${who}`)).stderr).toContain(
      'pods is forbidden: User "system:serviceaccount:shop:shop" cannot list resource "pods" in API group "" in the namespace "shop"',
    );
    expect(await cluster.ok('create token shop')).toMatch(/^eyJ/);
  });

  it('waits for deletion', async () => {
    await cluster.ok('create configmap held --from-literal=a=1');
    await cluster.ok('patch configmap held -p {"metadata":{"finalizers":["shop.test/hold"]}}');
    await cluster.ok('delete configmap held --wait=false');
    const waiting = cluster.kubectl('wait --for=delete configmap/held --timeout=20s');
    await cluster.ok('patch configmap held -p {"metadata":{"finalizers":null}}');
    expect((await waiting).code).toBe(0);
    expect((await cluster.kubectl('get configmap held')).stderr).toBe(
      'Error from server (NotFound): configmaps "held" not found\n',
    );
  });

  it('deletes the application and its namespace', async () => {
    const deleted = lines(await cluster.ok(`delete -f ${manifest}`));
    expect(deleted).toHaveLength(objects);
    await cluster.ok('delete namespace shop');
    const gone = await cluster.kubectl('get all,cm,secret,pvc,ing,netpol,pdb,hpa,cronjob');
    expect(gone.stderr).toContain('No resources found');
  });
});
