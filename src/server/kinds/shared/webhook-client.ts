/** Where a webhook listens; imitates apiserver pkg/util/webhook/validation.go. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { isDNS1123Subdomain, isValidPortNum } from '../../../api/names.ts';
import type { WebhookClientConfig } from '../../../api/types/admissionregistration-v1.ts';
import { parseGoUrl } from './go-url.ts';

const FORM = 'desired format: https://host[/path]';

/** Either a URL or a service. Upstream passes name and namespace of the service in the wrong order: so do the errors. */
export function validateClientConfig(config: WebhookClientConfig, path: Path, errors: FieldErrors): void {
  const { url, service } = config;
  if ((url === undefined) === (service === undefined))
    errors.required(path, 'exactly one of url or service is required');
  else if (url !== undefined) validateWebhookUrl(url, path.child('url'), errors);
  else {
    const { name = '', namespace = '', path: at, port } = service ?? {};
    validateWebhookService({ namespace: name, name: namespace, path: at, port }, path.child('service'), errors);
  }
}

export function validateWebhookUrl(text: string, path: Path, errors: FieldErrors): void {
  const url = parseGoUrl(text);
  if ('error' in url) {
    errors.required(path, `url must be a valid URL: ${url.error}; ${FORM}`);
    return;
  }
  if (url.scheme !== 'https') errors.invalid(path, url.scheme, `'https' is the only allowed URL scheme; ${FORM}`);
  if (url.host === '') errors.invalid(path, url.host, `host must be specified; ${FORM}`);
  if (url.user !== undefined) errors.invalid(path, url.user, 'user information is not permitted in the URL');
  if (url.fragment !== '') errors.invalid(path, url.fragment, 'fragments are not permitted in the URL');
  if (url.query !== '') errors.invalid(path, url.query, 'query parameters are not permitted in the URL');
}

export interface WebhookService {
  readonly namespace: string;
  readonly name: string;
  readonly path: string | undefined;
  readonly port: number | undefined;
}

export function validateWebhookService(service: WebhookService, path: Path, errors: FieldErrors): void {
  const { namespace, name, path: urlPath = '', port = 0 } = service;
  if (name === '') errors.required(path.child('name'));
  if (namespace === '') errors.required(path.child('namespace'));
  const faults = isValidPortNum(port);
  if (faults.length > 0) errors.invalid(path.child('port'), port, `port is not valid: ${faults.join(', ')}`);
  if (urlPath !== '' && urlPath !== '/') validateUrlPath(urlPath, path.child('path'), errors);
}

function validateUrlPath(urlPath: string, path: Path, errors: FieldErrors): void {
  if (urlPath === '//') {
    errors.invalid(path, urlPath, 'segment[0] may not be empty');
    return;
  }
  if (!urlPath.startsWith('/')) errors.invalid(path, urlPath, "must start with a '/'");
  const steps = urlPath.slice(1).replace(/\/$/, '').split('/');
  for (const [i, step] of steps.entries()) {
    const faults = step === '' ? [' may not be empty'] : isDNS1123Subdomain(step).map((message) => `: ${message}`);
    for (const fault of faults) errors.invalid(path, urlPath, `segment[${i}]${fault}`);
  }
}
