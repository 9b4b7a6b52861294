/** Values of the right types that make sense more often than not: by the names of their fields. */
import { cloneJson, type JsonObject, setOwn } from '../../src/api/object.ts';
import type { Schema } from '../../src/api/schema/schema.ts';

const OPTIONAL = 0.3;
/** Structs of which one field is set. */
const UNION =
  /^(EnvVarSource|EnvFromSource|ProbeHandler|LifecycleHandler|VolumeProjection|NetworkPolicyPeer|DeviceSelector)$/;

/** What belongs into a field of this name; tried in any order. */
const BY_NAME: Readonly<Record<string, readonly unknown[]>> = {
  key: ['a', 'a.test/b', 'tier'],
  operator: ['In', 'Exists', 'DoesNotExist', 'NotIn', 'Gt', 'Lt', 'Equal'],
  values: [['a'], ['a', 'b'], ['1'], undefined],
  topologyKey: ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'],
  whenUnsatisfiable: ['DoNotSchedule', 'ScheduleAnyway'],
  maxSkew: [1, 2],
  weight: [1, 100],
  effect: ['NoSchedule', 'NoExecute', 'PreferNoSchedule'],
  cidr: ['10.0.0.0/24', '2001:db8::/32'],
  except: [['10.0.0.0/28']],
  ip: ['192.0.2.1', '2001:db8::1'],
  hostIP: ['192.0.2.1'],
  image: ['registry.test/app:1', 'app'],
  path: ['/data', 'data', '/dev'],
  mountPath: ['/data', '/more'],
  subPath: ['sub'],
  devicePath: ['/dev/x'],
  fieldPath: ['metadata.name', 'metadata.namespace', "metadata.labels['app']", 'status.podIP', 'spec.nodeName'],
  resource: ['limits.cpu', 'requests.memory', 'pods'],
  containerName: ['app'],
  container: ['app'],
  type: ['Resource', 'Pods', 'Object', 'External', 'Utilization', 'AverageValue', 'Value', 'RuntimeDefault', 'Percent'],
  action: ['Ignore', 'FailJob', 'Count'],
  kind: ['ConfigMap', 'Deployment', 'Service', 'PersistentVolumeClaim', 'User', 'Group'],
  apiGroup: ['', 'apps', 'rbac.authorization.k8s.io'],
  apiVersion: ['v1', 'apps/v1'],
  driver: ['driver.fuzz.test'],
  volumeHandle: ['handle'],
  expression: ['true', 'object != null'],
  jsonPath: ['.spec.size'],
  scheme: ['HTTP', 'HTTPS'],
  url: ['https://a.test/hook'],
  storageClassName: ['fast'],
  accessModes: [['ReadWriteOnce'], ['ReadOnlyMany', 'ReadWriteMany']],
  volumeName: ['pv-1'],
  dnsPolicy: ['None', 'Default', 'ClusterFirstWithHostNet'],
  nameservers: [['192.0.2.53']],
  hostnames: [['a.test']],
  caBundle: [''],
  verbs: [['get'], ['*']],
  namespaces: [['default']],
  seconds: [5],
  mode: [0o644],
  defaultMode: [0o600],
  targetWWNs: [['wwn']],
  lun: [1],
  iqn: ['iqn.2001-04.com.example:storage'],
  targetPortal: ['192.0.2.1:3260'],
  monitors: [['192.0.2.1:6789']],
  server: ['nfs.test'],
  diskURI: ['/subscriptions/a/resourceGroups/b/providers/Microsoft.Compute/disks/c'],
  gateway: ['https://gateway.test'],
};
const STRINGS = ['web', 'a', 'data', 'fuzz.test/x', 'True', '1'];
const NUMBERS = [1, 2, 80, 600, 0];
const SCALARS: Partial<Record<Schema['type'], readonly unknown[]>> = {
  number: [1, 0.5],
  boolean: [true, false],
  quantity: ['1', '100m', '1Gi'],
  intOrString: [80, 1, '50%', 'http'],
  time: ['2030-01-01T00:00:00Z'],
  microTime: ['2030-01-01T00:00:00.000001Z'],
  duration: ['1s'],
  bytes: ['AAEC'],
  any: [{ a: 1 }, { type: 'object' }],
};

/** Lists and maps have one entry, structs what they must have and some more. */
export function plausibleValue(schema: Schema, name: string, random: () => number, depth = 0): unknown {
  const pick = (values: readonly unknown[]): unknown => cloneJson(values[Math.floor(random() * values.length)]);
  const known = Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
  switch (schema.type) {
    case 'object': {
      const out: JsonObject = {};
      const fields = [...(schema.fields?.values() ?? [])];
      const only = UNION.test(schema.goType) ? fields[Math.floor(random() * fields.length)] : undefined;
      for (const field of fields) {
        const optional = depth > 4 || random() > OPTIONAL;
        if (only === undefined ? !field.required && optional : field !== only) continue;
        const value = plausibleValue(field.schema, field.name, random, depth + 1);
        if (value !== undefined && value !== '') setOwn(out, field.name, value);
      }
      return out;
    }
    case 'map':
      return { [String(pick(['app', 'cpu', 'memory', 'a.test/b']))]: entry(schema.values, name, random, depth) };
    case 'list':
      return known !== undefined && schema.items?.type === 'string'
        ? pick(known)
        : [entry(schema.items, name, random, depth)];
    case 'string':
      return pick(known ?? schema.enum ?? STRINGS);
    case 'integer':
      return pick(known ?? NUMBERS);
    default:
      return pick(SCALARS[schema.type] ?? ['']);
  }
}

function entry(schema: Schema | undefined, name: string, random: () => number, depth: number): unknown {
  return plausibleValue(schema as Schema, `${name}[]`, random, depth + 1);
}
