/** Whom the proxy sub-resources of pods, services and nodes are asked to reach; imitates apimachinery net.SplitSchemeNamePort. */
import type { Ip } from '../../../api/ip.ts';
import { badRequest, type StatusError, serviceUnavailable } from '../../../api/status-error.ts';
import type { Node } from '../../../api/types/core-v1.ts';

const SCHEMES = ['http', 'https', ''];
const KUBELET_PORT = 10250;
const ADDRESS_TYPES = ['InternalIP', 'Hostname', 'ExternalIP'];

/** A node without an address that the API server would use. */
export const NO_ADDRESS = 'no preferred addresses found; known addresses: []';

export interface ProxyTarget {
  readonly name: string;
  /** Number or name; '' when none is given. */
  readonly port: string;
}

/** Reads `NAME`, `NAME:PORT` or `SCHEME:NAME:PORT`. @throws StatusError 400 */
export function proxyTarget(id: string, what: 'pod' | 'service' | 'node'): ProxyTarget {
  const parts = id.split(':');
  const [scheme, name = '', port = ''] = parts.length === 3 ? parts : ['', ...parts, ''];
  const valid = parts.length <= 3 && name !== '' && SCHEMES.includes(scheme ?? '');
  if (!valid) throw badRequest(`invalid ${what} request ${JSON.stringify(id)}`);
  return { name, port };
}

/** Nothing is dialled from here: nobody answers. */
export function unreachable(host: string): StatusError {
  return serviceUnavailable(`error trying to reach service: dial tcp ${host}: connect: connection refused`);
}

/** Loopback and link-local addresses are the API server's own affair. @throws StatusError 400 */
export function checkProxyable(ip: Ip | undefined): void {
  if (ip === undefined || !isProxyable(ip)) throw badRequest('address not allowed');
}

function isProxyable({ family, bits }: Ip): boolean {
  if (family === 'IPv4') {
    const first = Number(bits >> 24n);
    const linkLocal = bits >> 16n === 0xa9fen;
    const multicast = bits >> 8n === 0xe00000n;
    return bits !== 0n && first !== 127 && !linkLocal && !multicast;
  }
  return bits > 1n && bits >> 118n !== 0x3fan && bits >> 112n !== 0xff02n;
}

export function kubeletAddress({ status }: Node): string | undefined {
  const addresses = status?.addresses ?? [];
  return ADDRESS_TYPES.map((type) => addresses.find((entry) => entry.type === type)?.address).find(Boolean);
}

export function kubeletPort({ status }: Node): number {
  return status?.daemonEndpoints?.kubeletEndpoint?.Port || KUBELET_PORT;
}
