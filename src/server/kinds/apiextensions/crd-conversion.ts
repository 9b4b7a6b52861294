/** How a definition converts between its versions. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { isDNS1035Label, isValidPortNum } from '../../../api/names.ts';
import type { CustomResourceConversion, WebhookClientConfig } from '../../../api/types/apiextensions-v1.ts';

const REVIEW_VERSIONS = ['v1', 'v1beta1'];

/** validateCustomResourceConversion; paths are those of the internal version, which has no `webhook`. */
export function validateConversion(conversion: CustomResourceConversion, path: Path, errors: FieldErrors): void {
  const { strategy = '', webhook } = conversion;
  if (strategy === '') errors.required(path.child('strategy'));
  else if (strategy !== 'None' && strategy !== 'Webhook')
    errors.notSupported(path.child('strategy'), strategy, ['None', 'Webhook']);
  const config = path.child('webhookClientConfig');
  const versions = path.child('conversionReviewVersions');
  if (strategy === 'Webhook') {
    validateClientConfig(webhook?.clientConfig, config, errors);
    validateReviewVersions(webhook?.conversionReviewVersions ?? [], versions, errors);
    return;
  }
  const unset = 'should not be set when strategy is not set to Webhook';
  if (webhook?.clientConfig !== undefined) errors.forbidden(config, unset);
  if ((webhook?.conversionReviewVersions ?? []).length > 0) errors.forbidden(versions, unset);
}

function validateClientConfig(config: WebhookClientConfig | undefined, path: Path, errors: FieldErrors): void {
  if (config === undefined) {
    errors.required(path, 'required when strategy is set to Webhook');
    return;
  }
  const { url, service } = config;
  if ((url === undefined) === (service === undefined))
    errors.required(path, 'exactly one of url or service is required');
  else if (url !== undefined) validateUrl(url, path.child('url'), errors);
  else validateService(config, path.child('service'), errors);
}

/** ValidateWebhookURL of apiserver pkg/util/webhook. */
function validateUrl(text: string, path: Path, errors: FieldErrors): void {
  const form = 'desired format: https://host[/path]';
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    errors.required(path, `url must be a valid URL: parse ${JSON.stringify(text)}: invalid URI; ${form}`);
    return;
  }
  const scheme = url.protocol.slice(0, -1);
  if (scheme !== 'https') errors.invalid(path, scheme, `'https' is the only allowed URL scheme; ${form}`);
  if (url.host === '') errors.invalid(path, url.host, `host must be specified; ${form}`);
  if (url.username !== '' || url.password !== '')
    errors.invalid(path, url.username, 'user information is not permitted in the URL');
  if (url.hash !== '') errors.invalid(path, url.hash.slice(1), 'fragments are not permitted in the URL');
  if (url.search !== '') errors.invalid(path, url.search.slice(1), 'query parameters are not permitted in the URL');
}

function validateService({ service }: WebhookClientConfig, path: Path, errors: FieldErrors): void {
  const { name = '', namespace = '', path: urlPath, port = 443 } = service ?? {};
  if (name === '') errors.required(path.child('name'), 'service name is required');
  if (namespace === '') errors.required(path.child('namespace'), 'service namespace is required');
  if (isValidPortNum(port).length > 0)
    errors.invalid(path.child('port'), port, `port is not valid: ${isValidPortNum(port).join(',')}`);
  if (urlPath !== undefined && !urlPath.startsWith('/'))
    errors.invalid(path.child('path'), urlPath, `must start with a '/'`);
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
