/** The webhook server of Kubernetes' conformance tests (`agnhost webhook`): what it answers at each path. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../src/api/object.ts';
import { createAuthority, createCertificate } from '../../src/util/certificates.ts';
import { field } from './conformance.ts';

interface Verdict {
  readonly allowed: boolean;
  readonly status?: { readonly message: string };
  readonly patch?: readonly JsonObject[];
}

type Handler = (request: JsonObject) => Verdict | Promise<Verdict>;

export interface E2eWebhooks {
  readonly port: number;
  /** Base64 of PEM, for `caBundle`. */
  readonly caBundle: string;
  close(): Promise<void>;
}

/** How long `/always-allow-delay` thinks; agnhost takes five seconds. */
export const DELAY_MS = 1_500;

const ALLOWED: Verdict = { allowed: true };
const DISALLOW = 'webhook-disallow';

const deny = (...messages: string[]): Verdict =>
  messages.length === 0 ? ALLOWED : { allowed: false, status: { message: messages.join('; ') } };
const add = (path: string, value: unknown): Verdict => ({
  allowed: true,
  patch: [{ op: 'add', path, value } as JsonObject],
});

/** The object, or what it was when it is deleted. */
function data(request: JsonObject): JsonObject {
  const object = request['operation'] === 'DELETE' ? request['oldObject'] : request['object'];
  return (field(object, 'data') ?? {}) as JsonObject;
}

function mutateData(request: JsonObject): Verdict {
  const found = data(request);
  const patch: JsonObject[] = [];
  const stage = (number: number) => patch.push({ op: 'add', path: `/data/mutation-stage-${number}`, value: 'yes' });
  if (found['mutation-start'] === 'yes') stage(1);
  if (found['mutation-stage-1'] === 'yes') stage(2);
  return patch.length === 0 ? ALLOWED : { allowed: true, patch };
}

function admitPod({ object }: JsonObject): Verdict {
  const messages: string[] = [];
  const containers = (field(object, 'spec.containers') ?? []) as JsonObject[];
  if (containers.some(({ name }) => String(name).includes(DISALLOW)))
    messages.push('the pod contains unwanted container name');
  const label = field(object, 'metadata.labels.webhook-e2e-test');
  if (label === DISALLOW) messages.push('the pod contains unwanted label');
  return label === 'wait-forever' ? (new Promise<never>(() => undefined) as never) : deny(...messages);
}

function admitCustomResource(request: JsonObject): Verdict {
  const value = data(request)['webhook-e2e-test'];
  if (request['operation'] !== 'DELETE' && value === DISALLOW)
    return deny('the custom resource contains unwanted data');
  if (request['operation'] === 'DELETE' && value === 'webhook-nondeletable')
    return deny('the custom resource cannot be deleted because it contains unwanted key and value');
  return ALLOWED;
}

const INIT_CONTAINER = { image: 'webhook-added-image', name: 'webhook-added-init-container', resources: {} };

const HANDLERS: Record<string, Handler> = {
  '/always-deny': () => deny('this webhook denies all requests'),
  '/always-allow-delay': () => new Promise((resolve) => setTimeout(resolve, DELAY_MS, ALLOWED)),
  '/add-label': ({ object }) =>
    field(object, 'metadata.labels') === undefined
      ? add('/metadata/labels', { 'added-label': 'yes' })
      : add('/metadata/labels/added-label', 'yes'),
  '/pods': admitPod,
  '/pods/attach': ({ name }) =>
    name === 'to-be-attached-pod' ? deny(`attaching to pod 'to-be-attached-pod' is not allowed`) : ALLOWED,
  '/mutating-pods': () => add('/spec/initContainers', [INIT_CONTAINER]),
  '/configmaps': (request) =>
    data(request)['webhook-e2e-test'] === DISALLOW ? deny('the configmap contains unwanted key and value') : ALLOWED,
  '/mutating-configmaps': mutateData,
  '/custom-resource': admitCustomResource,
  '/mutating-custom-resource': mutateData,
  '/crd': ({ object }) =>
    field(object, 'metadata.labels.webhook-e2e-test') === DISALLOW ? deny('the crd contains unwanted label') : ALLOWED,
};

/** Listens on localhost with a certificate for `dnsName`. */
export async function startE2eWebhooks(dnsName: string): Promise<E2eWebhooks> {
  const now = new Date();
  const authority = await createAuthority('e2e-server-cert-ca', now, 1);
  const subject = { commonName: dnsName };
  const pair = await createCertificate(
    authority,
    { subject, dnsNames: [dnsName], extendedKeyUsages: ['serverAuth'] },
    now,
    1,
  );
  const server = createServer({ cert: pair.cert, key: pair.key }, async (request, response) => {
    const review = JSON.parse(await textOf(request)) as JsonObject;
    const handler = HANDLERS[new URL(request.url ?? '/', 'https://x').pathname];
    if (handler === undefined) return response.writeHead(404).end();
    const asked = review['request'] as JsonObject;
    const { patch, ...verdict } = await handler(asked);
    const patched = patch && { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') };
    const { apiVersion, kind } = review;
    response.writeHead(200, { 'content-type': 'application/json' });
    return response.end(JSON.stringify({ apiVersion, kind, response: { uid: asked['uid'], ...verdict, ...patched } }));
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    caBundle: Buffer.from(authority.cert).toString('base64'),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
