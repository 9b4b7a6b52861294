/** Applies what a mutating webhook answered; imitates callAttrMutatingHook of apiserver pkg/admission/plugin/webhook/mutating. */
import { parseJson } from '../../../api/json.ts';
import type { JsonObject } from '../../../api/object.ts';
import { decodeJsonPatch, patchJson } from '../../../api/patch/json-patch.ts';
import { JsonPatchFailure } from '../../../api/patch/json-patch-failure.ts';
import { internalError } from '../../../api/status-error.ts';
import type { AdmissionAttributes, AdmissionContext } from '../admission.ts';
import type { Hook } from './hooks.ts';
import type { ReviewResponse } from './review-answer.ts';
import { takeBack } from './reviewed.ts';
import { WebhookError } from './webhook-error.ts';

/**
 * Changes the object of `attributes` in place.
 * @param shown what the webhook was shown
 * @returns whether the object is another one now
 * @throws WebhookError for a patch that is none; StatusError 500 for one that does not apply
 */
export function applyPatch(
  hook: Hook,
  { patch, patchType }: ReviewResponse,
  shown: AdmissionAttributes,
  attributes: AdmissionAttributes,
  kinds: AdmissionContext['kinds'],
): boolean {
  if (patch === '') return false;
  const operations = operationsOf(hook, patch);
  if (operations.length === 0) return false;
  if (shown.object === undefined)
    throw internalError(
      `admission webhook ${JSON.stringify(hook.name)} attempted to modify the object, which is not supported for this operation`,
    );
  if (patchType !== 'JSONPatch')
    throw new WebhookError(hook.name, `unsupported patch type ${JSON.stringify(patchType)}`);
  return takeBack(patched(shown.object as unknown as JsonObject, operations), shown, attributes, kinds);
}

function operationsOf(hook: Hook, patch: string): readonly unknown[] {
  try {
    return decodeJsonPatch(parseJson(patch), 'Ignore').operations;
  } catch (error) {
    const why = (error as Error).message;
    throw new WebhookError(hook.name, `received undecodable patch in webhook response: ${why}`, { cause: error });
  }
}

function patched(object: JsonObject, operations: readonly unknown[]): unknown {
  try {
    return patchJson(object, operations);
  } catch (error) {
    if (error instanceof JsonPatchFailure) throw internalError(error.message, error);
    throw error;
  }
}
