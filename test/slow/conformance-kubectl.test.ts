// Kubernetes v1.36's conformance tests of sig-cli (test/e2e/kubectl), with the real kubectl: the same command lines and the
// same expectations. What a kubelet would say of the pods is said by the test.
import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../helpers/cluster.ts';
import { Background, run } from '../helpers/command.ts';
import { at, condition, type E2e, e2eOn, put } from '../helpers/e2e-client.ts';
import { clientBinaries } from '../helpers/kubectl.ts';

const NAMESPACE = 'kubectl-e2e';
const HTTPD = 'registry.k8s.io/e2e-test-images/httpd:2.4.38-4';
const BUSYBOX = 'registry.k8s.io/e2e-test-images/busybox:1.37.0-1';
const AGNHOST = 'registry.k8s.io/e2e-test-images/agnhost:2.59';

let cluster: Cluster;
let e2e: E2e;
beforeAll(async () => {
  cluster = await startCluster({ namespace: NAMESPACE });
  e2e = await e2eOn(cluster.plane);
  await cluster.ok(`create namespace ${NAMESPACE}`);
  const accounts = e2e.typed('serviceaccounts', NAMESPACE);
  await accounts.until('0', undefined, ({ object }) => object.metadata.name === 'default');
});
afterAll(() => cluster.stop());

const pods = () => e2e.typed('pods', NAMESPACE);
const imageOf = async (name: string): Promise<unknown> => at(await pods().get(name), 'spec.containers.0.image');

/** Arguments with blanks in them. */
async function kubectl(args: readonly string[], stdin?: string): Promise<string> {
  const { kubectl: program } = clientBinaries();
  const result = await run(program, ['--namespace', NAMESPACE, ...args], { env: cluster.env, stdin });
  expect(result, args.join(' ')).toMatchObject({ code: 0 });
  return result.stdout;
}

it('api-versions should check if v1 is in available api versions', async () => {
  expect((await cluster.ok('api-versions')).split('\n')).toContain('v1');
});

it('cluster-info should tell of the control plane', async () => {
  const text = await cluster.ok('cluster-info');
  expect(text).toContain('Kubernetes control plane');
  expect(text).toContain('is running at');
  await cluster.ok('cluster-info dump');
});

it('version should check is all data is printed', async () => {
  const text = await cluster.ok('version');
  for (const item of ['Client Version: ', 'Server Version: ']) {
    expect(text).toMatch(new RegExp(`${item}v\\d\\.\\d+\\.[\\d\\w\\-.+]+`));
  }
});

it('run pod should create a pod from an image when restart is Never', async () => {
  await cluster.ok(`run e2e-never --restart=Never --pod-running-timeout=2m0s --image=${HTTPD}`);
  const pod = await pods().get('e2e-never');
  expect(at(pod, 'spec.containers')).toMatchObject([{ image: HTTPD }]);
  expect(at(pod, 'spec.restartPolicy')).toBe('Never');
  await cluster.ok('delete pods e2e-never');
});

it('replace should update a single-container pod’s image', async () => {
  await cluster.ok(`run e2e-replaced --image=${HTTPD} --pod-running-timeout=2m0s --labels=run=e2e-replaced`);
  await e2e.run(NAMESPACE, 'e2e-replaced');
  const json = await cluster.ok('get pod e2e-replaced -o json');
  expect(json).toContain('e2e-replaced');
  await cluster.ok('replace -f -', json.replace(HTTPD, BUSYBOX));
  expect(await imageOf('e2e-replaced')).toBe(BUSYBOX);
});

it('server-side dry-run should check if kubectl can dry-run update Pods', async () => {
  await cluster.ok(`run e2e-dry --image=${HTTPD} --pod-running-timeout=2m0s --labels=run=e2e-dry`);
  const patch = `{"spec":{"containers":[{"name": "e2e-dry","image": "${BUSYBOX}"}]}}`;
  await kubectl(['patch', 'pod', 'e2e-dry', '-p', patch, '--dry-run=server']);
  expect(await imageOf('e2e-dry')).toBe(HTTPD);
  await cluster.ok('delete pods e2e-dry');
});

it('diff should find a difference for Deployments', async () => {
  const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: httpd-deployment }
spec:
  replicas: 1
  selector: { matchLabels: { app: httpd } }
  template:
    metadata: { labels: { app: httpd } }
    spec: { containers: [{ name: httpd, image: ${HTTPD}, ports: [{ containerPort: 80 }] }] }
`;
  await cluster.ok('create -f -', deployment);
  const changed = deployment.replace(HTTPD, BUSYBOX);
  const { code, stdout } = await cluster.kubectl('diff -f -', changed);
  expect(code).toBe(1);
  expect(stdout).toContain(HTTPD);
  expect(stdout).toContain(BUSYBOX);
  await cluster.ok('delete -f -', changed);
});

it('label should update the label on a resource', async () => {
  const container = '{"name":"pause","image":"registry.k8s.io/pause:3.10.1"}';
  const pod = `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"pause","labels":{"name":"pause"}},"spec":{"containers":[${container}]}}`;
  await cluster.ok('create -f -', pod);
  await e2e.run(NAMESPACE, 'pause');
  await cluster.ok('label pods pause testing-label=testing-label-value');
  expect(await cluster.ok('get pod pause -L testing-label')).toContain('testing-label-value');
  await cluster.ok('label pods pause testing-label-');
  expect(await cluster.ok('get pod pause -L testing-label')).not.toContain('testing-label-value');
});

describe('with a replication controller', () => {
  const labels = { app: 'agnhost', role: 'primary' };
  const container = {
    name: 'agnhost-primary',
    image: AGNHOST,
    ports: [{ name: 'agnhost-server', containerPort: 6379 }],
  };
  const controller = {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name: 'agnhost-primary', labels },
    spec: { replicas: 1, selector: labels, template: { metadata: { labels }, spec: { containers: [container] } } },
  };
  const ports = [{ port: 6379, targetPort: 'agnhost-server' }];
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'agnhost-primary', labels },
    spec: { ports, selector: labels },
  };

  beforeAll(async () => {
    await cluster.ok('create -f -', JSON.stringify(controller));
    await cluster.ok('create -f -', JSON.stringify(service));
    const controllers = e2e.typed('replicationcontrollers', NAMESPACE);
    const created = await controllers.change(
      'agnhost-primary',
      (rc) => put(rc, 'status', { replicas: 1, readyReplicas: 1 }),
      'status',
    );
    const { name, uid } = created.metadata;
    const owner = { apiVersion: 'v1', kind: 'ReplicationController', name, uid, controller: true };
    await pods().create({
      metadata: { name: 'agnhost-primary-a', labels, ownerReferences: [owner] },
      spec: { containers: [container] },
    });
    await e2e.run(NAMESPACE, 'agnhost-primary-a');
    const state = { running: { startedAt: '2026-01-01T00:00:00Z' } };
    const status = {
      name: 'agnhost-primary',
      image: AGNHOST,
      imageID: 'sha256:0',
      ready: true,
      restartCount: 0,
      state,
    };
    const say = { status: { podIP: '10.244.0.5', podIPs: [{ ip: '10.244.0.5' }], containerStatuses: [status] } };
    await pods().patch('agnhost-primary-a', 'strategic', say, 'status');
  });

  /** The tests' checkOutput: each requirement is a line below the last one's that contains all of its words. */
  function expectLines(output: string, required: readonly (readonly string[])[]): void {
    const lines = output.split('\n');
    let from = 0;
    for (const [first = '', ...others] of required) {
      const found = lines.findIndex((line, i) => i >= from && line.includes(first));
      expect(found, `${first} below line ${from} of\n${output}`).toBeGreaterThanOrEqual(0);
      for (const word of others) expect(lines[found]).toContain(word);
      from = found;
    }
  }

  it.each<[what: string, required: readonly (readonly string[])[]]>([
    [
      'pod agnhost-primary-a',
      [
        ['Name:', 'agnhost-primary-'],
        ['Namespace:', NAMESPACE],
        ['Node:'],
        ['Labels:', 'app=agnhost'],
        ['role=primary'],
        ['Annotations:'],
        ['Status:', 'Running'],
        ['IP:'],
        ['Controlled By:', 'ReplicationController/agnhost-primary'],
        ['Image:', AGNHOST],
        ['State:', 'Running'],
        ['QoS Class:', 'BestEffort'],
      ],
    ],
    [
      'rc agnhost-primary',
      [
        ['Name:', 'agnhost-primary'],
        ['Namespace:', NAMESPACE],
        ['Selector:', 'app=agnhost,role=primary'],
        ['Labels:', 'app=agnhost'],
        ['role=primary'],
        ['Annotations:'],
        ['Replicas:', '1 current', '1 desired'],
        ['Pods Status:', '1 Running', '0 Waiting', '0 Succeeded', '0 Failed'],
        ['Pod Template:'],
        ['Image:', AGNHOST],
        ['Events:'],
      ],
    ],
    [
      'service agnhost-primary',
      [
        ['Name:', 'agnhost-primary'],
        ['Namespace:', NAMESPACE],
        ['Labels:', 'app=agnhost'],
        ['role=primary'],
        ['Annotations:'],
        ['Selector:', 'app=agnhost', 'role=primary'],
        ['Type:', 'ClusterIP'],
        ['IP:'],
        ['Port:', '<unset>', '6379/TCP'],
        ['Endpoints:'],
        ['Session Affinity:', 'None'],
      ],
    ],
    [
      'node node-1',
      [
        ['Name:', 'node-1'],
        ['Labels:'],
        ['Annotations:'],
        ['CreationTimestamp:'],
        ['Conditions:'],
        ['Type', 'Status', 'LastHeartbeatTime', 'LastTransitionTime', 'Reason', 'Message'],
        ['Addresses:'],
        ['Capacity:'],
        ['Kernel Version:'],
        ['OS Image:'],
        ['Container Runtime Version:'],
        ['Kubelet Version:'],
        ['Pods:'],
      ],
    ],
    [`namespace ${NAMESPACE}`, [['Name:', NAMESPACE], ['Labels:'], ['Annotations:'], ['Status:', 'Active']]],
  ])('describe should print relevant information for %s', async (what, required) => {
    expectLines(await cluster.ok(`describe ${what}`), required);
  });

  it('patch should add annotations for pods in rc', async () => {
    await kubectl(['patch', 'pod', 'agnhost-primary-a', '-p', '{"metadata":{"annotations":{"x":"y"}}}']);
    const { items } = await pods().list('app=agnhost');
    expect(items.map(({ metadata }) => metadata.annotations?.['x'])).toEqual(['y']);
  });

  it('expose should create services for rc', async () => {
    await cluster.ok('expose rc agnhost-primary --name=rm2 --port=1234 --target-port=6379');
    await cluster.ok('expose service rm2 --name=rm3 --port=2345 --target-port=6379');
    for (const [name, port] of [
      ['rm2', 1234],
      ['rm3', 2345],
    ] as const) {
      const { spec } = await e2e.typed('services', NAMESPACE).get(name);
      expect(spec).toMatchObject({ ports: [{ port, targetPort: 6379 }], selector: labels });
    }
  });
});

describe('Proxy server', () => {
  it('should support proxy with --port 0', async () => {
    const proxy = cluster.watch('proxy --port=0 --disable-filter=true');
    try {
      const [, port] = await proxy.until(/Starting to serve on 127\.0\.0\.1:(\d+)/);
      const answer = await fetch(`http://127.0.0.1:${port}/api/`);
      expect(await answer.json()).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
    } finally {
      await proxy.stop();
    }
  });

  it('should support --unix-socket=/path', async () => {
    const socketPath = join(cluster.dir, 'proxy.sock');
    const { kubectl: program } = clientBinaries();
    const proxy = new Background(program, ['proxy', `--unix-socket=${socketPath}`], { env: cluster.env });
    try {
      await proxy.until(/Starting to serve/);
      const [response] = await once(
        request({ socketPath, path: '/api', headers: { host: 'localhost' } }).end(),
        'response',
      );
      expect(response.statusCode).toBe(200);
      response.resume();
      await once(response, 'end');
    } finally {
      await proxy.stop();
    }
  });
});

describe('beyond the conformance suite', () => {
  it('create quota should create quotas with and without scopes, and refuse invalid ones', async () => {
    await cluster.ok('create quota million --hard=pods=1000000,services=1000000');
    const quotas = e2e.typed('resourcequotas', NAMESPACE);
    expect((await quotas.get('million'))['spec']).toEqual({ hard: { pods: '1M', services: '1M' } });
    await cluster.ok('create quota scopes --hard=pods=1000000 --scopes=BestEffort,NotTerminating');
    expect(at(await quotas.get('scopes'), 'spec.scopes')).toEqual(['BestEffort', 'NotTerminating']);
    expect((await cluster.kubectl('create quota foo --hard=hard=pods=1000000 --scopes=Foo')).code).toBe(1);
    await cluster.ok('delete quota million scopes');
  });

  it('apply should apply a new configuration to an existing RC, and reuse the port of an existing SVC', async () => {
    const labels = { app: 'agnhost', role: 'primary' };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'agnhost-applied', image: AGNHOST }] } };
    const rc = { apiVersion: 'v1', kind: 'ReplicationController', metadata: { name: 'agnhost-applied', labels } };
    const controller = { ...rc, spec: { replicas: 1, selector: labels, template } };
    await cluster.ok('create -f -', JSON.stringify(controller));
    put(controller, 'metadata.labels.kubectl', 'applied');
    await cluster.ok('apply -f -', JSON.stringify(controller));
    expect(await cluster.ok('get rc agnhost-applied -o json')).toContain('"kubectl": "applied"');
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'agnhost-applied', labels },
      spec: { type: 'NodePort', ports: [{ port: 6379, targetPort: 'agnhost-server' }], selector: labels },
    };
    const nodePort = async (): Promise<string> =>
      cluster.ok('get svc agnhost-applied -o jsonpath={.spec.ports[0].nodePort}');
    await cluster.ok('apply -f -', JSON.stringify(service));
    const before = await nodePort();
    expect(Number(before)).toBeGreaterThanOrEqual(30_000);
    await cluster.ok('apply -f -', JSON.stringify(service));
    expect(await nodePort()).toBe(before);
    await cluster.ok('delete rc,svc agnhost-applied');
  });

  it('apply set/view last-applied should say what was applied', async () => {
    const deployment = (image: string, replicas?: number): string => {
      const labels = { app: 'httpd' };
      const template = { metadata: { labels }, spec: { containers: [{ name: 'httpd', image }] } };
      const spec = { replicas, selector: { matchLabels: labels }, template };
      return JSON.stringify({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'httpd-deployment' },
        spec,
      });
    };
    const view = (): Promise<string> => cluster.ok('apply view-last-applied deployment httpd-deployment -o json');
    await cluster.ok('apply -f -', deployment(HTTPD, 2));
    expect(JSON.parse(await view())).toMatchObject({ spec: { replicas: 2 } });
    await cluster.ok('apply set-last-applied -f -', deployment(HTTPD));
    expect(JSON.parse(await view())['spec']).not.toHaveProperty('replicas');
    await cluster.ok('scale deployment httpd-deployment --replicas=3');
    await cluster.ok('apply -f -', deployment(BUSYBOX));
    const live = JSON.parse(await cluster.ok('get deployment httpd-deployment -o json'));
    expect(at(live, 'spec.replicas')).toBe(3);
    expect(at(live, 'spec.template.spec.containers.0.image')).toBe(BUSYBOX);
    await cluster.ok('delete deployment httpd-deployment');
  });

  it('should detect unknown metadata fields of a typed object', async () => {
    const metadata = { name: 'my-dep', unknownMeta: 'foo', labels: { app: 'nginx' } };
    const template = {
      metadata: { labels: { app: 'nginx' } },
      spec: { containers: [{ name: 'nginx', image: 'nginx' }] },
    };
    const spec = { selector: { matchLabels: { app: 'nginx' } }, template };
    const deployment = JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec });
    const { code, stderr } = await cluster.kubectl('create -f -', deployment);
    expect(code).toBe(1);
    expect(stderr).toMatch(/unknown field "(metadata\.)?unknownMeta"/);
  });

  it('taint should update the taint on a node, and remove all of one key', async () => {
    await cluster.ok('taint nodes node-1 e2e-key=value:NoSchedule');
    await cluster.ok('taint nodes node-1 e2e-key=other:PreferNoSchedule');
    const text = await cluster.ok('describe node node-1');
    expect(text).toContain('e2e-key=value:NoSchedule');
    expect(text).toContain('e2e-key=other:PreferNoSchedule');
    await cluster.ok('taint nodes node-1 e2e-key-');
    expect(await cluster.ok('describe node node-1')).not.toContain('e2e-key');
  });

  it('get --subresource=status should return what get returns, and refuse collections', async () => {
    const [whole, status] = [
      await cluster.ok('get node node-1 -o json'),
      await cluster.ok('get node node-1 -o json --subresource=status'),
    ];
    expect(JSON.parse(status)).toEqual(JSON.parse(whole));
    expect((await cluster.kubectl('get nodes --subresource=status')).stderr).toContain(
      'subresource cannot be used when bulk resources are specified',
    );
    expect(condition(JSON.parse(whole), 'Ready')).toBeDefined();
  });

  it('wait should ignore what is not found with --for=delete', async () => {
    await cluster.ok('wait --for=delete pod/doesnotexist');
    await cluster.ok('wait --for=delete pod --selector=app.kubernetes.io/name=noexist');
  });
});
