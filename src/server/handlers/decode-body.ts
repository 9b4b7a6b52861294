/** From body bytes to a decoded, defaulted object of the kind the path names. */
import { FieldErrors, Path, quote } from '../../api/field-errors.ts';
import { type JsonDocument, parseJsonDocument } from '../../api/json.ts';
import { plainDocument } from '../../api/json-scanner.ts';
import { isObject, type JsonObject, type KubeObject } from '../../api/object.ts';
import { type Envelope, readEnvelope } from '../../api/protobuf/envelope.ts';
import { decodeProtobuf, PROTOBUF_MEDIA_TYPE } from '../../api/protobuf/protobuf.ts';
import { DecodeError, decodeDocument } from '../../api/schema/decoder.ts';
import { readTypeMeta, type TypeMeta, versionKindError } from '../../api/schema/type-meta.ts';
import { badRequest, invalid, unsupportedMediaType } from '../../api/status-error.ts';
import { parseYaml } from '../../api/yaml.ts';
import type { Kind } from '../kinds/kind.ts';
import type { KindTable } from '../kinds/kind-table.ts';
import type { RequestContext } from '../request/context.ts';
import type { FieldValidation } from './request-options.ts';

const SCHEME = 'scheme "pkg/api/legacyscheme/scheme.go:30"';
const SUMMARY_LENGTH = 30;
const NO_MESSAGE =
  'object *unstructured.Unstructured does not implement the protobuf marshalling interface and cannot be encoded to a protobuf message';
const ACCEPTED = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';

export type BodyFormat = 'json' | 'yaml' | 'protobuf';

/** @throws StatusError 415 */
export function bodyFormat(ctx: RequestContext): BodyFormat {
  const given = ctx.header('content-type') ?? '';
  if (given === 'application/json') return 'json';
  const type = given.split(';')[0]?.trim() ?? '';
  if (type === '' || type === 'application/json') return 'json';
  if (type === 'application/yaml') return 'yaml';
  if (type === PROTOBUF_MEDIA_TYPE) return 'protobuf';
  throw unsupportedMediaType(
    `the body of the request was in an unknown format - accepted media types include: ${ACCEPTED}`,
  );
}

export interface ParsedBody extends JsonDocument {
  /** What YAML's strict mode finds: `line 5: key "name" already set in map`. */
  readonly yamlProblems: readonly string[];
}

/** @throws StatusError 400 naming `target`, the kind that was expected */
export function parseBody(bytes: Buffer, format: BodyFormat, target: string): ParsedBody {
  try {
    if (format === 'json') return { ...parseJsonDocument(bytes), yamlProblems: [] };
    if (format === 'protobuf') return { ...plainDocument(decodeProtobuf(bytes).value), yamlProblems: [] };
    const { value, duplicates } = parseYaml(bytes);
    return { ...plainDocument(value), yamlProblems: duplicates };
  } catch (error) {
    const { message } = format === 'json' ? versionKindError((error as Error).message) : (error as Error);
    throw unrecognized(target, message, bytes);
  }
}

function unrecognized(target: string, why: string, bytes: Buffer): Error {
  return badRequest(`the object provided is unrecognized (must be of type ${target}): ${why} (${summarize(bytes)})`);
}

/** The beginning of a body that could not be read: text when it looks like JSON, else hexadecimal. */
function summarize(bytes: Buffer): string {
  if (bytes.length === 0) return '<empty>';
  const cut = bytes.length > SUMMARY_LENGTH ? ' ...' : '';
  const head = bytes.subarray(0, SUMMARY_LENGTH);
  return (bytes[0] === 0x7b ? head.toString('utf8') : head.toString('hex')) + cut;
}

/**
 * Parses, checks apiVersion and kind against the path, decodes by the kind's schema and applies its defaults.
 * @throws StatusError 400
 */
export function decodeBody(
  kinds: KindTable,
  kind: Kind,
  bytes: Buffer,
  format: BodyFormat,
  validation: FieldValidation,
  ctx: { warn(text: string): void },
): KubeObject {
  if (format === 'protobuf' && kind.source === 'crd') refuseMessage(kind, bytes);
  const document = parseBody(bytes, format, kind.kind);
  const given = typeMetaOf(kind, document.value, bytes);
  // Custom resources are decoded, by whatever version they claim, before anybody asks whether that is the path's.
  if (kind.source === 'crd') requireKind(kind, given, document.value, bytes);
  else checkTypeMeta(kinds, kind, given, bytes);
  const refuse = (why: string): Error => cannotBeHandled(kind, given, why);
  try {
    const { value, strictErrors } = decodeDocument(kind.schema, document);
    reportStrict([...document.yamlProblems, ...strictErrors], validation, ctx, (text) =>
      refuse(`strict decoding error: ${text}`),
    );
    if (kind.source === 'crd') checkCustomTypeMeta(kind, given, value as KubeObject);
    return finishDecoding(kind, value as JsonObject);
  } catch (error) {
    if (error instanceof DecodeError) throw refuse(error.message);
    throw error;
  }
}

/** A custom resource has no message: its envelope may be read, and no more. Other bytes have faults of their own. */
function refuseMessage(kind: Kind, bytes: Buffer): void {
  let given: Envelope;
  try {
    given = readEnvelope(bytes);
  } catch {
    return;
  }
  throw cannotBeHandled(kind, given, NO_MESSAGE);
}

function cannotBeHandled(kind: Kind, given: TypeMeta, why: string): Error {
  const named = `${given.kind || kind.kind} in version ${quote(versionOf(given.apiVersion || kind.apiVersion))}`;
  return badRequest(`${named} cannot be handled as a ${kind.kind}: ${why}`);
}

function typeMetaOf(kind: Kind, value: unknown, bytes: Buffer): TypeMeta {
  try {
    return readTypeMeta(value);
  } catch (error) {
    throw unrecognized(kind.kind, (error as Error).message, bytes);
  }
}

function versionOf(apiVersion: string): string {
  return apiVersion.slice(apiVersion.indexOf('/') + 1);
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

function checkTypeMeta(kinds: KindTable, kind: Kind, given: TypeMeta, bytes: Buffer): void {
  const apiVersion = given.apiVersion || kind.apiVersion;
  const name = given.kind || kind.kind;
  if (apiVersion === kind.apiVersion && name === kind.kind) return;
  if ((apiVersion.match(/\//g) ?? []).length > 1) {
    throw unrecognized(kind.kind, `unexpected GroupVersion string: ${apiVersion}`, bytes);
  }
  throw builtinTypeMeta(kinds, kind, apiVersion, name);
}

function otherVersion(kind: Kind, apiVersion: string): Error {
  return badRequest(
    `the API version in the data (${apiVersion}) does not match the expected API version (${kind.apiVersion})`,
  );
}

/** Unlike built-in kinds custom resources must say what they are. */
function requireKind(kind: Kind, given: TypeMeta, value: unknown, bytes: Buffer): void {
  if (given.kind === '')
    throw unrecognized(kind.kind, `Object 'Kind' is missing in '${bytes.toString('utf8')}'`, bytes);
  if ((given.apiVersion.match(/\//g) ?? []).length > 1)
    throw unrecognized(kind.kind, `unexpected GroupVersion string: ${given.apiVersion}`, bytes);
  if (!isObject(value)) throw unrecognized(kind.kind, 'not an object', bytes);
}

function checkCustomTypeMeta(kind: Kind, given: TypeMeta, obj: KubeObject): void {
  if (given.apiVersion !== kind.apiVersion) throw otherVersion(kind, given.apiVersion);
  if (given.kind === kind.kind) return;
  const errors = new FieldErrors();
  errors.invalid(Path.root('kind'), given.kind, `must be ${kind.kind}`);
  throw invalid({ group: kind.group, resource: given.kind }, obj.metadata?.name ?? '', errors.list);
}

function builtinTypeMeta(kinds: KindTable, kind: Kind, apiVersion: string, name: string): Error {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const refuse = (why: string): Error =>
    badRequest(`${name} in version ${quote(versionOf(apiVersion))} cannot be handled as a ${kind.kind}: ${why}`);
  const known = kinds.byKind(group, versionOf(apiVersion), name);
  const convertible = known !== undefined ? known.kind !== kind.kind : group === '' && META_KINDS.has(name);
  if (convertible) {
    return refuse(`converting (${versionOf(apiVersion)}.${name}) to (${internalName(kind)}): unknown conversion`);
  }
  if (known !== undefined || RETIRED.has(`${apiVersion} ${name}`)) return otherVersion(kind, apiVersion);
  return refuse(`no kind ${quote(name)} is registered for version ${quote(apiVersion)} in ${SCHEME}`);
}

function internalName(kind: Kind): string {
  return `${kind.group === '' ? 'core' : kind.group.split('.')[0]}.${kind.kind}`;
}

/** Kinds without a resource that v1 knows. */
const META_KINDS: ReadonlySet<string> = new Set([
  'List',
  'Status',
  'APIVersions',
  'APIGroupList',
  'APIResourceList',
  'DeleteOptions',
]);

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
