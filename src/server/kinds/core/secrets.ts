/** Secret; imitates core validation ValidateSecret and pkg/registry/core/secret. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { isConfigMapKey } from '../../../api/names.ts';
import { getOwn, setOwn } from '../../../api/object.ts';
import type { Secret } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';
import { age } from '../printing.ts';
import { validateImmutable } from '../shared/field-rules.ts';
import { goJsonObjectError } from '../shared/go-json-error.ts';
import { reportInvalid } from '../shared/name-rules.ts';
import { decodedLength, MAX_DATA_BYTES, validateUnchangedData } from '../shared/object-data.ts';
import { keyPairError } from '../shared/tls-key-pair.ts';

const DATA = Path.root('data');
const SERVICE_ACCOUNT_NAME = 'kubernetes.io/service-account.name';
const DOCKER_CONFIG_KEYS = new Map([
  ['kubernetes.io/dockercfg', '.dockercfg'],
  ['kubernetes.io/dockerconfigjson', '.dockerconfigjson'],
]);

export const secrets = defineKind<Secret>('', 'v1', 'secrets', {
  metadataOnUpdate: 'update+full',
  applyDefaults(obj) {
    obj.type ||= 'Opaque';
    moveStringData(obj);
  },
  validate,
  validateUpdate(obj, old, errors) {
    validateImmutable(obj.type, old.type, Path.root('type'), errors);
    validateUnchangedData(obj, old, ['data'], errors);
    validate(obj, errors);
  },
  warnings(obj) {
    if (obj.type !== 'kubernetes.io/tls') return [];
    const problem = keyPairError(textOf(obj, 'tls.crt'), textOf(obj, 'tls.key'));
    return problem === undefined ? [] : [problem];
  },
  selectableFields: { type: (obj) => obj.type ?? '' },
  cells: (obj, now) => [
    obj.metadata?.name ?? '',
    obj.type ?? '',
    Object.keys(obj.data ?? {}).length,
    age(obj.metadata?.creationTimestamp, now),
  ],
});

/** stringData is write-only: it lands in data, winning over what is there. */
function moveStringData(obj: Secret): void {
  const texts = obj.stringData ?? {};
  const keys = Object.keys(texts);
  if (keys.length > 0) obj.data ??= {};
  for (const key of keys) setOwn(obj.data as object, key, Buffer.from(texts[key] ?? '', 'utf8').toString('base64'));
  delete obj.stringData;
}

function textOf(obj: Secret, key: string): string {
  return Buffer.from((getOwn(obj.data ?? {}, key) as string | undefined) ?? '', 'base64').toString('utf8');
}

function validate(obj: Secret, errors: FieldErrors): void {
  const data = obj.data ?? {};
  let size = 0;
  for (const key of Object.keys(data).sort()) {
    reportInvalid(isConfigMapKey(key), key, DATA.key(key), errors);
    size += decodedLength(data[key] ?? '');
  }
  if (size > MAX_DATA_BYTES) errors.tooLong(DATA, MAX_DATA_BYTES);
  validateByType(obj, data, errors);
}

/** Keys that the well-known types must have. */
function validateByType(obj: Secret, data: Record<string, string>, errors: FieldErrors): void {
  const has = (key: string): boolean => Object.hasOwn(data, key);
  const type = obj.type ?? '';
  const dockerKey = DOCKER_CONFIG_KEYS.get(type);
  if (dockerKey !== undefined) validateDockerConfig(obj, dockerKey, errors);
  else if (type === 'kubernetes.io/service-account-token') {
    if (!obj.metadata?.annotations?.[SERVICE_ACCOUNT_NAME])
      errors.required(Path.root('metadata').child('annotations').key(SERVICE_ACCOUNT_NAME));
  } else if (type === 'kubernetes.io/basic-auth') {
    if (has('username') || has('password')) return;
    errors.required(DATA.key('username'));
    errors.required(DATA.key('password'));
  } else if (type === 'kubernetes.io/ssh-auth') {
    if (!getOwn(data, 'ssh-privatekey')) errors.required(DATA.key('ssh-privatekey'));
  } else if (type === 'kubernetes.io/tls') {
    for (const key of ['tls.crt', 'tls.key']) if (!has(key)) errors.required(DATA.key(key));
  }
}

function validateDockerConfig(obj: Secret, key: string, errors: FieldErrors): void {
  if (!Object.hasOwn(obj.data ?? {}, key)) {
    errors.required(DATA.key(key));
    return;
  }
  const problem = goJsonObjectError(textOf(obj, key));
  if (problem !== undefined) errors.invalid(DATA.key(key), '<secret contents redacted>', problem);
}
