/** Environment variables and their sources; imitates ValidateEnv and ValidateEnvFrom of pkg/apis/core/validation. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import {
  isConfigMapKey,
  isDNS1123Label,
  isDNS1123Subdomain,
  isQualifiedName,
  isRelaxedEnvVarName,
  maskTrailingDash,
} from '../../../api/names.ts';
import { parseQuantity } from '../../../api/quantity.ts';
import type {
  ConfigMapKeySelector,
  EnvFromSource,
  EnvVar,
  EnvVarSource,
  FileKeySelector,
  ObjectFieldSelector,
  PodSpec,
  ResourceFieldSelector,
} from '../../../api/types/core-v1.ts';
import { allContainers, containerPath } from './pod-visit.ts';
import { validatePathNoBacksteps } from './volume-paths.ts';

const ENV_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
/** What the downward API can name at all, `spec.host` being the old name of `spec.nodeName`. */
const POD_FIELD_LABELS = new Set([
  ...ENV_FIELDS,
  'metadata.annotations',
  'metadata.labels',
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
  'spec.host',
]);
const CONTAINER_RESOURCES = ['cpu', 'ephemeral-storage', 'memory'];
const RESOURCE_FIELDS = ['limits', 'requests'].flatMap((kind) => CONTAINER_RESOURCES.map((name) => `${kind}.${name}`));
const HUGE_PAGE_FIELDS = /^(limits|requests)\.hugepages-/;
const SIZE_DIVISORS = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

export function validateEnv(variables: readonly EnvVar[] | undefined, path: Path, errors: FieldErrors): void {
  for (const [i, variable] of (variables ?? []).entries()) {
    const { name = '', value = '', valueFrom } = variable;
    if (name === '') errors.required(path.index(i).child('name'));
    else for (const message of isRelaxedEnvVarName(name)) errors.invalid(path.index(i).child('name'), name, message);
    if (valueFrom !== undefined) validateValueFrom(value, valueFrom, path.index(i).child('valueFrom'), errors);
  }
}

function validateValueFrom(value: string, valueFrom: EnvVarSource, path: Path, errors: FieldErrors): void {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = valueFrom;
  if (fieldRef) validateFieldRef(fieldRef, ENV_FIELDS, path.child('fieldRef'), errors);
  if (resourceFieldRef)
    validateResourceFieldRef(resourceFieldRef, path.child('resourceFieldRef'), errors, { needsContainer: false });
  if (configMapKeyRef) validateKeyRef(configMapKeyRef, path.child('configMapKeyRef'), errors);
  if (secretKeyRef) validateKeyRef(secretKeyRef, path.child('secretKeyRef'), errors);
  if (fileKeyRef) validateFileKeyRef(fileKeyRef, path.child('fileKeyRef'), errors);
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter(
    (source) => source !== undefined,
  ).length;
  if (sources === 0) {
    errors.invalid(
      path,
      '',
      'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
    );
  } else if (value !== '') errors.invalid(path, '', 'may not be specified when `value` is not empty');
  else if (sources > 1) errors.invalid(path, '', 'may not have more than one field specified at a time');
}

const SUBSCRIPTED = /^(.+?)\['(.*)'\]$/s;

/** A field of the pod; `allowed` are those without a subscript. */
export function validateFieldRef(
  ref: ObjectFieldSelector,
  allowed: readonly string[],
  path: Path,
  errors: FieldErrors,
): void {
  const { apiVersion = '', fieldPath = '' } = ref;
  const subscripted = fieldPath.endsWith("']") ? SUBSCRIPTED.exec(fieldPath) : null;
  const problem = conversionProblem(apiVersion, fieldPath, subscripted?.[1]);
  const at = path.child('fieldPath');
  if (apiVersion === '') errors.required(path.child('apiVersion'));
  else if (fieldPath === '') errors.required(at);
  else if (problem !== undefined) errors.invalid(at, fieldPath, `error converting fieldPath: ${problem}`);
  else if (subscripted === null) validatePlainField(fieldPath, allowed, at, errors);
  else validateSubscript(subscripted[1] as string, subscripted[2] as string, path, errors);
}

function validatePlainField(fieldPath: string, allowed: readonly string[], path: Path, errors: FieldErrors): void {
  const field = fieldPath === 'spec.host' ? 'spec.nodeName' : fieldPath;
  if (!allowed.includes(field)) errors.notSupported(path, field, [...allowed].sort());
}

/** Annotation keys may have any case. */
function validateSubscript(base: string, key: string, path: Path, errors: FieldErrors): void {
  const checked = base === 'metadata.annotations' ? key.toLowerCase() : key;
  for (const message of isQualifiedName(checked)) errors.invalid(path, checked, message);
}

function conversionProblem(apiVersion: string, fieldPath: string, base: string | undefined): string | undefined {
  if (apiVersion !== 'v1') return `unsupported pod version: ${apiVersion}`;
  if (base !== undefined) {
    const fine = base === 'metadata.annotations' || base === 'metadata.labels';
    return fine ? undefined : `field label does not support subscript: ${fieldPath}`;
  }
  return POD_FIELD_LABELS.has(fieldPath) ? undefined : `field label not supported: ${fieldPath}`;
}

/** A container's limit or request; volumes must name the container. */
export function validateResourceFieldRef(
  ref: ResourceFieldSelector,
  path: Path,
  errors: FieldErrors,
  { needsContainer }: { needsContainer: boolean },
): void {
  const { resource = '' } = ref;
  if (needsContainer && !ref.containerName) errors.required(path.child('containerName'));
  else if (resource === '') errors.required(path.child('resource'));
  else if (!RESOURCE_FIELDS.includes(resource) && !HUGE_PAGE_FIELDS.test(resource)) {
    errors.notSupported(path.child('resource'), resource, RESOURCE_FIELDS);
  }
  validateDivisor(resource, ref.divisor, path.child('divisor'), errors);
}

function validateDivisor(resource: string, divisor: string | undefined, path: Path, errors: FieldErrors): void {
  const quantity = divisor === undefined ? undefined : parseQuantity(divisor);
  if (quantity === undefined || quantity.isZero()) return;
  const rule = divisorRule(resource);
  if (rule === undefined || rule.allowed.includes(quantity.toString())) return;
  errors.invalid(path, resource, `only divisor's values ${rule.words} are supported with the ${rule.name} resource`);
}

function divisorRule(resource: string): { allowed: readonly string[]; words: string; name: string } | undefined {
  const sizes = { allowed: SIZE_DIVISORS, words: SIZE_DIVISORS.join(', ') };
  if (/^(limits|requests)\.cpu$/.test(resource)) return { allowed: ['1m', '1'], words: '1m and 1', name: 'cpu' };
  if (/^(limits|requests)\.memory$/.test(resource)) return { ...sizes, name: 'memory' };
  if (/^(limits|requests)\.ephemeral-storage$/.test(resource)) return { ...sizes, name: 'local ephemeral storage' };
  return HUGE_PAGE_FIELDS.test(resource) ? { ...sizes, name: 'hugepages' } : undefined;
}

function validateKeyRef({ name = '', key = '' }: ConfigMapKeySelector, path: Path, errors: FieldErrors): void {
  for (const message of isDNS1123Subdomain(name)) errors.invalid(path.child('name'), name, message);
  if (key === '') errors.required(path.child('key'));
  else for (const message of isConfigMapKey(key)) errors.invalid(path.child('key'), key, message);
}

function validateFileKeyRef(
  { key = '', volumeName = '', path: file = '' }: FileKeySelector,
  path: Path,
  errors: FieldErrors,
): void {
  if (key === '') errors.required(path.child('key'));
  else for (const message of isRelaxedEnvVarName(key)) errors.invalid(path.child('key'), key, message);
  if (volumeName === '') errors.required(path.child('volumeName'));
  else for (const message of isDNS1123Label(volumeName)) errors.invalid(path.child('volumeName'), volumeName, message);
  if (file === '') errors.required(path.child('path'));
  else validatePathNoBacksteps(file, path.child('path'), errors);
}

export function validateEnvFrom(sources: readonly EnvFromSource[] | undefined, path: Path, errors: FieldErrors): void {
  for (const [i, { prefix = '', configMapRef, secretRef }] of (sources ?? []).entries()) {
    const at = path.index(i);
    for (const message of prefix === '' ? [] : isRelaxedEnvVarName(prefix))
      errors.invalid(at.child('prefix'), prefix, message);
    if (configMapRef) validateSourceName(configMapRef.name ?? '', at.child('configMapRef', 'name'), errors);
    if (secretRef) validateSourceName(secretRef.name ?? '', at.child('secretRef', 'name'), errors);
    if (!configMapRef && !secretRef) errors.invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`');
    else if (configMapRef && secretRef)
      errors.invalid(path, '', 'may not have more than one field specified at a time');
  }
}

/** Upstream checks these names as if they were prefixes of generated ones. */
function validateSourceName(name: string, path: Path, errors: FieldErrors): void {
  if (name === '') errors.required(path);
  else for (const message of isDNS1123Subdomain(maskTrailingDash(name))) errors.invalid(path, name, message);
}

/** Files of variables live in emptyDir volumes. */
export function validateFileKeyRefVolumes(spec: PodSpec, path: Path, errors: FieldErrors): void {
  for (const [position, { env }] of allContainers(spec).entries()) {
    for (const [i, { valueFrom }] of (env ?? []).entries()) {
      if (valueFrom?.fileKeyRef === undefined) continue;
      const name = valueFrom.fileKeyRef.volumeName ?? '';
      const variable = containerPath(spec, position, path).child('env').index(i);
      const at = variable.child('valueFrom', 'fileKeyRef', 'volumeName');
      const volume = spec.volumes?.findLast((other) => (other.name ?? '') === name);
      if (volume === undefined) errors.notFound(at, name);
      else if (volume.emptyDir === undefined) errors.invalid(at, name, 'referenced volume must be of type emptyDir');
    }
  }
}
