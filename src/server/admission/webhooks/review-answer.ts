/** What a webhook answered; imitates client-go rest.Result.Into and VerifyAdmissionResponse of apiserver pkg/admission/plugin/webhook/request. */
import { IllegalBase64 } from '../../../api/base64.ts';
import { quote } from '../../../api/field-errors.ts';
import { parseJsonDocument } from '../../../api/json.ts';
import { isObject } from '../../../api/object.ts';
import { DecodeError, decodeDocument } from '../../../api/schema/decoder.ts';
import type { Field, Schema } from '../../../api/schema/schema.ts';
import { readTypeMeta, versionKindError } from '../../../api/schema/type-meta.ts';
import { schemaOfKind } from '../../../api/schema/type-table.ts';
import type { Status } from '../../../api/status-error.ts';
import { refusedRequest } from './http-refusal.ts';
import type { HookAnswer } from './webhook-client.ts';

export type ReviewVersion = 'v1' | 'v1beta1';

export interface ReviewResponse {
  readonly uid: string;
  readonly allowed: boolean;
  readonly status: Status | undefined;
  readonly auditAnnotations: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
  /** JSON; empty where there is none. */
  readonly patch: string;
  readonly patchType: string;
}

/** An answer that is none. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
}

const GROUP = 'admission.k8s.io';
const STRING: Schema = { type: 'string', goType: 'string' };
const BOOLEAN: Schema = { type: 'boolean', goType: 'bool' };
const BYTES: Schema = { type: 'bytes', goType: '[]uint8' };
const STRINGS: Schema = { type: 'list', goType: '[]string', items: STRING };
const STRING_MAP: Schema = { type: 'map', goType: 'map[string]string', values: STRING };

function fieldsOf(schemas: Readonly<Record<string, Schema>>): Map<string, Field> {
  const fields = Object.entries(schemas).map(([name, schema]): [string, Field] => [
    name,
    { name, schema, presence: 'pointer', required: false },
  ]);
  return new Map(fields);
}

let reviewSchema: Schema | undefined;

function schemaOfReview(): Schema {
  reviewSchema ??= {
    type: 'object',
    goType: 'AdmissionReview',
    fields: fieldsOf({
      apiVersion: STRING,
      kind: STRING,
      request: { type: 'any', goType: 'AdmissionRequest' },
      response: {
        type: 'object',
        goType: 'AdmissionResponse',
        fields: fieldsOf({
          uid: STRING,
          allowed: BOOLEAN,
          status: schemaOfKind('', 'v1', 'Status'),
          patch: BYTES,
          patchType: STRING,
          auditAnnotations: STRING_MAP,
          warnings: STRINGS,
        }),
      },
    }),
  };
  return reviewSchema;
}

interface Review {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly response?: Partial<ReviewResponse> & { readonly status?: Status };
}

/** @throws AnswerError in client-go's words for what is no review of this version */
export function readReview({ status, contentType, body }: HookAnswer, version: ReviewVersion): Review {
  if (status < 200 || status > 206)
    throw new AnswerError(statusMessage(body) ?? refusedRequest(status, contentType, body));
  if (body.length === 0)
    throw new AnswerError(`0-length response with status code: ${status} and content type: ${contentType}`);
  try {
    const document = parse(body);
    checkType(document.value, version);
    return decodeDocument(schemaOfReview(), document).value as Review;
  } catch (error) {
    if (error instanceof DecodeError || error instanceof IllegalBase64) throw new AnswerError(error.message);
    throw error;
  }
}

function parse(body: Buffer): ReturnType<typeof parseJsonDocument> {
  try {
    return parseJsonDocument(body);
  } catch (error) {
    throw new AnswerError(versionKindError((error as Error).message).message);
  }
}

/** The message of a Status that says Failure, whatever the answer's code was. */
function statusMessage(body: Buffer): string | undefined {
  try {
    const { value } = parseJsonDocument(body);
    if (!isObject(value) || value.kind !== 'Status' || (value.apiVersion ?? 'v1') !== 'v1') return undefined;
    return value.status === 'Failure' && typeof value.message === 'string' ? value.message : undefined;
  } catch {
    return undefined;
  }
}

function checkType(value: unknown, version: ReviewVersion): void {
  const given = readTypeMeta(value);
  const apiVersion = given.apiVersion || `${GROUP}/${version}`;
  const kind = given.kind || 'AdmissionReview';
  if (kind === 'AdmissionReview' && apiVersion === `${GROUP}/${version}`) return;
  const other = version === 'v1' ? 'v1beta1' : 'v1';
  if (kind === 'AdmissionReview' && apiVersion === `${GROUP}/${other}`)
    throw new AnswerError(`converting (${other}.AdmissionReview) to (${version}.AdmissionReview): unknown conversion`);
  if (kind === 'Status' && apiVersion === 'v1') {
    const { status, message } = value as { status?: unknown; message?: unknown };
    if (status !== 'Success') throw new AnswerError(typeof message === 'string' ? message : '');
    throw new AnswerError('webhook response was absent');
  }
  throw new AnswerError(
    `no kind ${quote(kind)} is registered for version ${quote(apiVersion)} in scheme "pkg/util/webhook/client.go:88"`,
  );
}

const NOTHING: ReviewResponse = {
  uid: '',
  allowed: false,
  status: undefined,
  auditAnnotations: {},
  warnings: [],
  patch: '',
  patchType: '',
};

/** @throws AnswerError for a response that is not about this request, or says what this webhook may not say */
export function verifyReview(review: Review, version: ReviewVersion, uid: string, mutating: boolean): ReviewResponse {
  const { response, apiVersion = '', kind = '' } = review;
  if (response === undefined) throw new AnswerError('webhook response was absent');
  const patch = Buffer.from(response.patch ?? '', 'base64').toString('utf8');
  const answer = { ...NOTHING, ...response, patch };
  if (version === 'v1beta1') return { ...answer, patchType: patch === '' ? '' : 'JSONPatch' };
  if (answer.uid !== uid) throw new AnswerError(`expected response.uid=${quote(uid)}, got ${quote(answer.uid)}`);
  if (apiVersion !== `${GROUP}/v1` || kind !== 'AdmissionReview')
    throw new AnswerError(
      `expected webhook response of ${GROUP}/v1, Kind=AdmissionReview, got ${shown(apiVersion, kind)}`,
    );
  const fault = patchFault(patch, response.patchType, mutating);
  if (fault !== undefined) throw new AnswerError(fault);
  return answer;
}

/** As Go prints a GroupVersionKind. */
function shown(apiVersion: string, kind: string): string {
  return `${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Kind=${kind}`;
}

function patchFault(patch: string, patchType: string | undefined, mutating: boolean): string | undefined {
  if (!mutating) {
    if (patch !== '') return 'validating webhook may not return response.patch';
    return patchType === undefined ? undefined : 'validating webhook may not return response.patchType';
  }
  if (patch !== '' && patchType === undefined) return 'webhook returned response.patch but not response.patchType';
  if (patch === '' && patchType !== undefined) return 'webhook returned response.patchType but not response.patch';
  return patchType === '' ? 'webhook returned invalid response.patchType of ""' : undefined;
}
