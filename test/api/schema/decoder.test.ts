import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJsonDocument } from '../../../src/api/json.ts';
import { cloneJson } from '../../../src/api/object.ts';
import {
  compileDecoder,
  DecodeError,
  decode,
  decodeDocument,
  encodeZero,
  normalize,
} from '../../../src/api/schema/decoder.ts';
import type { Schema } from '../../../src/api/schema/schema.ts';
import { readTypeMeta } from '../../../src/api/schema/type-meta.ts';
import { schemaOf, schemaOfKind, typeNames } from '../../../src/api/schema/type-table.ts';

function kind(name: string): Schema {
  const [group = '', version = '', type = ''] = name.split('/');
  return schemaOfKind(group, version, type);
}

const POD = kind('/v1/Pod');
const CONFIG_MAP = kind('/v1/ConfigMap');
const pod = (spec: object) => ({ metadata: { name: 'p' }, spec });
const container = (more: object) => pod({ containers: [{ name: 'main', ...more }] });

function failure(schema: Schema, value: unknown): string {
  try {
    decodeDocument(schema, parseJsonDocument(typeof value === 'string' ? value : JSON.stringify(value)));
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
  return '';
}

describe('type errors', () => {
  test.each([
    [
      '/v1/ConfigMap',
      { data: { a: 1 } },
      'json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
    ],
    [
      '/v1/ConfigMap',
      { data: ['a'] },
      'json: cannot unmarshal array into Go struct field ConfigMap.data of type map[string]string',
    ],
    [
      '/v1/ConfigMap',
      { metadata: 'x' },
      'json: cannot unmarshal string into Go struct field ConfigMap.metadata of type v1.ObjectMeta',
    ],
    [
      '/v1/ConfigMap',
      { metadata: { name: 7 } },
      'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.name of type string',
    ],
    [
      '/v1/ConfigMap',
      { metadata: { uid: 7 } },
      'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.uid of type types.UID',
    ],
    [
      '/v1/ConfigMap',
      { metadata: { annotations: { n: true } } },
      'json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.annotations of type string',
    ],
    ['/v1/ConfigMap', [], 'json: cannot unmarshal array into Go value of type v1.ConfigMap'],
    [
      '/v1/Pod',
      pod({ containers: {} }),
      'json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container',
    ],
    [
      '/v1/Pod',
      pod({ restartPolicy: true }),
      'json: cannot unmarshal bool into Go struct field PodSpec.spec.restartPolicy of type v1.RestartPolicy',
    ],
    [
      '/v1/Pod',
      pod({ hostNetwork: 'yes' }),
      'json: cannot unmarshal string into Go struct field PodSpec.spec.hostNetwork of type bool',
    ],
    [
      '/v1/Pod',
      pod({ terminationGracePeriodSeconds: 1.5 }),
      'json: cannot unmarshal number 1.5 into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64',
    ],
    [
      '/v1/Pod',
      '{"spec":{"terminationGracePeriodSeconds":30.0}}',
      'json: cannot unmarshal number 30.0 into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64',
    ],
    [
      '/v1/Pod',
      '{"spec":{"priority":1e3}}',
      'json: cannot unmarshal number 1e3 into Go struct field PodSpec.spec.priority of type int32',
    ],
    [
      '/v1/Pod',
      pod({ priority: 2147483648 }),
      'json: cannot unmarshal number 2147483648 into Go struct field PodSpec.spec.priority of type int32',
    ],
    [
      '/v1/Pod',
      '{"spec":{"activeDeadlineSeconds":9223372036854775808}}',
      'json: cannot unmarshal number 9223372036854775808 into Go struct field PodSpec.spec.activeDeadlineSeconds of type int64',
    ],
    [
      '/v1/Pod',
      container({ image: 5 }),
      'json: cannot unmarshal number into Go struct field Container.spec.containers.image of type string',
    ],
    [
      '/v1/Pod',
      container({ ports: [{ containerPort: '80' }] }),
      'json: cannot unmarshal string into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32',
    ],
    [
      '/v1/Pod',
      container({ command: [1] }),
      'json: cannot unmarshal number into Go struct field Container.spec.containers.command of type string',
    ],
    [
      'apps/v1/Deployment',
      { spec: { replicas: 'x' } },
      'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [
      'policy/v1/PodDisruptionBudget',
      { spec: { minAvailable: true } },
      'json: cannot unmarshal bool into Go struct field PodDisruptionBudgetSpec.spec.minAvailable of type int32',
    ],
    ['/v1/Secret', { data: { a: 'not base64!' } }, 'illegal base64 data at input byte 3'],
    [
      '/v1/Secret',
      { data: { a: 1 } },
      'json: cannot unmarshal number into Go struct field Secret.data of type []uint8',
    ],
    ['/v1/Pod', container({ resources: { requests: { cpu: '1K' } } }), "unable to parse quantity's suffix"],
    [
      '/v1/Pod',
      container({ resources: { requests: { cpu: true } } }),
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
    [
      'coordination.k8s.io/v1/Lease',
      { spec: { renewTime: 'yesterday' } },
      'parsing time "yesterday" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "yesterday" as "2006"',
    ],
    [
      'coordination.k8s.io/v1/Lease',
      { spec: { renewTime: 5 } },
      'json: cannot unmarshal number into Go struct field LeaseSpec.spec.renewTime of type string',
    ],
  ])('%s %j', (name, value, message) => {
    expect(failure(kind(name), value)).toBe(message);
  });

  test('the first type error is told, unless a text that cannot be parsed comes later', () => {
    expect(failure(POD, pod({ hostNetwork: 1, hostPID: 'x' }))).toContain('hostNetwork');
    expect(failure(POD, pod({ hostNetwork: 1, overhead: { cpu: 'x' } }))).toContain('quantities must match');
  });

  test('a part of an object is named from its own root', () => {
    const meta = schemaOf('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta');
    expect(failure(meta, { labels: 'x' })).toBe(
      'json: cannot unmarshal string into Go struct field ObjectMeta.labels of type map[string]string',
    );
  });
});

describe('what survives', () => {
  test('zero values go or stay as in Go', () => {
    const given = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'p',
        generateName: '',
        labels: {},
        creationTimestamp: null,
        deletionGracePeriodSeconds: 0,
        finalizers: [],
      },
      spec: {
        containers: [{ name: 'a', image: '', command: [], securityContext: {}, tty: false, livenessProbe: null }],
        priority: 0,
        hostNetwork: false,
        hostUsers: false,
      },
    };
    expect(decode(POD, given)).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', deletionGracePeriodSeconds: 0 },
      spec: { containers: [{ name: 'a', resources: {}, securityContext: {} }], priority: 0, hostUsers: false },
      status: {},
    });
  });

  test('always-written fields: empty lists and absent pointers are null', () => {
    const role = kind('rbac.authorization.k8s.io/v1/ClusterRole');
    expect(decode(role, { metadata: { name: 'r' }, rules: [] })).toEqual({ metadata: { name: 'r' }, rules: null });
    expect(encodeZero(POD)).toEqual({ metadata: {}, spec: { containers: null }, status: {} });
    const reference = schemaOf('io.k8s.api.core.v1.TypedLocalObjectReference');
    expect(decode(reference, { kind: 'K', name: 'n' })).toEqual({ apiGroup: null, kind: 'K', name: 'n' });
    expect(decode(reference, { apiGroup: '', kind: 'K' })).toEqual({ apiGroup: '', kind: 'K', name: '' });
  });

  test('null stands for the zero value', () => {
    expect(decode(CONFIG_MAP, { metadata: null, data: { a: null } })).toEqual({ metadata: {}, data: { a: '' } });
    expect(decode(POD, pod({ containers: [null] }))).toMatchObject({
      spec: { containers: [{ name: '', resources: {} }] },
    });
    expect(decode(CONFIG_MAP, null)).toEqual({ metadata: {} });
  });

  test('canonical forms', () => {
    const given = container({
      resources: { requests: { cpu: '0.5', memory: 1024, 'a/b': '+1' } },
      ports: [{ containerPort: 80 }],
    });
    expect(decode(POD, given)).toMatchObject({
      spec: {
        containers: [
          {
            resources: { requests: { cpu: '500m', memory: '1024', 'a/b': '+1' } },
            ports: [{ containerPort: 80, protocol: 'TCP' }],
          },
        ],
      },
    });
    expect(
      decode(CONFIG_MAP, {
        metadata: { creationTimestamp: '2024-01-01T02:00:00.5+02:00' },
        binaryData: { a: 'AB==', b: null },
      }),
    ).toEqual({
      metadata: { creationTimestamp: '2024-01-01T00:00:00Z' },
      binaryData: { a: 'AA==', b: '' },
    });
  });

  test('quantities see how a number was written', () => {
    const document = parseJsonDocument('{"spec":{"hard":{"cpu":1e3,"pods":1.0}}}');
    expect(decodeDocument(kind('/v1/ResourceQuota'), document).value).toMatchObject({
      spec: { hard: { cpu: '1e3', pods: '1' } },
    });
  });

  test('big integers stay exact', () => {
    const document = parseJsonDocument('{"metadata":{"generation":9007199254740993}}');
    expect(decodeDocument(CONFIG_MAP, document).value).toEqual({ metadata: { generation: 9007199254740993n } });
  });

  test('static defaults are filled, unless told otherwise', () => {
    const rc = kind('/v1/ReplicationController');
    expect(decode(rc, { spec: {} })).toMatchObject({ spec: { replicas: 1 } });
    expect(decode(rc, { spec: { replicas: 0 } })).toMatchObject({ spec: { replicas: 0 } });
    expect(normalize(rc, { spec: {} })).toEqual({ metadata: {}, spec: {}, status: { replicas: 0 } });
    expect(decode(kind('/v1/Service'), { spec: { ports: [{ port: 80, protocol: '' }] } })).toMatchObject({
      spec: { ports: [{ protocol: 'TCP', targetPort: 0 }] },
    });
  });

  test('JSON schemas in their several forms', () => {
    const props = schemaOf('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps');
    const unknown: string[] = [];
    const given = {
      items: { type: 'string', nonsense: 1 },
      additionalProperties: false,
      default: { a: null },
      enum: [1, null],
      properties: { a: { bogus: 1 } },
    };
    expect(decode(props, given, { onUnknown: (path) => unknown.push(path) })).toEqual({
      items: { type: 'string' },
      additionalProperties: false,
      default: { a: null },
      enum: [1, null],
      properties: { a: {} },
    });
    expect(unknown).toEqual(['properties.a.bogus']);
    expect(failure(props, { additionalProperties: 1 })).toBe('boolean or JSON schema expected');
  });

  test('keys that objects have by nature are only keys', () => {
    const value = JSON.parse('{"__proto__":1,"constructor":2,"data":{"__proto__":"x","constructor":"y"}}');
    const decoded = decode(CONFIG_MAP, value) as { data: object };
    expect(Object.entries(decoded.data)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(Object.keys(decoded)).toEqual(['data', 'metadata']);
  });
});

describe('strict errors', () => {
  const strict = (schema: Schema, text: string) => decodeDocument(schema, parseJsonDocument(text)).strictErrors;

  test.each([
    [
      '{"metadata":{"name":"s","colour":"red"},"data":{"a":"1"},"dada":{}}',
      ['unknown field "metadata.colour"', 'unknown field "dada"'],
    ],
    [
      '{"metadata":{"name":"s","name":"t"},"data":{"a":"1","a":"2"}}',
      ['duplicate field "metadata.name"', 'duplicate field "data.a"'],
    ],
    [
      '{"metadata":{"name":"w","colour":"red"},"data":{"a":"1","a":"2"},"dada":{}}',
      ['unknown field "metadata.colour"', 'duplicate field "data.a"', 'unknown field "dada"'],
    ],
    ['{"Metadata":{"name":"s"}}', ['unknown field "Metadata"']],
    ['{"x":1,"x":2}', ['unknown field "x"']],
    ['{"x":{"a":1,"a":2}}', ['unknown field "x"']],
    ['{"data":{"a":"1"}}', []],
  ])('%s', (text, errors) => {
    expect(strict(CONFIG_MAP, text)).toEqual(errors);
  });

  test('paths reach into lists and maps', () => {
    const text = JSON.stringify(
      pod({
        containers: [{ name: 'a' }, { name: 'b', imagine: 'j', env: [{ name: 'X', valu: '1' }] }],
        restart: 'never',
      }),
    );
    expect(strict(POD, text)).toEqual([
      'unknown field "spec.containers[1].imagine"',
      'unknown field "spec.containers[1].env[0].valu"',
      'unknown field "spec.restart"',
    ]);
    const slice = '{"spec":{"devices":[{"name":"a","attributes":{"x.y/z":{"nope":1}}}]}}';
    expect(strict(kind('resource.k8s.io/v1/ResourceSlice'), slice)).toEqual([
      'unknown field "spec.devices[0].attributes.x.y/z.nope"',
    ]);
  });

  test('at most a hundred are told', () => {
    const many = Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`f${i}`, 1]));
    expect(strict(CONFIG_MAP, JSON.stringify(many))).toHaveLength(100);
    expect(strict(CONFIG_MAP, `{"data":{"a":"1","a":"2"},${JSON.stringify(many).slice(1)}`)).toHaveLength(100);
  });

  test('raw parts are not looked into', () => {
    const revision = kind('apps/v1/ControllerRevision');
    expect(strict(revision, '{"data":{"a":1,"a":2,"b":null},"revision":1}')).toEqual([]);
  });
});

describe('type meta', () => {
  test.each([
    ['{"apiVersion":"v1","kind":"Pod"}', { apiVersion: 'v1', kind: 'Pod' }],
    ['{"Kind":"Pod"}', { apiVersion: '', kind: 'Pod' }],
    ['null', { apiVersion: '', kind: '' }],
  ])('%s', (text, meta) => {
    expect(readTypeMeta(JSON.parse(text))).toEqual(meta);
  });

  test('wrong shapes', () => {
    const prefix = "couldn't get version/kind; json parse error: json: cannot unmarshal";
    expect(() => readTypeMeta({ apiVersion: 1 })).toThrow(
      `${prefix} number into Go struct field .apiVersion of type string`,
    );
    expect(() => readTypeMeta([])).toThrow(`${prefix} array into Go value of type struct { APIVersion string`);
  });
});

describe('properties', () => {
  const schemas = typeNames().map(schemaOf);

  test('no value makes a decoder throw anything but DecodeError', () => {
    fc.assert(
      fc.property(fc.constantFrom(...schemas), fc.jsonValue(), (schema, value) => {
        try {
          decode(schema, value);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  /** A value that mostly fits the schema, some of it wrong. */
  function valueFor(schema: Schema, depth: number): fc.Arbitrary<unknown> {
    const odd = fc.constantFrom<unknown>(null, '', 'x', 0, 1, 1.5, true, [], {}, '1Gi', '2024-01-01T00:00:00Z', 'AAEC');
    if (depth === 0) return odd;
    if (schema.type === 'object') {
      const names = [...(schema.fields?.keys() ?? [])];
      const member = fc.constantFrom(...names, 'unknown', '__proto__').chain((name) => {
        const field = schema.fields?.get(name);
        return fc.tuple(fc.constant(name), field === undefined ? odd : valueFor(field.schema, depth - 1));
      });
      return fc.oneof(
        { weight: 9, arbitrary: fc.array(member, { maxLength: 6 }).map((members) => Object.fromEntries(members)) },
        odd,
      );
    }
    if (schema.type === 'list' && schema.items !== undefined)
      return fc.oneof(fc.array(valueFor(schema.items, depth - 1), { maxLength: 3 }), odd);
    if (schema.type === 'map' && schema.values !== undefined)
      return fc.oneof(fc.dictionary(fc.string(), valueFor(schema.values, depth - 1), { maxKeys: 3 }), odd);
    return odd;
  }

  test('what was decoded once decodes to itself', () => {
    const kinds = [
      '/v1/Pod',
      '/v1/Service',
      'apps/v1/Deployment',
      'batch/v1/Job',
      'apiextensions.k8s.io/v1/CustomResourceDefinition',
      'autoscaling/v2/HorizontalPodAutoscaler',
    ];
    const sample = fc
      .constantFrom(...kinds)
      .chain((name) => fc.tuple(fc.constant(kind(name)), valueFor(kind(name), 6)));
    fc.assert(
      fc.property(sample, ([schema, value]) => {
        let once: unknown;
        try {
          once = decode(schema, value);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
          return;
        }
        const unknown: string[] = [];
        expect(compileDecoder(schema)(cloneJson(once), { onUnknown: (path) => unknown.push(path) })).toEqual(once);
        expect(unknown).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});
