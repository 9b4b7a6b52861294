import { once } from 'node:events';
import http2 from 'node:http2';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type ControlPlane, startControlPlane } from '../../../src/control-plane.ts';

let plane: ControlPlane;
let client: http2.ClientHttp2Session;

beforeAll(async () => {
  plane = await startControlPlane({ inMemory: true, securePort: 0 });
  const [{ user }] = (parse(plane.kubeconfig) as { users: [{ user: Record<string, string> }] }).users;
  const [cert, key] = ['client-certificate-data', 'client-key-data'].map((name) =>
    Buffer.from(user[name] ?? '', 'base64'),
  );
  client = http2.connect(plane.url, { ca: plane.caCertificate, cert, key });
  await once(client, 'connect');
});

afterAll(async () => {
  client.destroy();
  await plane.close();
});

it('are not taken for anonymous ones when they cancel what has not begun', async () => {
  for (let i = 0; i < 50; i++) {
    const cancelled = client.request({ ':path': '/api/v1/namespaces?watch=true' });
    cancelled.on('error', () => {});
    cancelled.close(http2.constants.NGHTTP2_CANCEL);
    await new Promise(setImmediate);
  }
  const metrics = () => text(client.request({ ':path': '/metrics' }));
  await expect.poll(metrics).toContain('apiserver_current_inflight_requests{request_kind="readOnly"} 1');
  expect(await metrics()).not.toContain('code="403"');
});
