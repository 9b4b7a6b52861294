/** A control plane on keys that `certs gen all` made, and kctl beside it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../../src/control-plane.ts';
import { runKctl } from '../../helpers/cli.ts';
import { type Result, run } from '../../helpers/command.ts';
import { clientBinaries } from '../../helpers/kubectl.ts';

export interface CertCluster {
  readonly plane: ControlPlane;
  /** The data directory. */
  readonly home: string;
  readonly directory: string;
  kctl(...args: string[]): Promise<Result>;
  kubectl(kubeconfig: string, ...args: string[]): Promise<Result>;
  path(name: string): string;
  close(): Promise<void>;
}

export async function startCertCluster(...genFlags: string[]): Promise<CertCluster> {
  const directory = await mkdtemp(join(tmpdir(), 'kctl-certs-'));
  const home = join(directory, 'home');
  const made = await runKctl(['certs', 'gen', 'all', '--dir', home, ...genFlags]);
  if (made.code !== 0) throw new Error(made.stderr);
  const plane = await startControlPlane({ dataDir: home, durability: 'memory', securePort: 0 });
  const env = { KUBECONFIG: plane.kubeconfigFile as string, HOME: directory, PATH: process.env['PATH'] ?? '' };
  return {
    plane,
    home,
    directory,
    path: (name) => join(directory, name),
    kctl: (...args) => runKctl(args, { env }),
    kubectl: (kubeconfig, ...args) => run(clientBinaries().kubectl, ['--kubeconfig', kubeconfig, ...args], { env }),
    async close() {
      await plane.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** openssl, curl and the server accept a user's certificate with this type of key. */
export async function userIsTaken(cluster: CertCluster, type: string, ca = cluster.home): Promise<void> {
  const dir = cluster.path(`taken-${type}`);
  const made = await cluster.kctl(
    ...['certs', 'gen', 'user', 'eve', '--group', 'a,b', '--key-type', type, '--ca', ca, '--dir', dir],
  );
  expect(made).toMatchObject({ code: 0, stderr: '' });
  const root = cluster.path('home/pki/ca.crt');
  const verified = await run('openssl', ['verify', '-purpose', 'sslclient', '-CAfile', root, `${dir}/eve.crt`]);
  expect(verified).toMatchObject({ code: 0, stdout: `${dir}/eve.crt: OK\n` });
  const review = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' });
  const url = `${cluster.plane.url}/apis/authentication.k8s.io/v1/selfsubjectreviews`;
  const pair = ['--cert', `${dir}/eve.crt`, '--key', `${dir}/eve.key`];
  const body = ['-H', 'content-type: application/json', '-d', review];
  const { stdout } = await run('curl', ['-sS', '--cacert', root, ...pair, ...body, url]);
  expect(JSON.parse(stdout).status.userInfo.groups).toEqual(['a', 'b', 'system:authenticated']);
}
