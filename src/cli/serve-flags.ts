/** The flags of `kctl serve`: kube-apiserver's names, and what they become. */
import * as Flags from '@oclif/core/flags';
import type { ControlPlaneOptions } from '../control-plane.ts';

const list = (summary: string) => Flags.string({ summary, multiple: true, delimiter: ',' });

export const SERVE_FLAGS = {
  'data-dir': Flags.string({
    summary: 'Where state, certificates and the kubeconfig are kept (default $XDG_DATA_HOME/kctl).',
    helpGroup: 'KCTL',
  }),
  'in-memory': Flags.boolean({ summary: 'Keep nothing: everything ends with the process.', helpGroup: 'KCTL' }),
  durability: Flags.option({
    options: ['full', 'normal', 'memory'] as const,
    summary: 'What an acknowledged write survives: power loss (full), a crash of the process (normal, memory).',
    helpGroup: 'KCTL',
  })(),
  'log-level': Flags.option({
    options: ['silent', 'error', 'warn', 'info', 'debug'] as const,
    default: 'warn',
    summary: 'What is logged to stderr, as JSON lines.',
    helpGroup: 'KCTL',
  })(),
  'secure-port': Flags.integer({ summary: 'Port for HTTPS; 0 takes any free one.', min: 0, max: 65535 }),
  'bind-address': Flags.string({ summary: 'Address to listen on (default 127.0.0.1).' }),
  'advertise-address': Flags.string({ summary: 'Address that the cluster is told, by default the one listened on.' }),
  'token-auth-file': Flags.string({ summary: 'CSV file of static tokens: token,user,uid,"group1,group2".' }),
  'client-ca-file': Flags.string({ summary: 'CA bundle for client certificates instead of the own CA.' }),
  'tls-cert-file': Flags.string({
    summary: 'Serving certificate instead of the own one.',
    dependsOn: ['tls-private-key-file'],
  }),
  'tls-private-key-file': Flags.string({ summary: 'Private key of --tls-cert-file.', dependsOn: ['tls-cert-file'] }),
  'service-cluster-ip-range': list('CIDR for cluster IPs; one IPv4 and one IPv6 for dual-stack.'),
  'service-node-port-range': Flags.string({ summary: 'Ports for NodePort services, as FIRST-LAST.' }),
  'authorization-mode': list('Authorizers in order: Node, RBAC, AlwaysAllow, AlwaysDeny.'),
  'enable-admission-plugins': list('Admission plugins besides the default ones.'),
  'disable-admission-plugins': list('Default admission plugins to leave out.'),
  'anonymous-auth': Flags.boolean({
    summary: 'Let requests without credentials through as system:anonymous.',
    allowNo: true,
  }),
  'enable-bootstrap-token-auth': Flags.boolean({ summary: 'Accept bootstrap tokens.', allowNo: true }),
  'service-account-issuer': list('Issuer of service-account tokens; the first one signs.'),
  'api-audiences': list('Audiences that tokens may be for; default: the issuer.'),
  'max-requests-inflight': Flags.integer({ summary: 'Reads under way at once; 0 = no limit.', min: 0 }),
  'max-mutating-requests-inflight': Flags.integer({ summary: 'Writes under way at once; 0 = no limit.', min: 0 }),
};

type Parsed = Record<string, unknown>;

/** Flags that were given, by the names of ControlPlaneOptions. */
export function controlPlaneOptions(flags: Parsed): ControlPlaneOptions {
  const skipped = new Set(['log-level', 'json']);
  const given = Object.entries(flags).filter(
    ([name, value]) => value !== undefined && !skipped.has(name) && Object.hasOwn(SERVE_FLAGS, name),
  );
  return Object.fromEntries(given.map(([name, value]) => [camelCase(name), value])) as ControlPlaneOptions;
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * kube-apiserver takes `--anonymous-auth=false`, oclif `--no-anonymous-auth`: rewrites the former.
 */
export function normalizeServeArgs(argv: readonly string[]): string[] {
  return argv.map((arg) => {
    const match = /^--([a-z-]+)=(true|false)$/.exec(arg);
    if (match === null) return arg;
    return match[2] === 'true' ? `--${match[1]}` : `--no-${match[1]}`;
  });
}
