/** Values behind the references of variables: imported with `set env --from`, shown with `set env --list --resolve`. */
import { getOwn, isObject, type JsonObject } from '../../api/object.ts';
import { parseQuantity } from '../../api/quantity.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { CliError } from '../errors.ts';
import { findObjects } from '../resources/find-objects.ts';
import type { Session } from '../session.ts';
import type { EnvVar, EnvVarSource } from './env-arguments.ts';
import type { SpecContainer } from './pod-spec.ts';

export interface ImportFlags {
  /** `secret/NAME`, `configmap/NAME` */
  readonly from: string;
  readonly keys: readonly string[];
}

/** A variable for each key, in the order of the keys. @throws CliError, StatusError */
export async function importedVariables(
  session: Session,
  { from, keys }: ImportFlags,
  warn: (line: string) => void,
): Promise<EnvVar[]> {
  const { found, errors } = await findObjects(session, { args: [from], recursive: false }, noInput());
  if (errors.length > 0) throw errors[0];
  return found.flatMap(({ object, name, resource }) => {
    const field = { ConfigMap: 'configMapKeyRef', Secret: 'secretKeyRef' }[resource.kind];
    if (field === undefined || resource.group !== '') throw new CliError('unsupported resource specified in --from');
    const wanted = Object.keys(isObject(object['data']) ? object['data'] : {}).filter(
      (key) => keys.length === 0 || keys.includes(key),
    );
    return wanted.sort().map((key) => {
      const variable = variableName(key);
      if (variable !== key) warn(`Warning: key ${key} transferred to ${variable}\n`);
      return { name: variable, valueFrom: { [field]: { name, key } } };
    });
  });
}

async function* noInput(): AsyncGenerator<string> {}

function variableName(key: string): string {
  return key.replaceAll(/[^a-zA-Z0-9_]/g, '_').toUpperCase();
}

/** Reads each ConfigMap and Secret once. */
export class EnvResolver {
  readonly #client: RestClient;
  readonly #read = new Map<string, Promise<JsonObject>>();

  constructor(client: RestClient) {
    this.#client = client;
  }

  /** @throws CliError, StatusError */
  async valueOf(source: EnvVarSource, object: JsonObject, container: SpecContainer): Promise<string> {
    const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = source;
    if (secretKeyRef) {
      return Buffer.from(await this.#keyOf('secrets', secretKeyRef, object), 'base64').toString('utf8');
    }
    if (configMapKeyRef) return this.#keyOf('configmaps', configMapKeyRef, object);
    if (fieldRef) return fieldValue(object, fieldRef.fieldPath);
    if (resourceFieldRef) return resourceValue(container, resourceFieldRef);
    throw new CliError('invalid valueFrom');
  }

  async #keyOf(
    resource: 'configmaps' | 'secrets',
    { name = '', key }: { name?: string; key: string },
    object: JsonObject,
  ): Promise<string> {
    const { namespace = '' } = object['metadata'] as { namespace?: string };
    const cached = `${resource}/${name}`;
    const reading =
      this.#read.get(cached) ?? this.#client.get<JsonObject>({ group: '', version: 'v1', resource, namespace, name });
    this.#read.set(cached, reading);
    const data = (await reading)['data'];
    const value = isObject(data) ? getOwn(data, key) : undefined;
    if (typeof value === 'string') return value;
    throw new CliError(`key ${key} not found in ${resource === 'secrets' ? 'secret' : 'config map'} ${name}`);
  }
}

/** `metadata.name`, `metadata.labels['app']`, and plain paths of spec and status. */
function fieldValue(object: JsonObject, path: string): string {
  const subscript = /^metadata\.(labels|annotations)(?:\['(.*)'\])?$/.exec(path);
  const parts = subscript === null ? path.split('.') : ['metadata', subscript[1] as string];
  let value: unknown = object;
  for (const part of parts) value = isObject(value) ? getOwn(value, part) : undefined;
  if (subscript === null) return typeof value === 'string' ? value : '';
  const map = (isObject(value) ? value : {}) as Record<string, string>;
  if (subscript[2] !== undefined) return String(getOwn(map, subscript[2]) ?? '');
  const lines = Object.keys(map)
    .sort()
    .map((key) => `${key}=${JSON.stringify(getOwn(map, key))}`);
  return lines.join('\n');
}

/** Rounded up to whole divisors; 0 where the container says nothing. */
function resourceValue(
  container: SpecContainer,
  { resource, divisor = '1' }: NonNullable<EnvVarSource['resourceFieldRef']>,
): string {
  const [side = '', name = ''] = resource.split(/\.(.*)/s);
  const resources = isObject(container['resources']) ? container['resources'] : {};
  const amounts = resources[side];
  const text = isObject(amounts) ? getOwn(amounts, name) : undefined;
  if (typeof text !== 'string') return '0';
  const unit = billionths(divisor === '0' ? '1' : divisor);
  return ((billionths(text) + unit - 1n) / unit).toString();
}

function billionths(text: string): bigint {
  return parseQuantity(text).scaled(-9);
}
