/** Asks the validating webhooks, all at once; imitates apiserver pkg/admission/plugin/webhook/validating. */
import type { AdmissionAttributes, AdmissionPluginFactory } from '../admission.ts';
import { namespaceOf } from '../policies/policy-bindings.ts';
import { type Hook, hookSource } from '../webhooks/hooks.ts';
import { invokeHook } from '../webhooks/invoke.ts';
import { isExempt, matchedKind } from '../webhooks/match.ts';
import { reviewedAs } from '../webhooks/reviewed.ts';
import { traceCall } from '../webhooks/trace-call.ts';
import { equivalentKinds } from '../webhooks/versions.ts';
import { WebhookClients } from '../webhooks/webhook-client.ts';
import { WebhookError } from '../webhooks/webhook-error.ts';

const GROUP = 'admissionregistration.k8s.io';
const FAILED_OPEN = 'failed-open.validating.webhook.admission.k8s.io/round_0_index_';

export const validatingAdmissionWebhook: AdmissionPluginFactory = (context) => {
  const { mirrored, kinds, authorize } = context;
  const namespaces = mirrored('', 'namespaces');
  const configurations = mirrored(GROUP, 'validatingwebhookconfigurations');
  const hooksOf = hookSource();
  const equivalents = equivalentKinds(kinds);
  const clients = new WebhookClients(context);
  return {
    name: 'ValidatingAdmissionWebhook',
    validate(attributes) {
      const all = configurations.list();
      if (all.length === 0 || isExempt(attributes)) return;
      const namespace = namespaceOf(attributes, namespaces);
      const parts = { equivalents, kinds, authorize, namespace };
      const calls = hooksOf(all).flatMap((hook) => {
        const kind = matchedKind(hook, attributes, parts);
        return kind === undefined ? [] : [{ hook, shown: reviewedAs(attributes, kind, kinds) }];
      });
      return calls.length === 0 ? undefined : askAll(calls, clients);
    },
  };
};

interface Call {
  readonly hook: Hook;
  /** The write as the webhook wants to see it. */
  readonly shown: AdmissionAttributes;
}

/** @throws StatusError of the first that denies, or fails and must not */
async function askAll(calls: readonly Call[], clients: WebhookClients): Promise<void> {
  const refusals = await Promise.all(calls.map(({ hook, shown }, i) => ask(hook, shown, clients, i)));
  const refusal = refusals.find((error) => error !== undefined);
  if (refusal !== undefined) throw refusal;
}

/** @returns why the write is refused; undefined when it is not */
async function ask(hook: Hook, shown: AdmissionAttributes, clients: WebhookClients, index: number): Promise<unknown> {
  try {
    await invokeHook(hook, shown, clients, false);
    traceCall(hook, shown, 'allowed');
    return undefined;
  } catch (error) {
    traceCall(hook, shown, (error as Error).message);
    if (!(error instanceof WebhookError)) return error;
    if (hook.webhook.failurePolicy !== 'Ignore') return error.toStatus();
    shown.annotate(`${FAILED_OPEN}${index}`, hook.name);
    return undefined;
  }
}
