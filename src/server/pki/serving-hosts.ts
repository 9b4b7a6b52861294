import { isIP } from 'node:net';
import { hostname } from 'node:os';

const SERVICE_DOMAIN = 'cluster.local';

export interface HostOptions {
  /** First address of the service range: that of the service default/kubernetes. */
  readonly serviceAddress?: string;
  /** Addresses that the server listens on or is advertised by; wildcards are left out. */
  readonly addresses?: readonly string[];
  /** More names or addresses, by the user's wish. */
  readonly extra?: readonly string[];
}

/** Names and addresses under which clients reach the server, without repeats. */
export function servingHosts({ serviceAddress, addresses = [], extra = [] }: HostOptions): string[] {
  const machine = hostname().toLowerCase();
  const hosts = [
    'localhost',
    '127.0.0.1',
    '::1',
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    `kubernetes.default.svc.${SERVICE_DOMAIN}`,
    ...(/^[a-z0-9.-]+$/.test(machine) ? [machine] : []),
    ...(serviceAddress === undefined ? [] : [serviceAddress]),
    ...addresses.filter((address) => address !== '0.0.0.0' && address !== '::' && isIP(address) !== 0),
    ...extra,
  ];
  return [...new Set(hosts)];
}
