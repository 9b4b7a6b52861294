import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../src/control-plane.ts';

const ADMIN = { name: 'admin', uid: '', groups: ['system:masters'], extra: {} };
const SCHEDULER = { name: 'system:kube-scheduler', uid: '', groups: ['system:authenticated'], extra: {} };
const JANE = { name: 'jane', uid: '', groups: ['system:authenticated'], extra: {} };
const CLAIMS = '/apis/resource.k8s.io/v1/namespaces/default/resourceclaims';

describe('resource claims', () => {
  let plane: ControlPlane;
  beforeAll(async () => {
    plane = await startControlPlane({ inMemory: true, securePort: 0 });
  });
  afterAll(() => plane.close());

  async function send(user: typeof ADMIN, method: string, path: string, body: object) {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const request = { method, path, body: JSON.stringify(body), headers: { 'content-type': type } };
    const response = await plane.local(user).send(request);
    const parts: Uint8Array[] = [];
    for await (const part of response.body) parts.push(part);
    const { message } = JSON.parse(Buffer.concat(parts).toString()) as { message?: string };
    return { status: response.status, message };
  }

  const exactly = { deviceClassName: 'c' };
  const claim = (name: string, more: object = {}) => ({
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceClaim',
    metadata: { name },
    spec: { devices: { requests: [{ name: 'r', exactly: { ...exactly, ...more } }] } },
  });

  it('are bound by those who may bind', async () => {
    await send(ADMIN, 'POST', CLAIMS, claim('a'));
    const allocation = { devices: { results: [{ request: 'r', driver: 'd.example.com', pool: 'p', device: 'x' }] } };
    expect(await send(JANE, 'PATCH', `${CLAIMS}/a/status`, { status: { allocation } })).toMatchObject({
      status: 422,
      message: expect.stringContaining('cannot patch resource "resourceclaims/binding"'),
    });
    expect(await send(SCHEDULER, 'PATCH', `${CLAIMS}/a/status`, { status: { allocation } })).toMatchObject({
      status: 200,
    });
    const devices = [{ driver: 'd.example.com', pool: 'p', device: 'x', data: { a: 1 } }];
    expect(await send(SCHEDULER, 'PATCH', `${CLAIMS}/a/status`, { status: { devices } })).toMatchObject({
      status: 422,
      message: expect.stringContaining('cannot arbitrary-node:patch resource "resourceclaims/driver"'),
    });
  });

  it('give administrators access in labelled namespaces only', async () => {
    expect(await send(ADMIN, 'POST', CLAIMS, claim('b', { adminAccess: true }))).toMatchObject({
      status: 422,
      message: expect.stringContaining('spec.devices.requests[0].adminAccess: Forbidden: admin access to devices'),
    });
    const labels = { 'resource.kubernetes.io/admin-access': 'true' };
    await send(ADMIN, 'PATCH', '/api/v1/namespaces/default', { metadata: { labels } });
    expect(await send(ADMIN, 'POST', CLAIMS, claim('b', { adminAccess: true }))).toMatchObject({ status: 201 });
  });
});
