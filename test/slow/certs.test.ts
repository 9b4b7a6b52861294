/** Every type of key, in authorities and in what they sign: taken by openssl, curl, kubectl and kctl serve. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KEY_TYPES } from '../../src/cli/certs/keys.ts';
import { type CertCluster, startCertCluster, userIsTaken } from '../cli/certs/cluster.ts';

describe.each(KEY_TYPES)('a control plane on %s keys', (authority) => {
  let cluster: CertCluster;

  beforeAll(async () => {
    cluster = await startCertCluster('--key-type', authority);
  });

  afterAll(() => cluster.close());

  test('its kubeconfig lets kubectl in', async () => {
    const namespaces = await cluster.kubectl(cluster.plane.kubeconfigFile as string, 'get', 'ns', '-o', 'name');
    expect(namespaces).toMatchObject({ code: 0, stdout: expect.stringContaining('namespace/default') });
  });

  test.each(KEY_TYPES)('users with %s keys', async (type) => {
    await userIsTaken(cluster, type);
  });
});
