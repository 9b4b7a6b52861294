/** What each signer of Kubernetes accepts; imitates pkg/apis/certificates/helpers.go and the signer's own rules. */
import type { CertificateRequest } from '../../util/certificate-request.ts';

type Names = Pick<CertificateRequest, 'subject' | 'dnsNames' | 'ipAddresses' | 'emailAddresses' | 'uris'>;
type Rule = (request: Names, usages: readonly string[]) => string | undefined;

export const KUBELET_CLIENT = 'kubernetes.io/kube-apiserver-client-kubelet';
const NODES = 'system:nodes';
const NODE_PREFIX = 'system:node:';
const OPTIONAL_CLIENT_USAGES = ['digital signature', 'key encipherment'];

/** By signer's name: why a request is refused; undefined when it is fine. */
export const SIGNER_RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['kubernetes.io/kubelet-serving', kubeletServingFault],
  [KUBELET_CLIENT, kubeletClientFault],
  ['kubernetes.io/kube-apiserver-client', (_, usages) => clientUsagesFault(usages)],
  ['kubernetes.io/legacy-unknown', () => undefined],
]);

function kubeletServingFault(request: Names, usages: readonly string[]): string | undefined {
  if (!isForNodes(request)) return 'subject organization is not system:nodes';
  if (request.dnsNames.length + request.ipAddresses.length === 0) return 'DNS or IP subjectAltName is required';
  if (request.emailAddresses.length > 0) return 'Email subjectAltNames are not allowed';
  if (request.uris.length > 0) return 'URI subjectAltNames are not allowed';
  return usagesFault(usages, 'server auth') ?? nodeNameFault(request);
}

export function kubeletClientFault(request: Names, usages: readonly string[]): string | undefined {
  if (!isForNodes(request)) return 'subject organization is not system:nodes';
  if (request.dnsNames.length > 0) return 'DNS subjectAltNames are not allowed';
  if (request.emailAddresses.length > 0) return 'Email subjectAltNames are not allowed';
  if (request.ipAddresses.length > 0) return 'IP subjectAltNames are not allowed';
  if (request.uris.length > 0) return 'URI subjectAltNames are not allowed';
  return nodeNameFault(request) ?? usagesFault(usages, 'client auth');
}

function clientUsagesFault(usages: readonly string[]): string | undefined {
  const wrong = usages.find((usage) => usage !== 'client auth' && !OPTIONAL_CLIENT_USAGES.includes(usage));
  if (wrong !== undefined) return `invalid usage for client certificate: ${wrong}`;
  return usages.includes('client auth') ? undefined : 'missing required usage for client certificate: client auth';
}

function isForNodes({ subject: { organizations = [] } }: Names): boolean {
  return organizations.length === 1 && organizations[0] === NODES;
}

function nodeNameFault({ subject: { commonName = '' } }: Names): string | undefined {
  return commonName.startsWith(NODE_PREFIX) ? undefined : 'subject common name does not begin with system:node:';
}

/** Key encipherment is for RSA keys only, hence optional. */
function usagesFault(usages: readonly string[], purpose: string): string | undefined {
  const given = new Set(usages);
  given.delete('key encipherment');
  const fits = given.size === 2 && given.has('digital signature') && given.has(purpose);
  const wanted = ['digital signature', 'key encipherment', purpose].sort();
  return fits ? undefined : `usages did not match [${wanted.join(' ')}]`;
}
