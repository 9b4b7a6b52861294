/** Asks one webhook about one write; imitates callHook of apiserver pkg/admission/plugin/webhook. */
import { randomUUID } from 'node:crypto';
import { stringifyJson } from '../../../api/json.ts';
import type { JsonObject, KubeObject } from '../../../api/object.ts';
import { badRequest, type Status, StatusError } from '../../../api/status-error.ts';
import type { AdmissionAttributes } from '../admission.ts';
import { admissionRequest } from '../admission-request.ts';
import type { Hook } from './hooks.ts';
import { AnswerError, type ReviewResponse, type ReviewVersion, readReview, verifyReview } from './review-answer.ts';
import { CallError, type HookAnswer, type WebhookClient, type WebhookClients } from './webhook-client.ts';
import { WebhookError } from './webhook-error.ts';

const SIDE_EFFECT_FREE = new Set(['None', 'NoneOnDryRun']);
const REVIEW_VERSIONS: readonly string[] = ['v1', 'v1beta1'] satisfies ReviewVersion[];
const DEFAULT_TIMEOUT_SECONDS = 10;

/**
 * @param shown the write in the version that the webhook wants
 * @returns what it said, when it allows the write
 * @throws WebhookError when it could not be asked; StatusError when it denies
 */
export async function invokeHook(
  hook: Hook,
  shown: AdmissionAttributes,
  clients: WebhookClients,
  mutating: boolean,
): Promise<ReviewResponse> {
  checkDryRun(hook, shown);
  const version = reviewVersion(hook);
  const uid = randomUUID();
  const answer = await call(hook, clients, stringifyJson(reviewOf(version, uid, shown)));
  const response = understand(hook, answer, version, uid, mutating);
  for (const [key, value] of Object.entries(response.auditAnnotations)) shown.annotate(`${hook.name}/${key}`, value);
  for (const warning of response.warnings) if (isPrintable(warning)) shown.warn(warning);
  if (!response.allowed) throw denial(hook.name, response.status);
  return response;
}

/** @throws StatusError 400 for a webhook that would not leave things as they are */
function checkDryRun({ name, webhook }: Hook, { dryRun }: AdmissionAttributes): void {
  if (!dryRun) return;
  if (webhook.sideEffects === undefined) throw new WebhookError(name, 'Webhook SideEffects is nil');
  if (!SIDE_EFFECT_FREE.has(webhook.sideEffects))
    throw badRequest(`admission webhook ${JSON.stringify(name)} does not support dry run`);
}

/** The first that both sides know. */
function reviewVersion({ name, webhook }: Hook): ReviewVersion {
  const known = (webhook.admissionReviewVersions ?? []).find((version) => REVIEW_VERSIONS.includes(version));
  if (known !== undefined) return known as ReviewVersion;
  const why = 'webhook does not accept known AdmissionReview versions (v1, v1beta1)';
  throw new WebhookError(name, `could not create admission objects: ${why}`);
}

function reviewOf(version: ReviewVersion, uid: string, shown: AdmissionAttributes): object {
  const { old = null } = shown;
  const object = shown.operation === 'CONNECT' ? withoutMetadata(shown.object) : (shown.object ?? null);
  const request = { uid, ...admissionRequest(shown), object, oldObject: old };
  return { kind: 'AdmissionReview', apiVersion: `admission.k8s.io/${version}`, request };
}

/** What is asked of a connection is no object. */
function withoutMetadata(object: KubeObject | undefined): JsonObject {
  const { metadata: _, ...options } = object ?? { metadata: {} };
  return options;
}

async function call({ name, webhook }: Hook, clients: WebhookClients, body: string): Promise<HookAnswer> {
  let client: WebhookClient;
  try {
    client = clients.of(webhook.clientConfig ?? {});
  } catch (error) {
    if (error instanceof CallError) throw new WebhookError(name, error.message, { cause: error });
    throw error;
  }
  try {
    return await client.post(body, webhook.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS);
  } catch (error) {
    if (error instanceof CallError)
      throw new WebhookError(name, `failed to call webhook: ${error.message}`, { cause: error });
    throw error;
  }
}

function understand(
  { name }: Hook,
  answer: HookAnswer,
  version: ReviewVersion,
  uid: string,
  mutating: boolean,
): ReviewResponse {
  let what = 'failed to call webhook';
  try {
    const review = readReview(answer, version);
    what = 'received invalid webhook response';
    return verifyReview(review, version, uid, mutating);
  } catch (error) {
    if (error instanceof AnswerError) throw new WebhookError(name, `${what}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** Upstream drops warnings that no header could carry. */
function isPrintable(warning: string): boolean {
  return warning !== '' && !/\p{Cc}/u.test(warning);
}

/** The webhook's own Status, made one that refuses; imitates pkg/admission/plugin/webhook/errors ToStatusErr. */
function denial(webhook: string, given: Status | undefined): StatusError {
  const { code = 0, message, reason, details } = given ?? {};
  const denied = `admission webhook ${JSON.stringify(webhook)} denied the request`;
  const why = message || reason;
  const text = why ? `${denied}: ${why}` : `${denied} without explanation`;
  return new StatusError(Math.max(code, 400), reason ?? '', text, details);
}
