/** Webhook configurations, mutating or validating; imitates pkg/apis/admissionregistration/v1 defaults and validation. */
import { FieldErrors, Path } from '../../../api/field-errors.ts';
import { isDNS1035Label, isFullyQualifiedName } from '../../../api/names.ts';
import { equalJson } from '../../../api/object.ts';
import type { MutatingWebhook, ValidatingWebhook } from '../../../api/types/admissionregistration-v1.ts';
import type { ObjectMeta } from '../../../api/types/meta-v1.ts';
import type { KindOpinions } from '../define.ts';
import { age } from '../printing.ts';
import { validateLabelSelector } from './label-selector.ts';
import { reportInvalid } from './name-rules.ts';
import { validateMatchConditions } from './policy-expressions.ts';
import { FAILURE_POLICIES, MATCH_POLICIES } from './policy-match.ts';
import { validateClientConfig } from './webhook-client.ts';
import { applyRuleDefaults, validateRuleWithOperations } from './webhook-rules.ts';

type Webhook = ValidatingWebhook & Pick<MutatingWebhook, 'reinvocationPolicy'>;

export interface WebhookConfiguration {
  metadata?: ObjectMeta;
  webhooks?: Webhook[];
}

const WEBHOOKS = Path.root('webhooks');
const REVIEW_VERSIONS = ['v1', 'v1beta1'];
const NO_SIDE_EFFECTS = ['None', 'NoneOnDryRun'];
const SIDE_EFFECTS = ['None', 'NoneOnDryRun', 'Some', 'Unknown'];
const REINVOCATION_POLICIES = ['IfNeeded', 'Never'];

/** Everything about a kind of webhook configurations; only mutating webhooks can be asked again. */
export function webhookConfigurationOpinions({ mutating }: { mutating: boolean }): KindOpinions<WebhookConfiguration> {
  return {
    generation: 'spec',
    metadataOnUpdate: 'full',
    unconditionalUpdate: false,
    applyDefaults: ({ webhooks = [] }) => {
      for (const webhook of webhooks) applyWebhookDefaults(webhook, mutating);
    },
    validate: ({ webhooks = [] }, errors) => validateWebhooks(webhooks, STRICT, errors),
    validateUpdate: ({ webhooks = [] }, old, errors) =>
      validateWebhooks(webhooks, toleranceOf(webhooks, old.webhooks ?? []), errors),
    cells: ({ metadata = {}, webhooks = [] }, now) => [
      metadata.name ?? '',
      webhooks.length,
      age(metadata.creationTimestamp, now),
    ],
  };
}

function applyWebhookDefaults(webhook: Webhook, mutating: boolean): void {
  webhook.failurePolicy ??= 'Fail';
  webhook.matchPolicy ??= 'Equivalent';
  webhook.namespaceSelector ??= {};
  webhook.objectSelector ??= {};
  webhook.timeoutSeconds ??= 10;
  if (mutating) webhook.reinvocationPolicy ??= 'Never';
  if (webhook.clientConfig?.service !== undefined) webhook.clientConfig.service.port ??= 443;
  applyRuleDefaults(webhook.rules);
}

/** Faults that an update tolerates, because the stored configuration has them. */
interface Tolerance {
  readonly matchConditions: boolean;
  readonly sideEffects: boolean;
  readonly unknownReviewVersions: boolean;
  readonly repeatedNames: boolean;
  readonly labelValues: boolean;
}

const STRICT: Tolerance = {
  matchConditions: false,
  sideEffects: false,
  unknownReviewVersions: false,
  repeatedNames: false,
  labelValues: false,
};

function toleranceOf(webhooks: readonly Webhook[], old: readonly Webhook[]): Tolerance {
  const conditions = (list: readonly Webhook[]) => list.map((webhook) => webhook.matchConditions ?? []);
  return {
    matchConditions: equalJson(conditions(webhooks), conditions(old)),
    sideEffects: old.some(({ sideEffects }) => !NO_SIDE_EFFECTS.includes(sideEffects ?? '')),
    unknownReviewVersions: old.some(({ admissionReviewVersions }) => onlyUnknown(admissionReviewVersions ?? [])),
    repeatedNames: new Set(old.map((webhook) => webhook.name ?? '')).size < old.length,
    labelValues: old.some(hasInvalidSelector),
  };
}

function onlyUnknown(versions: readonly string[]): boolean {
  return versions.length > 0 && !versions.some((version) => REVIEW_VERSIONS.includes(version));
}

function hasInvalidSelector({ namespaceSelector, objectSelector }: Webhook): boolean {
  const errors = new FieldErrors();
  validateLabelSelector(namespaceSelector, WEBHOOKS, errors);
  validateLabelSelector(objectSelector, WEBHOOKS, errors);
  return errors.length > 0;
}

function validateWebhooks(webhooks: readonly Webhook[], tolerance: Tolerance, errors: FieldErrors): void {
  const names = new Set<string>();
  for (const [i, webhook] of webhooks.entries()) {
    const path = WEBHOOKS.index(i);
    const { name = '', admissionReviewVersions } = webhook;
    validateWebhook(webhook, tolerance, path, errors);
    validateReviewVersions(admissionReviewVersions ?? [], tolerance, path.child('admissionReviewVersions'), errors);
    if (name === '' || tolerance.repeatedNames) continue;
    if (names.has(name)) errors.duplicate(path.child('name'), name);
    names.add(name);
  }
}

function validateWebhook(webhook: Webhook, tolerance: Tolerance, path: Path, errors: FieldErrors): void {
  const { name = '', rules = [], timeoutSeconds, namespaceSelector, objectSelector } = webhook;
  if (name === '') errors.required(path.child('name'));
  else reportInvalid(isFullyQualifiedName(name), name, path.child('name'), errors);
  for (const [i, rule] of rules.entries()) validateRuleWithOperations(rule, path.child('rules').index(i), errors);
  validateChoice(webhook.failurePolicy, FAILURE_POLICIES, path.child('failurePolicy'), errors);
  validateChoice(webhook.matchPolicy, MATCH_POLICIES, path.child('matchPolicy'), errors);
  validateSideEffects(webhook.sideEffects, tolerance, path.child('sideEffects'), errors);
  if (timeoutSeconds !== undefined && (timeoutSeconds > 30 || timeoutSeconds < 1)) {
    const message = 'the timeout value must be between 1 and 30 seconds';
    errors.invalid(path.child('timeoutSeconds'), timeoutSeconds, message);
  }
  const options = { allowInvalidLabelValue: tolerance.labelValues };
  validateLabelSelector(namespaceSelector, path.child('namespaceSelector'), errors, options);
  validateLabelSelector(objectSelector, path.child('objectSelector'), errors, options);
  validateChoice(webhook.reinvocationPolicy, REINVOCATION_POLICIES, path.child('reinvocationPolicy'), errors);
  validateClientConfig(webhook.clientConfig ?? {}, path.child('clientConfig'), errors);
  if (!tolerance.matchConditions)
    validateMatchConditions(webhook.matchConditions, false, path.child('matchConditions'), errors);
}

function validateChoice(value: string | undefined, allowed: readonly string[], path: Path, errors: FieldErrors): void {
  if (value !== undefined && !allowed.includes(value)) errors.notSupported(path, value, allowed);
}

function validateSideEffects(
  value: string | null | undefined,
  { sideEffects }: Tolerance,
  path: Path,
  errors: FieldErrors,
): void {
  const allowed = sideEffects ? SIDE_EFFECTS : NO_SIDE_EFFECTS;
  if (value === undefined || value === null) errors.required(path, `must specify one of ${allowed.join(', ')}`);
  else validateChoice(value, allowed, path, errors);
}

function validateReviewVersions(
  versions: readonly string[],
  { unknownReviewVersions }: Tolerance,
  path: Path,
  errors: FieldErrors,
): void {
  const known = REVIEW_VERSIONS.join(', ');
  if (versions.length === 0) {
    errors.required(path, `must specify one of ${known}`);
    return;
  }
  for (const [i, version] of versions.entries()) {
    if (versions.indexOf(version) < i) errors.invalid(path.index(i), version, 'duplicate version');
    else reportInvalid(isDNS1035Label(version), version, path.index(i), errors);
  }
  if (onlyUnknown(versions) && !unknownReviewVersions)
    errors.invalid(path, versions, `must include at least one of ${known}`);
}
