/** From body bytes to a decoded, defaulted object of the kind the path names. */
import { parseJson } from '../../api/json.ts';
import { isObject, type JsonObject, type KubeObject } from '../../api/object.ts';
import { DecodeError, decode } from '../../api/schema/decoder.ts';
import { badRequest, unsupportedMediaType } from '../../api/status-error.ts';
import { parseYaml } from '../../api/yaml.ts';
import type { Kind } from '../kinds/kind.ts';
import type { KindTable } from '../kinds/kind-table.ts';
import type { RequestContext } from '../request/context.ts';
import type { FieldValidation } from './request-options.ts';

const SCHEME = 'scheme "pkg/api/legacyscheme/scheme.go:30"';
const SUMMARY_LENGTH = 30;
const ACCEPTED = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';

export type BodyFormat = 'json' | 'yaml';

/** @throws StatusError 415 */
export function bodyFormat(ctx: RequestContext): BodyFormat {
  const type = (ctx.header('content-type') ?? '').split(';')[0]?.trim() ?? '';
  if (type === '' || type === 'application/json') return 'json';
  if (type === 'application/yaml') return 'yaml';
  throw unsupportedMediaType(
    `the body of the request was in an unknown format - accepted media types include: ${ACCEPTED}`,
  );
}

export interface ParsedBody {
  readonly value: unknown;
  /** `duplicate field "x"` or YAML's wording of it. */
  readonly duplicates: readonly string[];
}

/** @throws StatusError 400 naming `target`, the kind that was expected */
export function parseBody(bytes: Buffer, format: BodyFormat, target: string): ParsedBody {
  try {
    return format === 'json' ? parseJsonBody(bytes) : parseYaml(bytes.toString('utf8'));
  } catch (error) {
    const why =
      format === 'json'
        ? `couldn't get version/kind; json parse error: ${(error as Error).message}`
        : (error as Error).message;
    throw badRequest(`the object provided is unrecognized (must be of type ${target}): ${why} (${summarize(bytes)})`);
  }
}

function parseJsonBody(bytes: Buffer): ParsedBody {
  const duplicates: string[] = [];
  const value = parseJson(bytes, { onDuplicate: (path) => duplicates.push(`duplicate field "${path}"`) });
  return { value, duplicates };
}

/** The beginning of a body that could not be read: text when it looks like JSON, else hexadecimal. */
function summarize(bytes: Buffer): string {
  if (bytes.length === 0) return '<empty>';
  const cut = bytes.length > SUMMARY_LENGTH ? ' ...' : '';
  const head = bytes.subarray(0, SUMMARY_LENGTH);
  return (bytes[0] === 0x7b ? head.toString('utf8') : head.toString('hex')) + cut;
}

/**
 * Checks apiVersion and kind against the path, decodes by the kind's schema and applies its defaults.
 * @throws StatusError 400
 */
export function decodeBody(
  kinds: KindTable,
  kind: Kind,
  body: ParsedBody,
  validation: FieldValidation,
  ctx: { warn(text: string): void },
): KubeObject {
  const value = body.value === null ? {} : body.value;
  if (!isObject(value)) throw badRequest(notAnObject(kind, value));
  checkTypeMeta(kinds, kind, value);
  const strict: string[] = [...body.duplicates];
  try {
    decode(kind.schema, value, { onUnknown: (path) => strict.push(`unknown field "${path}"`) });
  } catch (error) {
    if (error instanceof DecodeError) throw badRequest(`${cannotHandle(kind, value)}: ${error.message}`);
    throw error;
  }
  reportStrict(strict, validation, ctx, (text) =>
    badRequest(`${cannotHandle(kind, value)}: strict decoding error: ${text}`),
  );
  return finishDecoding(kind, value as KubeObject);
}

/** Defaults and type meta of a decoded object. */
export function finishDecoding(kind: Kind, value: JsonObject): KubeObject {
  const obj = value as KubeObject;
  obj.apiVersion = kind.apiVersion;
  obj.kind = kind.kind;
  obj.metadata ??= {};
  kind.strategy.applyDefaults?.(obj);
  return obj;
}

/** Unknown and duplicate fields by fieldValidation: ignored, warned of, or refused with what `refuse` makes. */
export function reportStrict(
  problems: readonly string[],
  validation: FieldValidation,
  ctx: { warn(text: string): void },
  refuse: (text: string) => Error,
): void {
  if (problems.length === 0 || validation === 'Ignore') return;
  if (validation === 'Strict') throw refuse(problems.join(', '));
  for (const problem of problems) ctx.warn(problem);
}

function cannotHandle(kind: Kind, value: JsonObject): string {
  const given = typeof value.kind === 'string' && value.kind !== '' ? value.kind : kind.kind;
  const version =
    typeof value.apiVersion === 'string' && value.apiVersion !== '' ? value.apiVersion.split('/').at(-1) : kind.version;
  return `${given} in version ${JSON.stringify(version)} cannot be handled as a ${kind.kind}`;
}

function notAnObject(kind: Kind, value: unknown): string {
  const got = Array.isArray(value) ? 'array' : typeof value;
  const struct =
    'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
  const text = JSON.stringify(value);
  return `the object provided is unrecognized (must be of type ${kind.kind}): couldn't get version/kind; json parse error: json: cannot unmarshal ${got} into Go value of type ${struct} (${summarize(Buffer.from(text))})`;
}

function checkTypeMeta(kinds: KindTable, kind: Kind, value: JsonObject): void {
  const { apiVersion, kind: given } = value;
  if (apiVersion !== undefined && typeof apiVersion !== 'string') throw typeMetaFault(kind, 'apiVersion', apiVersion);
  if (given !== undefined && typeof given !== 'string') throw typeMetaFault(kind, 'kind', given);
  const version = apiVersion || kind.apiVersion;
  const name = given || kind.kind;
  if (version === kind.apiVersion && name === kind.kind) return;
  if ((version.match(/\//g) ?? []).length > 1)
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind.kind}): couldn't get version/kind; unexpected GroupVersion string: ${version}`,
    );
  if (kind.source === 'crd') throw crdTypeMeta(kind, version, name);
  throw builtinTypeMeta(kinds, kind, version, name, value);
}

function typeMetaFault(kind: Kind, field: string, value: unknown): Error {
  const got = Array.isArray(value) ? 'array' : typeof value === 'object' ? 'object' : typeof value;
  return badRequest(
    `the object provided is unrecognized (must be of type ${kind.kind}): couldn't get version/kind; json parse error: json: cannot unmarshal ${got} into Go struct field .${field} of type string`,
  );
}

function crdTypeMeta(kind: Kind, version: string, name: string): Error {
  if (version !== kind.apiVersion)
    return badRequest(
      `the API version in the data (${version}) does not match the expected API version (${kind.apiVersion})`,
    );
  return badRequest(
    `${name} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}: kind in body ${name} does not match ${kind.kind}`,
  );
}

function builtinTypeMeta(kinds: KindTable, kind: Kind, version: string, name: string, value: JsonObject): Error {
  const slash = version.indexOf('/');
  const group = slash < 0 ? '' : version.slice(0, slash);
  const known = kinds.byKind(group, version.slice(slash + 1), name);
  if (known !== undefined && known.kind !== kind.kind) {
    return badRequest(
      `${cannotHandle(kind, value)}: converting (${known.version}.${known.kind}) to (${internalName(kind)}): unknown conversion`,
    );
  }
  if (known !== undefined || RETIRED.has(`${version} ${name}`)) {
    return badRequest(
      `the API version in the data (${version}) does not match the expected API version (${kind.apiVersion})`,
    );
  }
  return badRequest(
    `${cannotHandle(kind, value)}: no kind ${JSON.stringify(name)} is registered for version ${JSON.stringify(version)} in ${SCHEME}`,
  );
}

function internalName(kind: Kind): string {
  return `${kind.group === '' ? 'core' : kind.group.split('.')[0]}.${kind.kind}`;
}

/** Versions that kube-apiserver still knows but no longer serves. */
const RETIRED: ReadonlySet<string> = new Set(
  [
    ['apps/v1beta1', ['Deployment', 'StatefulSet', 'ControllerRevision']],
    ['apps/v1beta2', ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ControllerRevision']],
    ['extensions/v1beta1', ['Deployment', 'DaemonSet', 'ReplicaSet', 'Ingress', 'NetworkPolicy']],
    ['networking.k8s.io/v1beta1', ['Ingress', 'IngressClass']],
    ['batch/v1beta1', ['CronJob']],
    ['policy/v1beta1', ['PodDisruptionBudget']],
    ['rbac.authorization.k8s.io/v1beta1', ['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding']],
    ['storage.k8s.io/v1beta1', ['StorageClass', 'CSIDriver', 'CSINode', 'VolumeAttachment']],
    ['scheduling.k8s.io/v1beta1', ['PriorityClass']],
    ['coordination.k8s.io/v1beta1', ['Lease']],
    ['discovery.k8s.io/v1beta1', ['EndpointSlice']],
    ['events.k8s.io/v1beta1', ['Event']],
    ['node.k8s.io/v1beta1', ['RuntimeClass']],
    ['certificates.k8s.io/v1beta1', ['CertificateSigningRequest']],
    ['admissionregistration.k8s.io/v1beta1', ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']],
  ].flatMap(([version, names]) => (names as string[]).map((name) => `${version as string} ${name}`)),
);
