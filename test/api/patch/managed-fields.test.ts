import { describe, expect, test } from 'vitest';
import { cloneJson, type JsonObject } from '../../../src/api/object.ts';
import { managerName, type UpdateRequest, updateManagedFields } from '../../../src/api/patch/apply/managed-fields.ts';
import { validateManagedFields } from '../../../src/api/patch/apply/managers.ts';
import { withoutTimeChanges } from '../../../src/api/patch/apply/timestamps.ts';
import type { Field, Schema } from '../../../src/api/schema/schema.ts';
import { schemaOfKind } from '../../../src/api/schema/type-table.ts';
import { FLAG, GARDEN, list, map, NUMBER, struct, TEXT } from './garden.ts';

const DEPLOYMENT = schemaOfKind('apps', 'v1', 'Deployment');
const CONFIG_MAP = schemaOfKind('', 'v1', 'ConfigMap');
const NOW = '2024-05-05T05:05:05Z';

function track(request: Partial<UpdateRequest> & Pick<UpdateRequest, 'updated'>) {
  return updateManagedFields({ schema: CONFIG_MAP, apiVersion: 'v1', manager: 'me', now: NOW, ...request });
}

function configMap(data: Record<string, string>, metadata: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', uid: 'u', ...metadata }, data };
}

function entry(manager: string, fieldsV1: unknown, more: JsonObject = {}): JsonObject {
  return {
    manager,
    operation: 'Update',
    apiVersion: 'v1',
    time: '2024-01-01T00:00:00Z',
    fieldsType: 'FieldsV1',
    fieldsV1,
    ...more,
  };
}

describe('create', () => {
  test('a deployment: structs that Go always writes are no members, pointers and lists are', () => {
    const updated = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd', namespace: 'n', uid: 'u', generation: 1, labels: { app: 'd' } },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'd' } },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%' } },
        template: {
          metadata: { labels: { app: 'd' } },
          spec: {
            containers: [{ name: 'c', image: 'i', resources: {}, ports: [{ containerPort: 80, protocol: 'TCP' }] }],
            securityContext: {},
            nodeSelector: { a: 'b' },
          },
        },
      },
      status: { replicas: 1 },
    };
    const [made] =
      track({
        schema: DEPLOYMENT,
        apiVersion: 'apps/v1',
        manager: 'kubectl-create',
        updated,
        resetFields: [['status']],
      }) ?? [];
    expect(made).toEqual({
      manager: 'kubectl-create',
      operation: 'Update',
      apiVersion: 'apps/v1',
      time: NOW,
      fieldsType: 'FieldsV1',
      fieldsV1: {
        'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
        'f:spec': {
          'f:replicas': {},
          'f:selector': {},
          'f:strategy': { 'f:rollingUpdate': { '.': {}, 'f:maxSurge': {} }, 'f:type': {} },
          'f:template': {
            'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
            'f:spec': {
              'f:containers': {
                'k:{"name":"c"}': {
                  '.': {},
                  'f:image': {},
                  'f:name': {},
                  'f:ports': {
                    '.': {},
                    'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {}, 'f:protocol': {} },
                  },
                  'f:resources': {},
                },
              },
              'f:nodeSelector': {},
              'f:securityContext': {},
            },
          },
        },
      },
    });
  });

  test('a custom resource: everything that is new is a member', () => {
    const updated = {
      apiVersion: 'g/v1',
      kind: 'Garden',
      metadata: { name: 'x', labels: { a: 'b' } },
      spec: { herbs: ['mint'], notes: { deep: { n: 1 } }, fence: { wood: 'oak' } },
    };
    expect(track({ schema: GARDEN, apiVersion: 'g/v1', updated })?.[0]?.fieldsV1).toEqual({
      'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } },
      'f:spec': {
        '.': {},
        'f:fence': {},
        'f:herbs': { '.': {}, 'v:"mint"': {} },
        'f:notes': { '.': {}, 'f:deep': { '.': {}, 'f:n': {} } },
      },
    });
  });

  test('values that equal Go’s zero belong to nobody', () => {
    const schema = schemaOfKind('rbac.authorization.k8s.io', 'v1', 'RoleBinding');
    const binding = (roleRef: JsonObject) => ({ metadata: { name: 'x' }, roleRef });
    expect(track({ schema, updated: binding({ apiGroup: '', kind: '', name: '' }) })).toBeUndefined();
    expect(track({ schema, updated: binding({ apiGroup: '', kind: 'Role', name: '' }) })?.[0]?.fieldsV1).toEqual({
      'f:roleRef': {},
    });
  });

  test('a pointer that Go always writes is null in an empty object', () => {
    const field = (name: string, schema: Schema, nullable: boolean): [string, Field] => [
      name,
      { name, schema, presence: 'always', required: true, nullable },
    ];
    const inner: Schema = { type: 'object', goType: 'Inner', fields: new Map([field('n', NUMBER, false)]) };
    const fields = new Map([field('free', inner, true), field('fixed', inner, false)]);
    const schema: Schema = { type: 'object', goType: 'T', name: 'io.example.T', fields };
    expect(track({ schema, updated: { free: { n: 0 }, fixed: { n: 0 } } })?.[0]?.fieldsV1).toEqual({
      'f:free': { 'f:n': {} },
    });
    expect(track({ schema, updated: { free: null, fixed: { n: 1 } } })?.[0]?.fieldsV1).toEqual({
      'f:fixed': { 'f:n': {} },
    });
  });

  test('names keys that are special in JavaScript', () => {
    const updated = configMap(JSON.parse('{"__proto__":"a","constructor":"b"}') as Record<string, string>);
    expect(track({ updated })?.[0]?.fieldsV1).toEqual({
      'f:data': { '.': {}, 'f:__proto__': {}, 'f:constructor': {} },
    });
  });

  test('an object without fields has no managers; without a name the manager is unknown', () => {
    expect(track({ updated: { metadata: { name: 'x' } } })).toBeUndefined();
    expect(track({ updated: configMap({ a: '1' }), manager: '' })?.[0]?.manager).toBe('unknown');
  });

  test('list items that share their key are owned as one', () => {
    const env = [{ name: 'A', value: '1' }, { name: 'A', value: '2' }, { name: 'B' }];
    const updated = { metadata: { name: 'x' }, spec: { containers: [{ name: 'c', env }] } };
    const fields = track({ schema: schemaOfKind('', 'v1', 'Pod'), updated })?.[0]?.fieldsV1 as JsonObject;
    expect(JSON.stringify(fields)).toContain(
      '"f:env":{".":{},"k:{\\"name\\":\\"A\\"}":{},"k:{\\"name\\":\\"B\\"}":{".":{},"f:name":{}}}',
    );
  });

  test('the second of them is not looked into, whatever is in it', () => {
    const tags = list(TEXT, { listType: 'set' });
    const schema = struct({ rows: list(struct({ id: TEXT, tags }), { listType: 'map', listMapKeys: ['id'] }) });
    const row = { id: 'a', tags: ['x'] };
    const misfit = { id: 'a', tags: [null] };
    expect(track({ schema, updated: { rows: [row, misfit] } })?.[0]?.fieldsV1).toEqual({
      'f:rows': { '.': {}, 'k:{"id":"a"}': {} },
    });
    expect(track({ schema, updated: { rows: [misfit, row] } })).toBeUndefined();
  });

  test('managedFields in the body of a create are kept for what is not in the object', () => {
    const managedFields = [entry('other', { 'f:data': { 'f:gone': {}, 'f:a': {} } })];
    expect(
      track({ updated: configMap({ a: '1' }, { managedFields }) })?.map(({ manager, fieldsV1 }) => [manager, fieldsV1]),
    ).toEqual([
      ['other', { 'f:data': { 'f:gone': {} } }],
      ['me', { 'f:data': { '.': {}, 'f:a': {} } }],
    ]);
  });
});

describe('update', () => {
  const live = configMap(
    { a: '1', b: '1' },
    {
      managedFields: [
        entry('first', { 'f:data': { '.': {}, 'f:a': {}, 'f:b': {} } }),
        entry('second', { 'f:metadata': { 'f:labels': {} } }),
      ],
    },
  );

  test('takes changed fields from others, gives removed ones to nobody, and leaves other entries as they are', () => {
    const out = track({ live, updated: configMap({ a: '2', c: '1' }) });
    expect(out?.map(({ manager, fieldsV1, time }) => [manager, fieldsV1, time])).toEqual([
      ['first', { 'f:data': {} }, '2024-01-01T00:00:00Z'],
      ['second', { 'f:metadata': { 'f:labels': {} } }, '2024-01-01T00:00:00Z'],
      ['me', { 'f:data': { 'f:a': {}, 'f:c': {} } }, NOW],
    ]);
    expect(out?.[1]).toBe(((live['metadata'] as JsonObject)['managedFields'] as unknown[])[1]);
  });

  test('changes nothing when nothing changes, and only removes when fields only go', () => {
    expect(track({ live, updated: cloneJson(live) })).toEqual((live['metadata'] as JsonObject)['managedFields']);
    const out = track({ live, updated: configMap({ a: '1' }), manager: 'first' });
    expect(out?.map(({ manager, fieldsV1, time }) => [manager, fieldsV1, time])[0]).toEqual([
      'first',
      { 'f:data': { '.': {}, 'f:a': {} } },
      '2024-01-01T00:00:00Z',
    ]);
  });

  test('adds to what the same manager has', () => {
    const out = track({ live, updated: configMap({ a: '1', b: '2' }), manager: 'first' });
    expect(out?.at(-1)).toMatchObject({
      manager: 'first',
      time: NOW,
      fieldsV1: { 'f:data': { '.': {}, 'f:a': {}, 'f:b': {} } },
    });
  });

  test('an entry for each subresource, operation and version', () => {
    const out = track({ live, updated: configMap({ a: '2', b: '1' }), manager: 'first', subresource: 'status' });
    expect(out?.map(({ manager, subresource }) => [manager, subresource])).toEqual([
      ['first', undefined],
      ['second', undefined],
      ['first', 'status'],
    ]);
  });

  test('what is reset is owned by nobody', () => {
    const updated = { ...configMap({ a: '1', b: '1' }, { labels: { l: '1' } }), immutable: true };
    const out = track({ live, updated, resetFields: [['metadata', 'labels'], ['immutable']] });
    expect(out?.map(({ manager }) => manager)).toEqual(['first', 'second']);
  });

  test('only the fields that a subresource writes', () => {
    const updated = configMap({ a: '2', b: '2' }, { labels: { l: '1' } });
    const out = track({
      live,
      updated,
      onlyFields: [
        ['f:data', 'f:b'],
        ['*', 'f:nothing'],
      ],
    });
    expect(out?.map(({ manager, fieldsV1 }) => [manager, fieldsV1])).toEqual([
      ['first', { 'f:data': { '.': {}, 'f:a': {} } }],
      ['second', { 'f:metadata': { 'f:labels': {} } }],
      ['me', { 'f:data': { 'f:b': {} } }],
    ]);
  });

  test.each<[string, unknown, string[] | undefined]>([
    ['absent', undefined, ['first', 'second', 'me']],
    ['null', null, ['first', 'second', 'me']],
    ['an empty list', [], undefined],
    ['one empty entry', [{}], undefined],
    ['one entry of nulls', [{ manager: '', time: null }], undefined],
    ['other managers', [entry('third', { 'f:data': { 'f:b': {} } })], ['third', 'me']],
    ['an unknown operation', [entry('third', {}, { operation: 'Grab' })], ['first', 'second', 'me']],
    ['no apiVersion', [entry('third', {}, { apiVersion: '' })], ['first', 'second', 'me']],
    ['an unknown type of fields', [entry('third', {}, { fieldsType: 'FieldsV9' })], ['first', 'second', 'me']],
    ['fields that are none', [entry('third', { data: {} })], ['first', 'second', 'me']],
    ['fields that are no objects', [entry('third', { 'f:data': 1 })], ['first', 'second', 'me']],
  ])('the client sends %s', (_, managedFields, managers) => {
    const updated = configMap({ a: '2', b: '1' }, managedFields === undefined ? {} : { managedFields });
    expect(track({ live, updated })?.map(({ manager }) => manager)).toEqual(managers);
  });

  test('managedFields sent through a subresource are ignored', () => {
    const updated = configMap({ a: '1', b: '1' }, { managedFields: [{}] });
    expect(track({ live, updated, subresource: 'status' })).toHaveLength(2);
  });

  test('keys that somebody else spelled are made canonical', () => {
    const fields = { 'f:spec': { 'f:beds': { 'k:{ "side": "left", "row": 1 }': { 'x:y': {}, 'f:plant': {} } } } };
    const updated = {
      apiVersion: 'g/v1',
      metadata: { name: 'x', uid: 'u', managedFields: [entry('third', fields, { apiVersion: 'g/v1' })] },
      spec: { soil: 'clay' },
    };
    const out = track({ schema: GARDEN, apiVersion: 'g/v1', live: { metadata: { uid: 'u' }, spec: {} }, updated });
    expect(out?.[0]?.fieldsV1).toEqual({ 'f:spec': { 'f:beds': { 'k:{"row":1,"side":"left"}': { 'f:plant': {} } } } });
  });

  test('an object without managers stays without', () => {
    expect(track({ live: configMap({ a: '1' }), updated: configMap({ a: '2' }) })).toBeUndefined();
  });

  test('when list items cannot be told apart the managers stay', () => {
    const schema = struct({
      spec: struct({ beds: list(struct({ row: TEXT }), { listType: 'map', listMapKeys: ['row'] }) }),
    });
    const managedFields = [entry('first', { 'f:spec': {} }, { apiVersion: 'g/v1' })];
    const out = track({
      schema,
      apiVersion: 'g/v1',
      live: { metadata: { managedFields }, spec: {} },
      updated: { spec: { beds: [{}] } },
    });
    expect(out).toEqual(managedFields);
  });

  test('values of unknown type: maps merge, lists and changes of kind are wholes', () => {
    const schema = struct({ any: { type: 'any', goType: 'JSON' } });
    const managedFields = [
      entry('first', { 'f:any': { '.': {}, 'f:a': {}, 'f:l': {}, 'f:s': {} } }, { apiVersion: 'g/v1' }),
    ];
    const before = { metadata: { managedFields }, any: { a: 1, l: [1], s: 'x' } };
    const out = track({ schema, apiVersion: 'g/v1', live: before, updated: { any: { a: 1, l: [1, 2], s: { n: 1 } } } });
    expect(out?.map(({ fieldsV1 }) => fieldsV1)).toEqual([
      { 'f:any': { '.': {}, 'f:a': {} } },
      { 'f:any': { 'f:l': {}, 'f:s': { '.': {}, 'f:n': {} } } },
    ]);
  });

  test('a list that became atomic is owned as a whole', () => {
    const schema = struct({ tags: map(FLAG, { mapType: 'atomic' }), other: TEXT });
    const managedFields = [entry('first', { 'f:tags': { '.': {}, 'f:a': {} } }, { apiVersion: 'g/v1' })];
    const out = track({
      schema,
      apiVersion: 'g/v1',
      live: { metadata: { managedFields }, tags: { a: true } },
      updated: { tags: { a: true }, other: 'x' },
    });
    expect(out?.map(({ fieldsV1 }) => fieldsV1)).toEqual([{ 'f:tags': {} }, { 'f:other': {} }]);
  });
});

describe('more than ten updaters', () => {
  const managers = Array.from({ length: 12 }, (_, i) => `m${String(i).padStart(2, '0')}`);
  const data = (value: string) => Object.fromEntries(managers.map((name) => [name, value]));

  test('the oldest of a version become ancient-changes', () => {
    let live = configMap(
      {},
      { managedFields: [entry('applier', { 'f:data': { 'f:z': {} } }, { operation: 'Apply' })] },
    );
    managers.forEach((manager, i) => {
      const updated = configMap({ ...(live['data'] as Record<string, string>), [manager]: '1' });
      const managedFields = track({ live, updated, manager, now: `2024-05-05T05:05:${String(i).padStart(2, '0')}Z` });
      live = configMap(updated['data'] as Record<string, string>, { managedFields });
    });
    const out = (live['metadata'] as JsonObject)['managedFields'] as JsonObject[];
    expect(out).toHaveLength(11);
    expect(out.map(({ manager }) => manager)).toEqual(['applier', 'ancient-changes', ...managers.slice(3)]);
    expect(out[1]).toMatchObject({
      time: '2024-05-05T05:05:02Z',
      fieldsV1: { 'f:data': { 'f:m00': {}, 'f:m01': {}, 'f:m02': {} } },
    });
    expect(Object.keys(data('1'))).toHaveLength(12);
  });
});

describe('other versions of the kind', () => {
  const V1 = struct({ size: TEXT });
  const V2 = struct({ width: TEXT });
  const managedFields = [
    entry('old', { 'f:size': {} }, { apiVersion: 'g/v1' }),
    entry('dead', { 'f:girth': {} }, { apiVersion: 'g/v0' }),
    entry('now', { 'f:width': {} }, { apiVersion: 'g/v2' }),
  ];
  const versions = (apiVersion: string) =>
    apiVersion === 'g/v1'
      ? { schema: V1, convert: ({ width }: JsonObject) => ({ apiVersion: 'g/v1', size: width }) }
      : undefined;
  const request = { schema: V2, apiVersion: 'g/v2', live: { metadata: { managedFields }, width: '1' }, versions };

  test('a change is a change in every version; managers of versions that are gone are dropped', () => {
    const out = track({ ...request, updated: { width: '2' } });
    expect(out?.map(({ manager, apiVersion, fieldsV1 }) => [manager, apiVersion, fieldsV1])).toEqual([
      ['me', 'g/v2', { 'f:width': {} }],
    ]);
  });

  test('no change leaves them', () => {
    expect(track({ ...request, updated: { width: '1' } })?.map(({ manager }) => manager)).toEqual(['now', 'old']);
  });
});

describe('times', () => {
  const live = configMap({ a: '1' }, { managedFields: [entry('a', {}), entry('b', {})] });
  const later = (more: JsonObject, data = { a: '1' }) =>
    configMap(data, { managedFields: [entry('a', {}, more), entry('b', {})] });

  test('a write that only moves a time is undone', () => {
    expect(withoutTimeChanges(live, later({ time: NOW }))).toEqual(live);
  });

  test.each([
    ['the object changed', later({ time: NOW }, { a: '2' })],
    ['an entry changed', later({ time: NOW, fieldsV1: { 'f:a': {} } })],
    [
      'an entry came',
      configMap({ a: '1' }, { managedFields: [entry('a', {}, { time: NOW }), entry('b', {}), entry('c', {})] }),
    ],
    ['no time changed', later({})],
    ['there are no managers', configMap({ a: '1' })],
  ])('not when %s', (_, updated) => {
    expect(withoutTimeChanges(live, updated)).toBe(updated);
  });
});

test.each([
  ['', 'kubectl/v1.36.0 (linux/amd64)', 'kubectl'],
  ['me', 'kubectl/v1', 'me'],
  ['', 'tab\tless', 'tabless'],
  ['', '', ''],
  ['', 'x'.repeat(200), 'x'.repeat(128)],
  ['', `${'x'.repeat(127)}é`, 'x'.repeat(127)],
])('manager of %j, %j', (option, agent, name) => {
  expect(managerName(option, agent)).toBe(name);
});

test.each<[unknown, string | undefined]>([
  [undefined, undefined],
  [[entry('a', {})], undefined],
  [[entry('a', {}, { operation: '' })], 'operation must be `Apply` or `Update`'],
  [[entry('a', {}, { apiVersion: '' })], 'apiVersion must not be empty'],
  [[entry('a', {}), entry('b', {}, { fieldsType: '' })], 'missing fieldsType in managed fields entry 1'],
  [[entry('a', {}, { fieldsType: 'X' })], 'invalid fieldsType "X" in managed fields entry 0'],
])('validity of %j', (entries, problem) => {
  expect(validateManagedFields(entries)).toBe(problem);
});
