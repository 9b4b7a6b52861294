/** Asks the mutating webhooks, one after the other; imitates apiserver pkg/admission/plugin/webhook/mutating. */

import { cloneJson } from '../../../api/object.ts';
import { badRequest } from '../../../api/status-error.ts';
import type { AdmissionAttributes, AdmissionPluginFactory } from '../admission.ts';
import { changedPaths } from '../changed-paths.ts';
import { namespaceOf } from '../policies/policy-bindings.ts';
import { type Callers, Reinvocation } from '../reinvocation.ts';
import { type Hook, hookSource } from '../webhooks/hooks.ts';
import { invokeHook } from '../webhooks/invoke.ts';
import { isExempt, type MatchParts, matchedKind } from '../webhooks/match.ts';
import { applyPatch } from '../webhooks/patch.ts';
import { reviewedAs } from '../webhooks/reviewed.ts';
import { traceCall } from '../webhooks/trace-call.ts';
import { equivalentKinds } from '../webhooks/versions.ts';
import { WebhookClients } from '../webhooks/webhook-client.ts';
import { WebhookError } from '../webhooks/webhook-error.ts';

const NAME = 'MutatingAdmissionWebhook';
const GROUP = 'admissionregistration.k8s.io';

export const mutatingAdmissionWebhook: AdmissionPluginFactory = (context) => {
  const { objects, kinds, authorize } = context;
  const hooksOf = hookSource();
  const equivalents = equivalentKinds(kinds);
  const clients = new WebhookClients(context);
  return {
    name: NAME,
    async admit(attributes) {
      const configurations = await objects.list(GROUP, 'mutatingwebhookconfigurations');
      if (configurations.length === 0 || isExempt(attributes)) return;
      const namespace = await namespaceOf(attributes, context);
      const parts = { equivalents, kinds, authorize, namespace, clients };
      attributes.reinvocation ??= new Reinvocation();
      const { round } = attributes.reinvocation;
      const callers = attributes.reinvocation.of(NAME);
      callers.begin(attributes.object);
      for (const [index, hook] of hooksOf(configurations).entries())
        await askInTurn(hook, attributes, parts, callers, `round_${round}_index_${index}`);
      callers.end(attributes.object);
      checkNamespace(attributes);
    },
  };
};

interface CallParts extends MatchParts {
  readonly clients: WebhookClients;
}

/** @throws StatusError when it denies, or fails and must not */
async function askInTurn(
  hook: Hook,
  attributes: AdmissionAttributes,
  parts: CallParts,
  callers: Callers,
  place: string,
): Promise<void> {
  const kind = matchedKind(hook, attributes, parts);
  if (kind === undefined || !callers.runs(hook.key)) return;
  const shown = reviewedAs(attributes, kind, parts.kinds);
  const { failurePolicy, reinvocationPolicy } = hook.webhook;
  let changed = false;
  try {
    changed = await ask(hook, shown, attributes, parts);
  } catch (error) {
    traceCall(hook, shown, (error as Error).message);
    if (!(error instanceof WebhookError)) throw error;
    if (failurePolicy !== 'Ignore') throw error.toStatus();
    attributes.annotate(`failed-open.mutation.webhook.admission.k8s.io/${place}`, hook.name);
  }
  const { configuration, name } = hook;
  attributes.annotate(
    `mutation.webhook.admission.k8s.io/${place}`,
    JSON.stringify({ configuration, webhook: name, mutated: changed }),
  );
  callers.ran(hook.key, { changed, ifNeeded: reinvocationPolicy === 'IfNeeded' });
}

/** @returns whether the webhook changed the object */
async function ask(
  hook: Hook,
  shown: AdmissionAttributes,
  attributes: AdmissionAttributes,
  { clients, kinds }: CallParts,
): Promise<boolean> {
  const response = await invokeHook(hook, shown, clients, true);
  const before = attributes.trace === undefined ? undefined : cloneJson(attributes.object);
  const changed = applyPatch(hook, response, shown, attributes, kinds);
  const changes = before === undefined ? [] : changedPaths(before, attributes.object);
  traceCall(hook, shown, changed ? 'allowed, with changes' : 'allowed', changes);
  return changed;
}

/** Webhooks may rename what is created; they cannot move it. @throws StatusError 400 */
function checkNamespace({ kind, object, namespace, subresource }: AdmissionAttributes): void {
  if (object === undefined || !kind.namespaced || subresource !== '') return;
  const given = object.metadata.namespace ?? '';
  if (given === '') object.metadata.namespace = namespace;
  else if (given !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
}
