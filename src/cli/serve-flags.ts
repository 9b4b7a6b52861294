/** The flags of `kctl serve`: kube-apiserver's names, and what they become. */
import type { ControlPlaneOptions } from '../control-plane.ts';
import { bool, duration, integer, list, text } from './flags/flag-kinds.ts';

const helpGroup = 'KCTL';

export const SERVE_FLAGS = {
  'data-dir': text({
    summary: 'Where state, certificates and the kubeconfig are kept (default $XDG_DATA_HOME/kctl).',
    helpGroup,
  }),
  'in-memory': bool({
    summary: 'Keep nothing: objects, certificates and the kubeconfig end with the process.',
    helpGroup,
  }),
  durability: text({
    summary: 'What an acknowledged write survives: power loss (full), a crash of the process (normal, memory).',
    options: ['full', 'normal', 'memory'],
    helpGroup,
  }),
  'log-level': text({
    summary: 'What is logged to stderr, as JSON lines.',
    options: ['silent', 'error', 'warn', 'info', 'debug'],
    default: 'warn',
    helpGroup,
  }),
  'secure-port': integer({ summary: 'Port for HTTPS (default 6443); 0 takes any free one.', min: 0, max: 65535 }),
  'bind-address': text({ summary: 'Address to listen on (default 127.0.0.1).' }),
  'advertise-address': text({ summary: 'Address that the cluster is told, by default the one listened on.' }),
  'token-auth-file': text({ summary: 'CSV file of static tokens: token,user,uid,"group1,group2".' }),
  'client-ca-file': text({ summary: 'CA bundle for client certificates instead of the own CA.' }),
  'tls-cert-file': text({
    summary: 'Serving certificate instead of the own one.',
    dependsOn: ['tls-private-key-file'],
  }),
  'tls-private-key-file': text({ summary: 'Private key of --tls-cert-file.', dependsOn: ['tls-cert-file'] }),
  'service-cluster-ip-range': list({ summary: 'CIDR for cluster IPs; one IPv4 and one IPv6 for dual-stack.' }),
  'service-node-port-range': text({ summary: 'Ports for NodePort services, as FIRST-LAST.' }),
  'authorization-mode': list({ summary: 'Authorizers in order: Node, RBAC, AlwaysAllow, AlwaysDeny.' }),
  'enable-admission-plugins': list({ summary: 'Admission plugins besides the default ones.' }),
  'disable-admission-plugins': list({ summary: 'Default admission plugins to leave out.' }),
  'anonymous-auth': bool({ summary: 'Let requests without credentials through as system:anonymous.', default: true }),
  'enable-bootstrap-token-auth': bool({ summary: 'Accept bootstrap tokens.', default: true }),
  'service-account-issuer': list({ summary: 'Issuer of service-account tokens; the first one signs.' }),
  'api-audiences': list({ summary: 'Audiences that tokens may be for; default: the issuer.' }),
  'max-requests-inflight': integer({ summary: 'Reads under way at once; 0 = no limit.', min: 0 }),
  'max-mutating-requests-inflight': integer({ summary: 'Writes under way at once; 0 = no limit.', min: 0 }),
  'request-timeout': duration({
    summary: 'How long a request may take before it is answered 504, such as 1m0s; not for watches.',
    default: 60_000,
  }),
  'min-request-timeout': integer({
    summary: 'Seconds after which a watch that names no time ends, at the earliest; at the latest after twice as long.',
    min: 0,
  }),
};

/** Flags of the command itself. */
const NOT_OPTIONS: ReadonlySet<string> = new Set(['log-level']);

/** Flags that were given, by the names of ControlPlaneOptions. */
export function controlPlaneOptions(
  flags: Readonly<Record<string, unknown>>,
  given: ReadonlySet<string>,
): ControlPlaneOptions {
  const names = Object.keys(SERVE_FLAGS).filter((name) => given.has(name) && !NOT_OPTIONS.has(name));
  return Object.fromEntries(names.map((name) => [camelCase(name), flags[name]])) as ControlPlaneOptions;
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
