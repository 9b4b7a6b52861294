import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../src/api/object.ts';
import { StatusError } from '../../../../src/api/status-error.ts';
import type { AdmissionPlugin } from '../../../../src/server/admission/admission.ts';
import { admissionChain } from '../../../../src/server/admission/chain.ts';
import { mutatingAdmissionWebhook } from '../../../../src/server/admission/plugins/mutating-admission-webhook.ts';
import { validatingAdmissionWebhook } from '../../../../src/server/admission/plugins/validating-admission-webhook.ts';
import { TraceRecorder } from '../../../../src/tracing/trace.ts';
import { attributesOf, contextOf, FakeObjects, type Write } from '../../../helpers/admission.ts';
import { type HookReply, patching, type ReviewRequest, WebhookServer } from '../../../helpers/webhook-server.ts';

const GROUP = 'admissionregistration.k8s.io';
const CONFIG_MAPS = { apiGroups: [''], apiVersions: ['v1'], operations: ['*'], resources: ['configmaps'] };
const LAMP = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'lamp', namespace: 'shop' },
  data: { oil: 'full' },
};

let server: WebhookServer;
beforeAll(async () => {
  server = await WebhookServer.start();
});
afterAll(() => server.close());
beforeEach(() => {
  server.reviews.length = 0;
});

type Hook = Readonly<Record<string, unknown>>;

function hook(path: string, more: Hook = {}): Hook {
  return {
    name: `${path.slice(1)}.hooks.example`,
    clientConfig: { url: `${server.url}${path}`, caBundle: server.caBundle },
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    timeoutSeconds: 10,
    failurePolicy: 'Fail',
    matchPolicy: 'Equivalent',
    namespaceSelector: {},
    objectSelector: {},
    rules: [CONFIG_MAPS],
    ...more,
  };
}

interface Setting {
  readonly mutating?: readonly Hook[];
  readonly validating?: readonly Hook[];
  /** A plugin before the webhooks. */
  readonly before?: AdmissionPlugin;
  readonly namespace?: object;
}

interface Result {
  readonly object: KubeObject | undefined;
  readonly warnings: readonly string[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly decisions: readonly string[];
}

/** Both passes of the two plugins. @throws what they refuse with */
async function write(setting: Setting, about: Write): Promise<Result> {
  const { mutating = [], validating = [], before, namespace = { metadata: { name: 'shop' } } } = setting;
  const objects = new FakeObjects().put('namespaces', namespace as { metadata: object });
  if (mutating.length > 0)
    objects.put(`mutatingwebhookconfigurations.${GROUP}`, { metadata: { name: 'm' }, webhooks: mutating });
  if (validating.length > 0)
    objects.put(`validatingwebhookconfigurations.${GROUP}`, { metadata: { name: 'v' }, webhooks: validating });
  const context = { ...contextOf(objects), now: () => new Date() };
  const plugins = [mutatingAdmissionWebhook(context), validatingAdmissionWebhook(context)];
  const chain = admissionChain(before === undefined ? plugins : [before, ...plugins]);
  const warnings: string[] = [];
  const annotations: Record<string, string> = {};
  const trace = new TraceRecorder('t', () => 0);
  const attributes = { ...attributesOf(about, warnings, annotations), trace };
  await chain.admit(attributes);
  await chain.validate(attributes);
  const { spans } = trace.finish({ auditId: '', startedAt: '', method: '', path: '', user: '', status: 0 });
  return { object: attributes.object, warnings, annotations, decisions: spans.map(({ decision }) => decision) };
}

async function refusal(setting: Setting, about: Write): Promise<StatusError> {
  const error = await write(setting, about).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof StatusError) return error;
  throw error ?? new Error('nothing was refused');
}

const create: Write = { to: 'configmaps', object: LAMP };

describe('what a webhook is sent', () => {
  const seen = async (about: Write, more: Hook = {}): Promise<ReviewRequest> => {
    server.on('/see', () => ({ allowed: true }));
    await write({ validating: [hook('/see', more)] }, about);
    expect(server.reviews).toHaveLength(1);
    return server.reviews[0]?.request as ReviewRequest;
  };
  const rule = (resources: string[], apiGroups = [''], apiVersions = ['v1']) => ({
    rules: [{ apiGroups, apiVersions, operations: ['*'], resources }],
  });

  it('of a create', async () => {
    const kind = { group: '', version: 'v1', kind: 'ConfigMap' };
    const resource = { group: '', version: 'v1', resource: 'configmaps' };
    expect(await seen(create)).toEqual({
      uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      kind,
      resource,
      requestKind: kind,
      requestResource: resource,
      name: 'lamp',
      namespace: 'shop',
      operation: 'CREATE',
      userInfo: { username: 'jane', groups: ['dev'] },
      object: LAMP,
      oldObject: null,
      dryRun: false,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
    });
    expect(server.reviews[0]?.apiVersion).toBe('admission.k8s.io/v1');
    expect(server.headers.at(-1)).toMatchObject({
      'content-type': 'application/json',
      accept: 'application/json, */*',
      'user-agent': 'kube-apiserver-admission',
      host: `127.0.0.1:${server.port}`,
    });
  });
  it('in the first version that both know', async () => {
    await seen(create, { admissionReviewVersions: ['v2', 'v1beta1', 'v1'] });
    expect(server.reviews[0]?.apiVersion).toBe('admission.k8s.io/v1beta1');
  });
  it('of a delete: the old object only', async () => {
    const request = await seen({ to: 'configmaps', operation: 'DELETE', old: LAMP });
    expect(request).toMatchObject({ object: null, oldObject: LAMP, options: { kind: 'DeleteOptions' } });
  });
  it('of a namespace: itself as its namespace', async () => {
    const request = await seen({ to: 'namespaces', object: { metadata: { name: 'port' } } }, rule(['namespaces']));
    expect(request).toMatchObject({ name: 'port', namespace: 'port' });
  });
  it('of a scale: Scales', async () => {
    const deployment = (replicas: number) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { replicas },
    });
    const about: Write = {
      to: 'deployments.apps/scale',
      operation: 'UPDATE',
      object: deployment(3),
      old: deployment(1),
    };
    expect(await seen(about, rule(['deployments/scale'], ['apps']))).toMatchObject({
      kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
      resource: { group: 'apps', resource: 'deployments' },
      subResource: 'scale',
      requestSubResource: 'scale',
      object: { kind: 'Scale', spec: { replicas: 3 } },
      oldObject: { kind: 'Scale', spec: { replicas: 1 } },
      options: { kind: 'UpdateOptions' },
    });
  });
  it('of a connection: what is asked for, no options', async () => {
    const object = { kind: 'PodExecOptions', apiVersion: 'v1', metadata: {}, command: ['ls'] };
    const about: Write = { to: 'pods/exec', operation: 'CONNECT', object, name: 'web' };
    expect(await seen(about, rule(['pods/exec']))).toMatchObject({
      kind: { group: '', version: 'v1', kind: 'PodExecOptions' },
      name: 'web',
      object: { kind: 'PodExecOptions', apiVersion: 'v1', command: ['ls'] },
      options: null,
    });
  });
  it('of another version, where its rules name that one', async () => {
    const object = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'sail', namespace: 'shop' },
      spec: { maxReplicas: 2, scaleTargetRef: { kind: 'Deployment', name: 'x', apiVersion: 'apps/v1' } },
    };
    const about: Write = { to: 'horizontalpodautoscalers.autoscaling', object };
    expect(await seen(about, rule(['horizontalpodautoscalers'], ['autoscaling']))).toMatchObject({
      kind: { version: 'v1' },
      requestKind: { version: 'v2' },
      resource: { version: 'v1' },
      requestResource: { version: 'v2' },
      object: { apiVersion: 'autoscaling/v1' },
    });
  });
});

describe('which writes a webhook is asked about', () => {
  const asked = async (more: Hook, about: Write = create, setting: Setting = {}): Promise<boolean> => {
    server.on('/match', () => ({ allowed: true }));
    await write({ ...setting, validating: [hook('/match', more)] }, about);
    return server.reviews.length > 0;
  };
  const rules = (more: object) => ({ rules: [{ ...CONFIG_MAPS, ...more }] });
  const update: Write = {
    ...create,
    operation: 'UPDATE',
    old: { ...LAMP, metadata: { ...LAMP.metadata, labels: { a: 'b' } } },
  };

  it.each<[string, Hook, boolean]>([
    ['its resource', {}, true],
    ['every resource', rules({ resources: ['*'] }), true],
    ['a resource with all its sub-resources', rules({ resources: ['configmaps/*', '*/status'] }), true],
    ['one sub-resource', rules({ resources: ['configmaps/status'] }), false],
    ['another resource', rules({ resources: ['pods'] }), false],
    ['another group', rules({ apiGroups: ['apps'] }), false],
    ['every group', rules({ apiGroups: ['*'] }), true],
    ['another version', rules({ apiVersions: ['v2'] }), false],
    ['this operation', rules({ operations: ['DELETE', 'CREATE'] }), true],
    ['another operation', rules({ operations: ['DELETE'] }), false],
    ['namespaced objects', rules({ scope: 'Namespaced' }), true],
    ['cluster-wide objects', rules({ scope: 'Cluster' }), false],
    ['no rules', { rules: [] }, false],
    ['another object', { objectSelector: { matchLabels: { a: 'b' } } }, false],
    ['another namespace', { namespaceSelector: { matchLabels: { a: 'b' } } }, false],
    ['conditions that hold', { matchConditions: [{ name: 'c', expression: "object.data.oil == 'full'" }] }, true],
    [
      'a condition that does not',
      { matchConditions: [{ name: 'c', expression: "request.operation == 'DELETE'" }] },
      false,
    ],
    [
      'a condition that fails, and may',
      { failurePolicy: 'Ignore', matchConditions: [{ name: 'c', expression: 'object.data.x == "y"' }] },
      false,
    ],
  ])('%s', async (_, more, expected) => {
    expect(await asked(more)).toBe(expected);
  });
  it('labels that the old object has are enough', async () => {
    expect(await asked({ objectSelector: { matchLabels: { a: 'b' } } }, update)).toBe(true);
  });
  it('labels of the namespace', async () => {
    const namespace = { metadata: { name: 'shop', labels: { a: 'b' } } };
    expect(await asked({ namespaceSelector: { matchLabels: { a: 'b' } } }, create, { namespace })).toBe(true);
  });
  it('a namespace that is missing is an error', async () => {
    const setting = { namespace: { metadata: { name: 'other' } } };
    const namespaceSelector = { matchLabels: { a: 'b' } };
    const error = await refusal({ ...setting, validating: [hook('/match', { namespaceSelector })] }, create);
    expect(error).toMatchObject({ code: 404, message: 'namespaces "shop" not found' });
  });
  it('other versions only where it says Equivalent', async () => {
    const about: Write = {
      to: 'horizontalpodautoscalers.autoscaling',
      object: {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'h', namespace: 'shop' },
      },
    };
    const v1 = rules({ apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'] });
    expect(await asked({ ...v1, matchPolicy: 'Exact' }, about)).toBe(false);
    expect(await asked({ ...v1, matchPolicy: 'Equivalent' }, about)).toBe(true);
  });
  it('never the configurations themselves', async () => {
    const about: Write = { to: `validatingwebhookconfigurations.${GROUP}`, object: { metadata: { name: 'x' } } };
    const all = rules({ apiGroups: ['*'], apiVersions: ['*'], resources: ['*'] });
    expect(await asked(all, about)).toBe(false);
  });
  it('a condition that fails refuses the write', async () => {
    const matchConditions = [{ name: 'c', expression: 'object.data.x == "y"' }];
    const error = await refusal({ validating: [hook('/match', { matchConditions })] }, create);
    expect(error.code).toBe(403);
    expect(error.message).toBe(
      `configmaps "lamp" is forbidden: expression 'object.data.x == "y"' resulted in error: no such key: x`,
    );
  });
});

describe('denials', () => {
  const says = 'admission webhook "no.hooks.example" denied the request';
  it.each<[HookReply, number, string, string]>([
    [{ allowed: false }, 400, '', `${says} without explanation`],
    [{ allowed: false, status: { message: 'lamps out' } }, 400, '', `${says}: lamps out`],
    [{ allowed: false, status: { code: 418, message: 'short' } }, 418, '', `${says}: short`],
    [{ allowed: false, status: { code: 200, message: 'fine' } }, 400, '', `${says}: fine`],
    [{ allowed: false, status: { code: 410, reason: 'Expired' } }, 410, 'Expired', `${says}: Expired`],
    [{}, 400, '', `${says} without explanation`],
  ])('%j', async (reply, code, reason, message) => {
    server.on('/no', () => reply);
    for (const setting of [{ validating: [hook('/no')] }, { mutating: [hook('/no', { failurePolicy: 'Ignore' })] }]) {
      const error = await refusal(setting, create);
      expect([error.code, error.reason, error.message]).toEqual([code, reason, message]);
    }
  });
  it('come from the first of the webhooks that deny', async () => {
    server.on('/no', () => ({ allowed: false, status: { message: 'first' } }));
    server.on('/yes', () => ({ allowed: true }));
    server.on('/never', () => ({ allowed: false, status: { message: 'second' } }));
    const error = await refusal({ validating: [hook('/yes'), hook('/no'), hook('/never')] }, create);
    expect(error.message).toContain('first');
    expect(server.reviews).toHaveLength(3);
  });
});

describe('answers that cannot be used', () => {
  const review = (response: unknown, apiVersion = 'admission.k8s.io/v1') =>
    JSON.stringify({ apiVersion, kind: 'AdmissionReview', response });
  const invalid = 'received invalid webhook response';
  it.each<[string, boolean, HookReply, string]>([
    ['no response', false, { http: 200, body: review(undefined) }, `${invalid}: webhook response was absent`],
    ['an empty object', false, { http: 200, body: '{}' }, `${invalid}: webhook response was absent`],
    [
      'another uid',
      false,
      { http: 200, body: review({ uid: 'x', allowed: true }) },
      `${invalid}: expected response.uid=`,
    ],
    [
      'a patch of who may not',
      false,
      patching({ op: 'remove', path: '/data' }),
      `${invalid}: validating webhook may not return response.patch`,
    ],
    [
      'a type of patch of who may not',
      false,
      { allowed: true, patchType: 'JSONPatch' },
      `${invalid}: validating webhook may not return response.patchType`,
    ],
    [
      'a patch without type',
      true,
      { allowed: true, patch: 'W10=' },
      `${invalid}: webhook returned response.patch but not response.patchType`,
    ],
    [
      'a type without patch',
      true,
      { allowed: true, patchType: 'JSONPatch' },
      `${invalid}: webhook returned response.patchType but not response.patch`,
    ],
    [
      'a patch of words',
      true,
      { allowed: true, patchType: 'JSONPatch', patch: 'd29yZHM=' },
      "received undecodable patch in webhook response: invalid character 'w' looking for beginning of value",
    ],
    [
      'a patch of another type',
      true,
      { ...patching({ op: 'remove', path: '/data' }), patchType: 'MergePatch' },
      'unsupported patch type "MergePatch"',
    ],
    [
      'another version',
      false,
      { http: 200, body: review({}, 'admission.k8s.io/v1beta1') },
      'failed to call webhook: converting (v1beta1.AdmissionReview) to (v1.AdmissionReview): unknown conversion',
    ],
    [
      'a wrong type',
      false,
      { allowed: 'yes' },
      'failed to call webhook: json: cannot unmarshal string into Go struct field AdmissionResponse.response.allowed of type bool',
    ],
    [
      'no JSON',
      false,
      { http: 200, body: 'ok' },
      "failed to call webhook: couldn't get version/kind; json parse error: invalid character 'o' looking for beginning of value",
    ],
    [
      'nothing',
      false,
      { http: 200, body: '' },
      'failed to call webhook: 0-length response with status code: 200 and content type: application/json',
    ],
    [
      'a failure',
      false,
      { http: 500, type: 'text/plain', body: 'boom\n' },
      'failed to call webhook: an error on the server ("boom") has prevented the request from succeeding',
    ],
    [
      'a failed Status',
      false,
      { http: 503, body: JSON.stringify({ kind: 'Status', status: 'Failure', message: 'asleep' }) },
      'failed to call webhook: asleep',
    ],
    [
      'no such page',
      false,
      { http: 404, type: 'text/plain', body: '' },
      'failed to call webhook: the server could not find the requested resource',
    ],
  ])('%s', async (_, mutating, reply, message) => {
    server.on('/odd', () => reply);
    const pass = mutating ? 'mutating' : 'validating';
    const error = await refusal({ [pass]: [hook('/odd')] }, create);
    expect([error.code, error.reason]).toEqual([500, 'InternalError']);
    expect(error.message).toContain(`Internal error occurred: failed calling webhook "odd.hooks.example": ${message}`);
    const { annotations } = await write({ [pass]: [hook('/odd', { failurePolicy: 'Ignore' })] }, create);
    expect(Object.keys(annotations).some((key) => key.startsWith('failed-open.'))).toBe(true);
  });
  it('v1beta1 takes any uid and type of patch', async () => {
    const response = {
      uid: 'x',
      allowed: true,
      patch: Buffer.from('[{"op":"remove","path":"/data"}]').toString('base64'),
    };
    server.on('/old', () => ({ http: 200, body: JSON.stringify({ response }) }));
    const { object } = await write({ mutating: [hook('/old', { admissionReviewVersions: ['v1beta1'] })] }, create);
    expect(object?.data).toBeUndefined();
  });
  it('side effects and dry runs do not go together', async () => {
    const about = { ...create, dryRun: true };
    const error = await refusal(
      { validating: [hook('/see', { sideEffects: 'Unknown', failurePolicy: 'Ignore' })] },
      about,
    );
    expect(error).toMatchObject({
      code: 400,
      message: 'admission webhook "see.hooks.example" does not support dry run',
    });
    expect(server.reviews).toEqual([]);
  });
  it('no known version of reviews', async () => {
    const error = await refusal({ validating: [hook('/see', { admissionReviewVersions: ['v2'] })] }, create);
    expect(error.message).toContain('webhook does not accept known AdmissionReview versions (v1, v1beta1)');
  });
});

describe('patches', () => {
  const patched = async (about: Write, ...operations: object[]): Promise<Result> => {
    server.on('/patch', () => patching(...operations));
    const rules = [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*', '*/*'] }];
    return write({ mutating: [hook('/patch', { rules })] }, about);
  };
  it('change the object, which is pruned and defaulted', async () => {
    const about: Write = {
      to: 'services',
      object: {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 's', namespace: 'shop' },
        spec: { type: 'ClusterIP' },
      },
    };
    const { object } = await patched(
      about,
      { op: 'add', path: '/spec/nonsense', value: 1 },
      { op: 'add', path: '/spec/ports', value: [{ port: 80 }] },
    );
    expect(object?.spec).toMatchObject({ ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }] });
    expect(object?.spec).not.toHaveProperty('nonsense');
  });
  it('come back from another version', async () => {
    server.on('/patch', () => patching({ op: 'add', path: '/spec/minReplicas', value: 2 }));
    const rules = [{ ...CONFIG_MAPS, apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'] }];
    const object = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'sail', namespace: 'shop' },
      spec: { maxReplicas: 3, scaleTargetRef: { kind: 'Deployment', name: 'x', apiVersion: 'apps/v1' } },
    };
    const about: Write = { to: 'horizontalpodautoscalers.autoscaling', object };
    const result = await write({ mutating: [hook('/patch', { rules })] }, about);
    expect(result.object).toMatchObject({ apiVersion: 'autoscaling/v2', spec: { minReplicas: 2, maxReplicas: 3 } });
  });
  it('change the replicas of what is scaled', async () => {
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { replicas: 3 },
    };
    const about: Write = { to: 'deployments.apps/scale', operation: 'UPDATE', object: deployment, old: deployment };
    const { object } = await patched(about, { op: 'replace', path: '/spec/replicas', value: 5 });
    expect(object).toMatchObject({ kind: 'Deployment', spec: { replicas: 5 } });
  });
  it('may rename, may not move', async () => {
    const { object } = await patched(create, { op: 'replace', path: '/metadata/name', value: 'other' });
    expect(object?.metadata.name).toBe('other');
    const moved = patched(create, { op: 'replace', path: '/metadata/namespace', value: 'default' });
    await expect(moved).rejects.toMatchObject({ code: 400 });
  });
  it.each<[object, string]>([
    [
      { op: 'remove', path: '/data/none' },
      "error in remove for path: '/data/none': Unable to remove nonexistent key: none: missing value",
    ],
    [{ op: 'test', path: '/data/oil', value: 'x' }, 'testing value /data/oil failed: test failed'],
    [
      { op: 'replace', path: '/data', value: ['x'] },
      'json: cannot unmarshal array into Go struct field ConfigMap.data of type map[string]string',
    ],
    [
      { op: 'replace', path: '/kind', value: 'Secret' },
      'converting (v1.Secret) to (core.ConfigMap): unknown conversion',
    ],
    [{ op: 'replace', path: '/kind', value: 'Lamp' }, 'no kind "Lamp" is registered for version "v1"'],
  ])('%j is an error of the server', async (operation, message) => {
    const error = await patched(create, operation).catch((thrown: unknown) => thrown as StatusError);
    expect(error).toMatchObject({ code: 500 });
    expect((error as StatusError).message).toContain(message);
  });
  it('have nothing to change where an object goes', async () => {
    const about: Write = { to: 'configmaps', operation: 'DELETE', old: LAMP };
    await expect(patched(about, { op: 'remove', path: '/data' })).rejects.toThrow(
      'admission webhook "patch.hooks.example" attempted to modify the object, which is not supported for this operation',
    );
  });
  it('may not break who owns what', async () => {
    const entry = { manager: 'm', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: {} };
    const about = { ...create, object: { ...LAMP, metadata: { ...LAMP.metadata, managedFields: [entry] } } };
    const broken = await patched(about, { op: 'replace', path: '/metadata/managedFields/0/operation', value: 'Guess' });
    expect(broken.object?.metadata.managedFields).toEqual([entry]);
    expect(broken.warnings).toEqual([
      expect.stringMatching(/^\.metadata\.managedFields was in an invalid state after admission; /),
    ]);
    const removed = await patched(about, { op: 'remove', path: '/metadata/managedFields' });
    expect(removed.object?.metadata.managedFields).toBeUndefined();
  });
  it('are told to traces and audit', async () => {
    const { decisions, annotations } = await patched(create, { op: 'add', path: '/data/a', value: 'b' });
    expect(decisions).toContain('webhook patch.hooks.example of m: allowed, with changes');
    expect(annotations['mutation.webhook.admission.k8s.io/round_0_index_0']).toBe(
      '{"configuration":"m","webhook":"patch.hooks.example","mutated":true}',
    );
  });
});

describe('the second round', () => {
  const data = (request: ReviewRequest) => (request['object'] as { data: Record<string, string> }).data;
  const count = (request: ReviewRequest) =>
    patching({ op: 'add', path: '/data/seen', value: String(Number(data(request)['seen'] ?? 0) + 1) });
  const late = () => patching({ op: 'add', path: '/data/late', value: 'yes' });

  it.each<[string, string, object, string]>([
    ['asks again who wants it, after a change', 'IfNeeded', {}, '2'],
    ['asks nobody who does not', 'Never', {}, '1'],
    ['needs a change behind the webhook', 'IfNeeded', { late: 'yes' }, '1'],
  ])('%s', async (_, reinvocationPolicy, more, seen) => {
    server.on('/count', count).on('/late', late);
    const mutating = [hook('/count', { reinvocationPolicy }), hook('/late')];
    const { object } = await write({ mutating }, { ...create, object: { ...LAMP, data: { ...more } } });
    expect(object?.data).toEqual({ late: 'yes', seen });
  });
  it('runs the plugins of the server as well, whose changes count', async () => {
    server.on('/count', count);
    let runs = 0;
    const before: AdmissionPlugin = {
      name: 'Stamp',
      admit: ({ object }) => {
        (object?.data as Record<string, string>)['run'] = String(++runs);
      },
    };
    const mutating = [hook('/count', { reinvocationPolicy: 'IfNeeded' })];
    const { object } = await write({ mutating, before }, create);
    expect(object?.data).toEqual({ oil: 'full', run: '2', seen: '2' });
  });
  it('is not for who was not asked in the first', async () => {
    server.on('/count', count).on('/late', late);
    const objectSelector = { matchLabels: { lit: 'yes' } };
    const light = () => patching({ op: 'add', path: '/metadata/labels', value: { lit: 'yes' } });
    server.on('/light', light);
    const mutating = [
      hook('/count', { objectSelector, reinvocationPolicy: 'IfNeeded' }),
      hook('/light'),
      hook('/late'),
    ];
    const { object } = await write({ mutating }, create);
    expect(object?.data).toEqual({ oil: 'full', late: 'yes' });
  });
});

it('warnings and audit annotations are passed on', async () => {
  server.on('/tell', () => ({
    allowed: true,
    warnings: ['mind', '', 'tab\there'],
    auditAnnotations: { mood: 'fine' },
  }));
  const { warnings, annotations } = await write({ validating: [hook('/tell')] }, create);
  expect(warnings).toEqual(['mind']);
  expect(annotations).toEqual({ 'tell.hooks.example/mood': 'fine' });
});
