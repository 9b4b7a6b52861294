/** Asks the mutating webhooks, one after the other; imitates apiserver pkg/admission/plugin/webhook/mutating. */

import { cloneJson } from '../../../api/object.ts';
import { badRequest } from '../../../api/status-error.ts';
import type { Kind } from '../../kinds/kind.ts';
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
  const { mirrored, kinds, authorize } = context;
  const namespaces = mirrored('', 'namespaces');
  const configurations = mirrored(GROUP, 'mutatingwebhookconfigurations');
  const hooksOf = hookSource();
  const equivalents = equivalentKinds(kinds);
  const clients = new WebhookClients(context);
  return {
    name: NAME,
    admit(attributes) {
      const all = configurations.list();
      if (all.length === 0 || isExempt(attributes)) return;
      const namespace = namespaceOf(attributes, namespaces);
      return askAll(hooksOf(all), attributes, { equivalents, kinds, authorize, namespace, clients });
    },
  };
};

interface CallParts extends MatchParts {
  readonly clients: WebhookClients;
}

/** In order. @throws StatusError when one denies, or fails and must not */
async function askAll(hooks: readonly Hook[], attributes: AdmissionAttributes, parts: CallParts): Promise<void> {
  attributes.reinvocation ??= new Reinvocation();
  const { round } = attributes.reinvocation;
  const callers = attributes.reinvocation.of(NAME);
  callers.begin(attributes.object);
  for (const [index, hook] of hooks.entries()) {
    const kind = matchedKind(hook, attributes, parts);
    if (kind === undefined || !callers.runs(hook.key)) continue;
    await askInTurn(hook, kind, attributes, parts, callers, `round_${round}_index_${index}`);
  }
  callers.end(attributes.object);
  checkNamespace(attributes);
}

async function askInTurn(
  hook: Hook,
  kind: Kind,
  attributes: AdmissionAttributes,
  parts: CallParts,
  callers: Callers,
  place: string,
): Promise<void> {
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
