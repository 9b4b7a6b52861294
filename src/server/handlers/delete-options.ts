/** DeleteOptions: from the body when there is one, which replaces the query's entirely. */
import { FieldErrors } from '../../api/field-errors.ts';
import { parseJson } from '../../api/json.ts';
import { isObject, type JsonObject } from '../../api/object.ts';
import { decodeProtobuf } from '../../api/protobuf/protobuf.ts';
import { versionKindError } from '../../api/schema/type-meta.ts';
import { badRequest, invalid } from '../../api/status-error.ts';
import { parseYaml } from '../../api/yaml.ts';
import { readBody } from '../http/body.ts';
import type { Kind } from '../kinds/kind.ts';
import { type DeleteOptions, validateDeleteOptions } from '../registry/delete-object.ts';
import type { RequestContext } from '../request/context.ts';
import { type BodyFormat, bodyFormat } from './decode-body.ts';
import { validateDryRun } from './request-options.ts';

export interface ReadDeleteOptions {
  readonly options: DeleteOptions;
  readonly dryRun: boolean;
  /** As admission and webhooks see them. */
  readonly body: JsonObject;
}

/** @throws StatusError 400, 415, 422 */
export async function readDeleteOptions(ctx: RequestContext, kind: Kind): Promise<ReadDeleteOptions> {
  const bytes = await readBody(ctx);
  const fields = bytes.length > 0 ? fromBody(ctx, bytes, kind) : fromQuery(ctx.query);
  const dryRun = (fields.dryRun ?? []) as string[];
  const errors = new FieldErrors();
  validateDryRun(dryRun, errors);
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', resource: 'DeleteOptions' }, '', errors.list);
  const options = fields as DeleteOptions;
  validateDeleteOptions(options);
  return {
    options,
    dryRun: dryRun.length > 0,
    body: { kind: 'DeleteOptions', apiVersion: 'meta.k8s.io/v1', ...fields },
  };
}

function fromBody(ctx: RequestContext, bytes: Buffer, kind: Kind): JsonObject {
  const { value } = parseOptions(bytes, bodyFormat(ctx));
  if (value === null) return {};
  if (!isObject(value)) throw badRequest('the object provided is unrecognized (must be of type DeleteOptions)');
  if (value.kind !== undefined && value.kind !== '' && value.kind !== 'DeleteOptions') {
    const version =
      typeof value.apiVersion === 'string' && value.apiVersion !== '' ? value.apiVersion : kind.apiVersion;
    throw badRequest(
      `no kind ${JSON.stringify(value.kind)} is registered for version ${JSON.stringify(version)} in scheme "pkg/api/legacyscheme/scheme.go:30"`,
    );
  }
  const options: JsonObject = {};
  for (const [field, check] of Object.entries(FIELDS)) {
    if (value[field] === undefined || value[field] === null) continue;
    if (!check(value[field]))
      throw badRequest(
        `json: cannot unmarshal ${jsonType(value[field])} into Go struct field DeleteOptions.${field} of type ${GO_TYPES[field]}`,
      );
    options[field] = value[field];
  }
  return options;
}

/** Unlike objects, options are refused in the decoder's own words. */
function parseOptions(bytes: Buffer, format: BodyFormat): { readonly value: unknown } {
  try {
    if (format === 'protobuf') return decodeProtobuf(bytes);
    return format === 'json' ? { value: parseJson(bytes) } : parseYaml(bytes);
  } catch (error) {
    throw badRequest(format === 'json' ? versionKindError((error as Error).message).message : (error as Error).message);
  }
}

const FIELDS: Record<string, (value: unknown) => boolean> = {
  gracePeriodSeconds: Number.isSafeInteger,
  propagationPolicy: (value) => typeof value === 'string',
  orphanDependents: (value) => typeof value === 'boolean',
  preconditions: isObject,
  dryRun: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
  ignoreStoreReadErrorWithClusterBreakingPotential: (value) => typeof value === 'boolean',
};
const GO_TYPES: Record<string, string> = {
  gracePeriodSeconds: 'int64',
  propagationPolicy: 'v1.DeletionPropagation',
  orphanDependents: 'bool',
  preconditions: 'v1.Preconditions',
  dryRun: '[]string',
  ignoreStoreReadErrorWithClusterBreakingPotential: 'bool',
};

function jsonType(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
}

function fromQuery(query: URLSearchParams): JsonObject {
  const options: JsonObject = {};
  const grace = query.get('gracePeriodSeconds');
  if (grace !== null && grace !== '') {
    if (!/^[+-]?\d+$/.test(grace))
      throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(grace)}: invalid syntax`);
    options.gracePeriodSeconds = Number(grace);
  }
  if (query.has('propagationPolicy')) options.propagationPolicy = query.get('propagationPolicy') ?? '';
  if (query.has('orphanDependents'))
    options.orphanDependents = query.get('orphanDependents') !== 'false' && query.get('orphanDependents') !== '0';
  if (query.has('dryRun')) options.dryRun = query.getAll('dryRun');
  return options;
}
