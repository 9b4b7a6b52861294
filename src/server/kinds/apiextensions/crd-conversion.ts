/** How a definition converts between its versions. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { isDNS1035Label } from '../../../api/names.ts';
import type { CustomResourceConversion, WebhookClientConfig } from '../../../api/types/apiextensions-v1.ts';
import { validateClientConfig as validateAddress } from '../shared/webhook-client.ts';
import { bundleFault } from './crd-ca-bundle.ts';

const REVIEW_VERSIONS = ['v1', 'v1beta1'];

/**
 * validateCustomResourceConversion; paths are those of the internal version, which has no `webhook`.
 * `anyBundle`: the CA bundle may be unreadable, as it may while nothing is served yet.
 */
export function validateConversion(
  conversion: CustomResourceConversion,
  anyBundle: boolean,
  path: Path,
  errors: FieldErrors,
): void {
  const { strategy = '', webhook } = conversion;
  if (strategy === '') errors.required(path.child('strategy'));
  else if (strategy !== 'None' && strategy !== 'Webhook')
    errors.notSupported(path.child('strategy'), strategy, ['None', 'Webhook']);
  const config = path.child('webhookClientConfig');
  const versions = path.child('conversionReviewVersions');
  if (strategy === 'Webhook') {
    validateClientConfig(webhook?.clientConfig, anyBundle, config, errors);
    validateReviewVersions(webhook?.conversionReviewVersions ?? [], versions, errors);
    return;
  }
  const unset = 'should not be set when strategy is not set to Webhook';
  if (webhook?.clientConfig !== undefined) errors.forbidden(config, unset);
  if ((webhook?.conversionReviewVersions ?? []).length > 0) errors.forbidden(versions, unset);
}

function validateClientConfig(
  config: WebhookClientConfig | undefined,
  anyBundle: boolean,
  path: Path,
  errors: FieldErrors,
): void {
  if (config === undefined) {
    errors.required(path, 'required when strategy is set to Webhook');
    return;
  }
  validateAddress(config, path, errors);
  const { caBundle = '' } = config;
  const fault = anyBundle ? undefined : bundleFault(caBundle);
  if (fault !== undefined) errors.invalid(path.child('caBundle'), caBundle, fault);
}

function validateReviewVersions(versions: readonly string[], path: Path, errors: FieldErrors): void {
  if (versions.length === 0) {
    errors.required(path);
    return;
  }
  for (const [i, version] of versions.entries()) {
    if (versions.indexOf(version) < i) errors.invalid(path.index(i), version, 'duplicate version');
    else for (const text of isDNS1035Label(version)) errors.invalid(path.index(i), version, text);
  }
  if (!versions.some((version) => REVIEW_VERSIONS.includes(version)))
    errors.invalid(path, versions, `must include at least one of ${REVIEW_VERSIONS.join(', ')}`);
}
