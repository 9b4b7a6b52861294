import { describe, expect, it } from 'vitest';
import typesJson from '../../../src/api/schema/types.json' with { type: 'json' };
import { BUILTIN_KINDS } from '../../../src/server/kinds/index.ts';
import { KindTable } from '../../../src/server/kinds/kind-table.ts';
import type { Descriptions } from '../../../src/server/openapi/descriptions.ts';
import { OpenApiDocuments } from '../../../src/server/openapi/openapi-documents.ts';
import { customKind } from './custom-kind.ts';

const CORE = 'io.k8s.api.core.v1.';
const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.';
const DESCRIPTIONS: Descriptions = {
  types: {
    [`${CORE}PodSpec`]: {
      text: 'a spec',
      fields: { containers: 'the containers', restartPolicy: 'when to restart', os: 'the os' },
    },
    [`${CORE}ConfigMap`]: {
      text: '',
      fields: { apiVersion: 'the version', kind: 'the kind', metadata: 'the metadata' },
    },
  },
  parameters: { pretty: 'indent', 'PodExecOptions.command': 'what to run' },
};

// biome-ignore lint/suspicious/noExplicitAny: tests look freely into documents
type Doc = any;

const documents = new OpenApiDocuments(new KindTable(BUILTIN_KINDS), () => DESCRIPTIONS);
const core: Doc = JSON.parse(documents.v3('api/v1', 'json').toString());
const apps: Doc = JSON.parse(documents.v3('apis/apps/v1', 'json').toString());
const v2: Doc = JSON.parse(documents.v2('json').toString());

describe('v3 definitions', () => {
  const schemas = core.components.schemas;
  const property = (type: string, field: string) => schemas[`${CORE}${type}`].properties[field];

  it.each([
    [
      'PodSpec',
      'containers',
      {
        type: 'array',
        items: { $ref: `#/components/schemas/${CORE}Container` },
        description: 'the containers',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
        'x-kubernetes-patch-merge-key': 'name',
        'x-kubernetes-patch-strategy': 'merge',
      },
    ],
    [
      'PodSpec',
      'volumes',
      {
        type: 'array',
        items: { $ref: `#/components/schemas/${CORE}Volume` },
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
        'x-kubernetes-patch-merge-key': 'name',
        'x-kubernetes-patch-strategy': 'merge,retainKeys',
      },
    ],
    ['PodSpec', 'os', { allOf: [{ $ref: `#/components/schemas/${CORE}PodOS` }], description: 'the os' }],
    [
      'PodSpec',
      'nodeSelector',
      { type: 'object', additionalProperties: { type: 'string' }, 'x-kubernetes-map-type': 'atomic' },
    ],
    [
      'PodSpec',
      'restartPolicy',
      {
        type: 'string',
        enum: ['Always', 'Never', 'OnFailure'],
        description: 'when to restart\n\nPossible enum values:\n - `"Always"`\n - `"Never"`\n - `"OnFailure"`',
      },
    ],
    ['Container', 'resources', { allOf: [{ $ref: `#/components/schemas/${CORE}ResourceRequirements` }], default: {} }],
    ['Container', 'name', { type: 'string', default: '' }],
    ['Container', 'args', { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'atomic' }],
    ['ContainerPort', 'containerPort', { type: 'integer', format: 'int32', default: 0 }],
    [
      'ServiceSpec',
      'ipFamilies',
      { type: 'array', items: { type: 'string', enum: ['', 'IPv4', 'IPv6'] }, 'x-kubernetes-list-type': 'atomic' },
    ],
    ['ContainerPort', 'protocol', { type: 'string', enum: ['SCTP', 'TCP', 'UDP'], default: 'TCP' }],
    ['Secret', 'data', { type: 'object', additionalProperties: { type: 'string', format: 'byte' } }],
    [
      'ResourceRequirements',
      'limits',
      {
        type: 'object',
        additionalProperties: { $ref: '#/components/schemas/io.k8s.apimachinery.pkg.api.resource.Quantity' },
      },
    ],
    ['Pod', 'spec', { allOf: [{ $ref: `#/components/schemas/${CORE}PodSpec` }], default: {} }],
    ['PodSpec', 'affinity', { allOf: [{ $ref: `#/components/schemas/${CORE}Affinity` }] }],
  ])('%s.%s', (type, field, schema) => {
    expect(property(type, field)).toEqual(schema);
  });

  it.each([
    [`${CORE}PodSpec`, { type: 'object', required: ['containers'], description: 'a spec' }],
    [`${CORE}LocalObjectReference`, { 'x-kubernetes-map-type': 'atomic' }],
    [
      `${CORE}SeccompProfile`,
      {
        'x-kubernetes-unions': [
          { discriminator: 'type', 'fields-to-discriminateBy': { localhostProfile: 'LocalhostProfile' } },
        ],
      },
    ],
    [`${CORE}Pod`, { 'x-kubernetes-group-version-kind': [{ group: '', kind: 'Pod', version: 'v1' }] }],
    [`${CORE}PodList`, { required: ['items'] }],
    [`${META}OwnerReference`, { required: ['apiVersion', 'kind', 'name', 'uid'] }],
    [`${META}Condition`, { required: ['type', 'status', 'lastTransitionTime', 'reason', 'message'] }],
    [`${META}Time`, { type: 'string', format: 'date-time' }],
    ['io.k8s.apimachinery.pkg.api.resource.Quantity', { oneOf: [{ type: 'string' }, { type: 'number' }] }],
    [
      'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
      { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
    ],
  ])('%s', (name, part) => {
    expect(schemas[name]).toMatchObject(part);
  });

  it('gives options types the kinds of every version that the scheme knows', () => {
    const kinds = schemas[`${META}DeleteOptions`]['x-kubernetes-group-version-kind'];
    expect(kinds).toHaveLength(53);
    expect(kinds).toContainEqual({ group: 'apps', kind: 'DeleteOptions', version: 'v1beta2' });
  });

  it('is closed: every reference has its definition', () => {
    for (const doc of [core, apps]) {
      const refs = new Set(
        [...JSON.stringify(doc).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name),
      );
      expect([...refs].filter((name) => !((name as string) in doc.components.schemas))).toEqual([]);
    }
  });

  it('has the integer format of every field of the tables', () => {
    for (const [name, schema] of Object.entries<Doc>({ ...schemas, ...apps.components.schemas })) {
      const fields = (typesJson as Doc)[name]?.fields ?? {};
      for (const [field, row] of Object.entries<Doc>(fields)) {
        if (row.type === 'integer')
          expect([name, field, schema.properties[field].format]).toEqual([name, field, row.format]);
      }
    }
  });
});

describe('v3 operations', () => {
  const deployments = apps.paths['/apis/apps/v1/namespaces/{namespace}/deployments'];
  const deployment = apps.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}'];

  it('describes a list with its stream types', () => {
    expect(deployments.get).toMatchObject({
      tags: ['apps_v1'],
      operationId: 'listAppsV1NamespacedDeployment',
      description: 'list or watch objects of kind Deployment',
      'x-kubernetes-action': 'list',
      'x-kubernetes-group-version-kind': { group: 'apps', kind: 'Deployment', version: 'v1' },
    });
    expect(Object.keys(deployments.get.responses['200'].content)).toContain('application/json;stream=watch');
    expect(deployments.get.parameters.map((p: Doc) => p.name)).toEqual(
      ['allowWatchBookmarks', 'continue', 'fieldSelector', 'labelSelector', 'limit', 'resourceVersion'].concat([
        'resourceVersionMatch',
        'sendInitialEvents',
        'shardSelector',
        'timeoutSeconds',
        'watch',
      ]),
    );
  });

  it('hoists the parameters that all operations of a path share', () => {
    expect(deployment.parameters).toEqual([
      {
        name: 'name',
        in: 'path',
        description: 'name of the Deployment',
        required: true,
        schema: { type: 'string', uniqueItems: true },
      },
      {
        name: 'namespace',
        in: 'path',
        description: 'object name and auth scope, such as for teams and projects',
        required: true,
        schema: { type: 'string', uniqueItems: true },
      },
      { name: 'pretty', in: 'query', description: 'indent', schema: { type: 'string', uniqueItems: true } },
    ]);
    expect(core.paths['/api/v1/namespaces/{namespace}/pods/{name}/log'].get.parameters).toBeUndefined();
  });

  it.each([
    [
      'post',
      {
        operationId: 'createAppsV1NamespacedDeployment',
        requestBody: {
          content: { '*/*': { schema: { $ref: '#/components/schemas/io.k8s.api.apps.v1.Deployment' } } },
          required: true,
        },
      },
    ],
    [
      'delete',
      { operationId: 'deleteAppsV1CollectionNamespacedDeployment', 'x-kubernetes-action': 'deletecollection' },
    ],
  ])('has %s on the collection', (method, part) => {
    expect(deployments[method]).toMatchObject(part);
  });

  it('lists the patch types and wants fieldValidation and force', () => {
    expect(Object.keys(deployment.patch.requestBody.content)).toEqual([
      'application/json-patch+json',
      'application/merge-patch+json',
      'application/strategic-merge-patch+json',
      'application/apply-patch+yaml',
    ]);
    expect(deployment.patch.parameters.map((p: Doc) => p.name)).toEqual([
      'dryRun',
      'fieldManager',
      'fieldValidation',
      'force',
    ]);
  });

  it.each([
    [
      '/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale',
      'get',
      'readAppsV1NamespacedDeploymentScale',
      { group: 'autoscaling', kind: 'Scale', version: 'v1' },
    ],
    [
      '/apis/apps/v1/namespaces/{namespace}/deployments/{name}/status',
      'put',
      'replaceAppsV1NamespacedDeploymentStatus',
      { group: 'apps', kind: 'Deployment', version: 'v1' },
    ],
    [
      '/apis/apps/v1/deployments',
      'get',
      'listAppsV1DeploymentForAllNamespaces',
      { group: 'apps', kind: 'Deployment', version: 'v1' },
    ],
    [
      '/apis/apps/v1/watch/namespaces/{namespace}/deployments/{name}',
      'get',
      'watchAppsV1NamespacedDeployment',
      { group: 'apps', kind: 'Deployment', version: 'v1' },
    ],
  ])('%s %s', (path, method, operationId, kind) => {
    expect(apps.paths[path][method]).toMatchObject({ operationId, 'x-kubernetes-group-version-kind': kind });
  });

  it('connects by every method that streams or proxies', () => {
    const exec = core.paths['/api/v1/namespaces/{namespace}/pods/{name}/exec'];
    expect(Object.keys(exec).sort()).toEqual(['get', 'parameters', 'post']);
    expect(exec.post).toMatchObject({
      'x-kubernetes-action': 'connect',
      operationId: 'connectCoreV1PostNamespacedPodExec',
    });
    expect(exec.parameters[0]).toEqual({
      name: 'command',
      in: 'query',
      description: 'what to run',
      schema: { type: 'string', uniqueItems: true },
    });
    const proxy = core.paths['/api/v1/nodes/{name}/proxy/{path}'];
    expect(proxy.options.operationId).toBe('connectCoreV1OptionsNodeProxyWithPath');
  });

  it.each([
    ['version', '/version/', 'getCodeVersion', 'version'],
    ['apis/apps', '/apis/apps/', 'getAppsAPIGroup', 'apps'],
    ['api', '/api/', 'getCoreAPIVersions', 'core'],
    ['apis', '/apis/', 'getAPIVersions', 'apis'],
    ['apis/apps/v1', '/apis/apps/v1/', 'getAppsV1APIResources', 'apps_v1'],
    [
      '.well-known/openid-configuration',
      '/.well-known/openid-configuration/',
      'getServiceAccountIssuerOpenIDConfiguration',
      'WellKnown',
    ],
  ])('document %s has %s', (name, path, operationId, tag) => {
    const doc: Doc = JSON.parse(documents.v3(name, 'json').toString());
    expect(doc.paths[path].get).toMatchObject({ operationId, tags: [tag] });
  });
});

describe('v2', () => {
  it('is Swagger', () => {
    expect(v2).toMatchObject({
      swagger: '2.0',
      info: { title: 'Kubernetes', version: '1.36' },
      security: [{ BearerToken: [] }],
    });
  });

  it('has references beside their descriptions, no defaults', () => {
    expect(v2.definitions['io.k8s.api.batch.v1.Job'].properties.spec).toEqual({
      $ref: '#/definitions/io.k8s.api.batch.v1.JobSpec',
    });
    expect(v2.definitions[`${CORE}PodSpec`].properties.os).toEqual({
      $ref: `#/definitions/${CORE}PodOS`,
      description: 'the os',
    });
    expect(v2.definitions[`${CORE}ContainerPort`].properties.protocol).toEqual({
      type: 'string',
      enum: ['SCTP', 'TCP', 'UDP'],
    });
    expect(v2.definitions['io.k8s.apimachinery.pkg.util.intstr.IntOrString']).toMatchObject({
      type: 'string',
      format: 'int-or-string',
    });
  });

  it('resolves every parameter and definition', () => {
    const refs = [
      ...new Set([...JSON.stringify(v2).matchAll(/"#\/(parameters|definitions)\/([^"]+)"/g)].map(([ref]) => ref)),
    ];
    const missing = refs.filter((ref) => {
      const [, section, name] = /"#\/(\w+)\/(.+)"/.exec(ref) as RegExpExecArray;
      return v2[section as string][name as string] === undefined;
    });
    expect(missing).toEqual([]);
    expect(refs.length).toBeGreaterThan(600);
  });

  it('says what operations take and give', () => {
    const job = v2.paths['/apis/batch/v1/namespaces/{namespace}/jobs/{name}'];
    expect(job.get.produces).toEqual(['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']);
    expect(job.patch.consumes).toHaveLength(4);
    expect(job.get.responses['200']).toEqual({
      description: 'OK',
      schema: { $ref: '#/definitions/io.k8s.api.batch.v1.Job' },
    });
  });
});

describe('custom resources', () => {
  const schema = {
    type: 'object',
    description: 'Boils water.',
    required: ['spec'],
    properties: {
      spec: {
        type: 'object',
        properties: {
          load: { 'x-kubernetes-int-or-string': true },
          lid: { type: 'string', nullable: true, default: 'on' },
          extra: {
            type: 'object',
            'x-kubernetes-preserve-unknown-fields': true,
            properties: { a: { type: 'string' } },
          },
          ['__proto__']: { type: 'string' },
        },
      },
      template: { type: 'object', 'x-kubernetes-embedded-resource': true },
    },
  };
  const kinds = new KindTable(BUILTIN_KINDS);
  kinds.replace('kitchen.example.com', 'kettles', [customKind(schema)]);
  const custom = new OpenApiDocuments(kinds, () => DESCRIPTIONS);
  const doc: Doc = JSON.parse(custom.v3('apis/kitchen.example.com/v1alpha1', 'json').toString());
  const name = 'com.example.kitchen.v1alpha1.Kettle';

  it('show their schema in v3', () => {
    const kettle = doc.components.schemas[name];
    expect(doc.info).toEqual({ title: 'Kubernetes CRD Swagger', version: 'v0.1.0' });
    expect(kettle).toMatchObject({ description: 'Boils water.', required: ['spec'], type: 'object' });
    expect(kettle['x-kubernetes-group-version-kind']).toEqual([
      { group: 'kitchen.example.com', kind: 'Kettle', version: 'v1alpha1' },
    ]);
    expect(kettle.properties.metadata).toEqual({
      allOf: [{ $ref: `#/components/schemas/${META}ObjectMeta` }],
      description: 'the metadata',
    });
    expect(kettle.properties.kind).toEqual({ description: 'the kind', type: 'string' });
    expect(kettle.properties.spec.properties.load).toEqual({
      anyOf: [{ type: 'integer' }, { type: 'string' }],
      'x-kubernetes-int-or-string': true,
    });
    expect(kettle.properties.spec.properties.lid).toEqual({ type: 'string', nullable: true, default: 'on' });
    expect(Object.keys(kettle.properties.spec.properties)).toContain('__proto__');
    expect(kettle.properties.template.required).toEqual(['kind', 'apiVersion']);
    expect(doc.components.schemas[`${name}List`].properties.items.items).toEqual({
      $ref: `#/components/schemas/${name}`,
    });
  });

  it('have operations, but no watch paths and no strategic patches', () => {
    const path = '/apis/kitchen.example.com/v1alpha1/namespaces/{namespace}/kettles';
    expect(doc.paths[path].get.operationId).toBe('listKitchenExampleComV1alpha1NamespacedKettle');
    expect(Object.keys(doc.paths).some((p) => p.includes('/watch/'))).toBe(false);
    expect(Object.keys(doc.paths[`${path}/{name}`].patch.requestBody.content)).toEqual([
      'application/json-patch+json',
      'application/merge-patch+json',
      'application/apply-patch+yaml',
    ]);
    expect(Object.keys(doc.components.schemas).some((n) => n.endsWith('WatchEvent'))).toBe(false);
  });

  it('are loosened in v2, where null and either-or cannot be said', () => {
    const spec = JSON.parse(custom.v2('json').toString()).definitions[name].properties.spec.properties;
    expect(spec.load).toEqual({ 'x-kubernetes-int-or-string': true });
    expect(spec.lid).toEqual({ default: 'on' });
    expect(spec.extra).toEqual({ 'x-kubernetes-preserve-unknown-fields': true });
  });

  it('change only their own hash', () => {
    const before = new Map(custom.index());
    kinds.replace('kitchen.example.com', 'kettles', [customKind({ ...schema, description: 'Boils more water.' })]);
    const changed = [...custom.index()]
      .filter(([document, hash]) => before.get(document) !== hash)
      .map(([document]) => document);
    expect(changed).toEqual(['apis/kitchen.example.com/v1alpha1']);
    kinds.replace('kitchen.example.com', 'kettles', []);
    expect(custom.index().has('apis/kitchen.example.com/v1alpha1')).toBe(false);
  });

  it('without a schema may hold anything', () => {
    const table = new KindTable(BUILTIN_KINDS);
    table.replace('kitchen.example.com', 'kettles', [customKind(undefined, { namespaced: false })]);
    const open: Doc = JSON.parse(
      new OpenApiDocuments(table, () => DESCRIPTIONS).v3('apis/kitchen.example.com/v1alpha1', 'json').toString(),
    );
    expect(open.components.schemas[name]).toMatchObject({
      type: 'object',
      'x-kubernetes-preserve-unknown-fields': true,
    });
    expect(open.paths['/apis/kitchen.example.com/v1alpha1/kettles'].post.operationId).toBe(
      'createKitchenExampleComV1alpha1Kettle',
    );
  });
});
