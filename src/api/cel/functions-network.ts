/** URLs, addresses and networks; imitates apiserver pkg/cel/library (urls.go, ip.go, cidr.go). */
import {
  type Cidr,
  canonicalCidr,
  canonicalIp,
  cidrContains,
  type Ip,
  parseCidrLenient,
  parseIpLenient,
} from '../ip.ts';
import { type CelFunction, type CelFunctions, either, ofText, on } from './cel-function.ts';
import { ArrayList, CelError, CelOpaque, type CelValue, EntryMap } from './values.ts';

class CelUrl extends CelOpaque {
  override readonly typeName = 'kubernetes.URL';
  readonly parts: UrlParts;
  constructor(parts: UrlParts) {
    super();
    this.parts = parts;
  }
  override equals(other: CelUrl): boolean {
    return this.parts.text === other.parts.text;
  }
}

class CelIp extends CelOpaque {
  override readonly typeName = 'net.IP';
  readonly ip: Ip;
  constructor(ip: Ip) {
    super();
    this.ip = ip;
  }
  override equals(other: CelIp): boolean {
    return this.ip.family === other.ip.family && this.ip.bits === other.ip.bits;
  }
}

class CelCidr extends CelOpaque {
  override readonly typeName = 'net.CIDR';
  readonly cidr: Cidr;
  constructor(cidr: Cidr) {
    super();
    this.cidr = cidr;
  }
  override equals(other: CelCidr): boolean {
    return canonicalCidr(this.cidr) === canonicalCidr(other.cidr) && this.cidr.ip.bits === other.cidr.ip.bits;
  }
}

// URLs

interface UrlParts {
  readonly text: string;
  readonly scheme: string;
  readonly host: string;
  readonly hostname: string;
  readonly port: string;
  readonly path: string;
  readonly query: string;
}

const URL_PARTS =
  /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/(?:[^@/?#]*@)?(\[[^\]]*\](?::\d*)?|[^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#.*)?$/;

/** An absolute URL or an absolute path, as Go's url.ParseRequestURI takes them. */
export function urlParts(text: string): UrlParts | undefined {
  if (/[\x00-\x20\x7f]/.test(text)) return undefined;
  const match = URL_PARTS.exec(text);
  if (match === null) return undefined;
  const [, scheme = '', host = '', path = '', query = ''] = match;
  if (scheme === '' && !text.startsWith('/')) return undefined;
  if (scheme !== '' && !text.startsWith(`${scheme}:/`)) return undefined;
  const port = /:(\d*)$/.exec(host)?.[1] ?? '';
  const hostname = host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1');
  return /%(?![0-9a-fA-F]{2})/.test(path) ? undefined : { text, scheme, host, hostname, port, path, query };
}

function queryMap(query: string): EntryMap {
  const values = new Map<string, CelValue[]>();
  for (const [name, value] of new URLSearchParams(query)) values.set(name, [...(values.get(name) ?? []), value]);
  return EntryMap.of(Array.from(values, ([name, list]): [CelValue, CelValue] => [name, new ArrayList(list)]));
}

const newUrl = ofText((text) => {
  const parts = urlParts(text);
  if (parts === undefined)
    throw new CelError(
      `URL parse error during conversion from string: parse ${JSON.stringify(text)}: invalid URI for request`,
    );
  return new CelUrl(parts);
});

// Addresses

function parseIp(text: string): Ip | undefined {
  const ip = text.includes('%') ? undefined : parseIpLenient(text);
  return ip === undefined || ip.mapped || ip.leadingZeros ? undefined : ip;
}

function parseCidr(text: string): Cidr | undefined {
  const cidr = parseCidrLenient(text);
  return cidr === undefined || cidr.ip.mapped || cidr.leadingZeros ? undefined : cidr;
}

/** @throws CelError */
function ipOf(value: CelValue): Ip {
  if (value instanceof CelIp) return value.ip;
  const ip = typeof value === 'string' ? parseIp(value) : undefined;
  if (ip === undefined)
    throw new CelError(
      `IP Address ${JSON.stringify(value)} parse error during conversion from string: ParseAddr(${JSON.stringify(value)}): unable to parse IP`,
    );
  return ip;
}

/** @throws CelError */
function cidrOf(value: CelValue): Cidr {
  if (value instanceof CelCidr) return value.cidr;
  const cidr = typeof value === 'string' ? parseCidr(value) : undefined;
  if (cidr === undefined)
    throw new CelError(
      `network address parse error during conversion from string: netip.ParsePrefix(${JSON.stringify(value)}): no '/'`,
    );
  return cidr;
}

function startsWithBits({ family, bits }: Ip, v4: readonly [bigint, number], v6: readonly [bigint, number]): boolean {
  const [prefix, length] = family === 'IPv4' ? v4 : v6;
  const width = family === 'IPv4' ? 32 : 128;
  return bits >> BigInt(width - length) === prefix;
}

const isLoopback = (ip: Ip): boolean => startsWithBits(ip, [127n, 8], [1n, 128]);
const isUnspecified = (ip: Ip): boolean => ip.bits === 0n;
const isMulticast = (ip: Ip): boolean => startsWithBits(ip, [0xen, 4], [0xffn, 8]);
const isLinkLocal = (ip: Ip): boolean => startsWithBits(ip, [0xa9fen, 16], [0x3fan, 10]);

function isLinkLocalMulticast(ip: Ip): boolean {
  if (ip.family === 'IPv4') return ip.bits >> 8n === 0xe00000n;
  return ip.bits >> 120n === 0xffn && ((ip.bits >> 112n) & 0xfn) === 2n;
}

function isGlobalUnicast(ip: Ip): boolean {
  const broadcast = ip.family === 'IPv4' && ip.bits === 0xffffffffn;
  return !(broadcast || isUnspecified(ip) || isLoopback(ip) || isMulticast(ip) || isLinkLocal(ip));
}

function ipTest(test: (ip: Ip) => boolean): CelFunction {
  return on(CelIp, ({ ip }) => test(ip));
}

function firstAddress({ ip, network }: Cidr): Ip {
  return { ...ip, bits: network };
}

function containsCidr(outer: Cidr, inner: Cidr): boolean {
  return outer.prefix <= inner.prefix && cidrContains(outer, firstAddress(inner));
}

export const NETWORK_FUNCTIONS: CelFunctions = {
  url: newUrl,
  isURL: ofText((text) => urlParts(text) !== undefined),
  getScheme: on(CelUrl, ({ parts }) => parts.scheme),
  getHost: on(CelUrl, ({ parts }) => parts.host),
  getHostname: on(CelUrl, ({ parts }) => parts.hostname),
  getPort: on(CelUrl, ({ parts }) => parts.port),
  getEscapedPath: on(CelUrl, ({ parts }) => parts.path),
  getQuery: on(CelUrl, ({ parts }) => queryMap(parts.query)),

  ip: either(
    on(CelCidr, ({ cidr }) => new CelIp(cidr.ip)),
    ofText((text) => new CelIp(ipOf(text))),
  ),
  isIP: ofText((text) => parseIp(text) !== undefined),
  'ip.isCanonical': ofText((text) => canonicalIp(ipOf(text)) === text),
  family: on(CelIp, ({ ip }) => (ip.family === 'IPv4' ? 4n : 6n)),
  isUnspecified: ipTest(isUnspecified),
  isLoopback: ipTest(isLoopback),
  isLinkLocalMulticast: ipTest(isLinkLocalMulticast),
  isLinkLocalUnicast: ipTest(isLinkLocal),
  isGlobalUnicast: ipTest(isGlobalUnicast),
  cidr: ofText((text) => new CelCidr(cidrOf(text))),
  isCIDR: ofText((text) => parseCidr(text) !== undefined),
  containsIP: on(CelCidr, ({ cidr }, ip) => cidrContains(cidr, ipOf(ip as CelValue))),
  containsCIDR: on(CelCidr, ({ cidr }, other) => containsCidr(cidr, cidrOf(other as CelValue))),
  masked: on(CelCidr, ({ cidr }) => new CelCidr({ ...cidr, ip: firstAddress(cidr) })),
  prefixLength: on(CelCidr, ({ cidr }) => BigInt(cidr.prefix)),
  string: either(
    on(CelIp, ({ ip }) => canonicalIp(ip)),
    on(CelCidr, ({ cidr }) => `${canonicalIp(cidr.ip)}/${cidr.prefix}`),
  ),
};
