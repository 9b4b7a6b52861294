/**
 * IP addresses and CIDRs as Kubernetes reads them. Rules and words of apimachinery pkg/util/validation/ip.go (v1.36,
 * StrictIPCIDRValidation on) over k8s.io/utils/net's lenient parser.
 */
import { quote } from './field-errors.ts';

/** An address as a number of 32 bits (v4) or 128 bits (v6). IPv4-mapped IPv6 addresses are v4, as in Go's net.IP. */
export interface Ip {
  readonly family: 'IPv4' | 'IPv6';
  readonly bits: bigint;
  /** Written as ::ffff:a.b.c.d. */
  readonly mapped: boolean;
  /** An IPv4 part had leading zeros. */
  readonly leadingZeros: boolean;
}

export interface Cidr {
  readonly ip: Ip;
  readonly prefix: number;
  /** The network's first address. */
  readonly network: bigint;
  readonly leadingZeros: boolean;
}

interface Quad {
  bits: bigint;
  leadingZeros: boolean;
}

function parseQuad(text: string): Quad | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^[0-9]{1,20}$/.test(part) && Number(part) <= 255)) return undefined;
  const bits = parts.reduce((sum, part) => (sum << 8n) | BigInt(Number(part)), 0n);
  return { bits, leadingZeros: parts.some((part) => part.length > 1 && part.startsWith('0')) };
}

/** Reads `text` forgiving leading zeros in IPv4 parts (utils/net ParseIPSloppy). */
export function parseIpLenient(text: string): Ip | undefined {
  if (!text.includes(':')) {
    const quad = parseQuad(text);
    return quad && { family: 'IPv4', bits: quad.bits, mapped: false, leadingZeros: quad.leadingZeros };
  }
  return parseIpv6(text);
}

function parseIpv6(text: string): Ip | undefined {
  const halves = text.split('::');
  if (halves.length > 2 || text.length > 64) return undefined;
  const head = parseGroups(halves[0] as string, halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1] as string, true) : { groups: [], leadingZeros: false };
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.groups.length - tail.groups.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head.groups, ...new Array<number>(missing).fill(0), ...tail.groups];
  return ipv6(groups, head.leadingZeros || tail.leadingZeros);
}

function ipv6(groups: readonly number[], leadingZeros: boolean): Ip {
  const bits = groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n);
  const mapped = bits >> 32n === 0xffffn;
  return mapped
    ? { family: 'IPv4', bits: bits & 0xffffffffn, mapped, leadingZeros }
    : { family: 'IPv6', bits, mapped, leadingZeros };
}

function parseGroups(text: string, last: boolean): { groups: number[]; leadingZeros: boolean } | undefined {
  if (text === '') return { groups: [], leadingZeros: false };
  const parts = text.split(':');
  const groups: number[] = [];
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
    else {
      const quad = last && i === parts.length - 1 ? parseQuad(part) : undefined;
      if (quad === undefined) return undefined;
      groups.push(Number(quad.bits >> 16n), Number(quad.bits & 0xffffn));
      return { groups, leadingZeros: quad.leadingZeros };
    }
  }
  return { groups, leadingZeros: false };
}

export function isIpFamily(ip: Ip | undefined, family: 'IPv4' | 'IPv6'): boolean {
  return ip?.family === family;
}

/** `IPv4` or `IPv6`, or '' for what is no address. */
export function ipFamilyOf(text: string): 'IPv4' | 'IPv6' | '' {
  return parseIpLenient(text)?.family ?? '';
}

/** RFC 5952 text of an address. */
export function ipText(family: 'IPv4' | 'IPv6', bits: bigint): string {
  if (family === 'IPv4') return [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 0xffn).join('.');
  const groups: number[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) groups.push(Number((bits >> shift) & 0xffffn));
  const gap = longestZeroRun(groups);
  const hex = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map((g) => g.toString(16))
      .join(':');
  return gap === undefined ? hex(0, 8) : `${hex(0, gap.start)}::${hex(gap.end, 8)}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; end: number } | undefined {
  let best: { start: number; end: number } | undefined;
  for (let start = 0; start < 8; start++) {
    let end = start;
    while (groups[end] === 0) end++;
    if (end - start >= 2 && end - start > (best === undefined ? 0 : best.end - best.start)) best = { start, end };
    if (end > start) start = end;
  }
  return best;
}

/** Go's net.IP.String: mapped addresses print as IPv4. */
export function canonicalIp(ip: Ip): string {
  return ipText(ip.family, ip.bits);
}

/** Reads `ADDRESS/LENGTH` forgiving leading zeros (utils/net ParseCIDRSloppy). */
export function parseCidrLenient(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const ip = parseIpLenient(text.slice(0, slash));
  const length = text.slice(slash + 1);
  if (ip === undefined || !/^[0-9]{1,20}$/.test(length)) return undefined;
  const written = Number(length);
  const width = ip.family === 'IPv4' && !ip.mapped ? 32 : 128;
  if (written > width) return undefined;
  const prefix = ip.mapped ? written - 96 : written;
  const size = ip.family === 'IPv4' ? 32 : 128;
  const host = BigInt(size - Math.max(prefix, 0));
  const leadingZeros = ip.leadingZeros || (length.length > 1 && length.startsWith('0'));
  return { ip, prefix: written, network: (ip.bits >> host) << host, leadingZeros };
}

export function canonicalCidr(cidr: Cidr): string {
  return `${ipText(cidr.ip.family, cidr.network)}/${cidr.prefix}`;
}

/** Whether the network holds the address. */
export function cidrContains(cidr: Cidr, ip: Ip): boolean {
  if (cidr.ip.family !== ip.family) return false;
  const prefix = cidr.ip.mapped ? cidr.prefix - 96 : cidr.prefix;
  const host = BigInt((ip.family === 'IPv4' ? 32 : 128) - Math.max(prefix, 0));
  return ip.bits >> host === cidr.network >> host;
}

const INVALID_IP = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const INVALID_CIDR = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
const INVALID_INTERFACE = 'must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)';

/** For fields older than strict validation: any textual form, but no leading zeros and no mapped addresses. */
export function isValidIPForLegacyField(value: string, strict = true): string[] {
  const ip = parseIpLenient(value);
  if (ip === undefined) return [INVALID_IP];
  if (!strict) return [];
  if (ip.leadingZeros) return ['must not have leading 0s'];
  return ip.mapped ? ['must not be an IPv4-mapped IPv6 address'] : [];
}

/** For new fields: canonical form only. */
export function isValidIP(value: string): string[] {
  const errors = isValidIPForLegacyField(value);
  if (errors.length > 0) return errors;
  const canonical = canonicalIp(parseIpLenient(value) as Ip);
  return value === canonical ? [] : [`must be in canonical form (${quote(canonical)})`];
}

export function isValidCIDRForLegacyField(value: string, strict = true): string[] {
  const cidr = parseCidrLenient(value);
  if (cidr === undefined) return [INVALID_CIDR];
  if (!strict) return [];
  if (cidr.leadingZeros) return ['must not have leading 0s in IP or prefix length'];
  if (cidr.ip.mapped) return ['must not have an IPv4-mapped IPv6 address'];
  return cidr.ip.bits === cidr.network ? [] : ['must not have bits set beyond the prefix length'];
}

export function isValidCIDR(value: string): string[] {
  const errors = isValidCIDRForLegacyField(value);
  if (errors.length > 0) return errors;
  const canonical = canonicalCidr(parseCidrLenient(value) as Cidr);
  return value === canonical ? [] : [`must be in canonical form (${quote(canonical)})`];
}

/** An address with its network's length, host bits included. */
export function isValidInterfaceAddress(value: string): string[] {
  const cidr = parseCidrLenient(value);
  if (cidr === undefined) return [INVALID_INTERFACE];
  const length = cidr.ip.mapped && cidr.prefix > 32 ? cidr.prefix - 96 : cidr.prefix;
  const canonical = `${canonicalIp(cidr.ip)}/${length}`;
  return value === canonical ? [] : [`must be in canonical form (${quote(canonical)})`];
}

/** Warnings for accepted but unusual addresses; `path` is the field. */
export function warningsForIP(path: string, value: string): string[] {
  const ip = parseIpLenient(value);
  if (ip === undefined) return [];
  const canonical = canonicalIp(ip);
  if (ip.leadingZeros || ip.mapped) return [nonStandard(path, 'IP address', value, canonical)];
  return ip.family === 'IPv6' && canonical !== value ? [unusualForm(path, 'IPv6 address', value, canonical)] : [];
}

/** Warnings for accepted but unusual CIDR values. */
export function warningsForCIDR(path: string, value: string): string[] {
  const cidr = parseCidrLenient(value);
  if (cidr === undefined) return [];
  const canonical = canonicalCidr(cidr);
  const warnings: string[] = [];
  if (cidr.ip.bits !== cidr.network) {
    const single = `${canonicalIp(cidr.ip)}/${cidr.ip.family === 'IPv4' ? 32 : 128}`;
    warnings.push(
      `${path}: CIDR value ${quote(value)} is ambiguous in this context (should be ${quote(canonical)} or ${quote(single)}?)`,
    );
  }
  if (cidr.leadingZeros || cidr.ip.mapped) warnings.push(nonStandard(path, 'CIDR value', value, canonical));
  if (warnings.length === 0 && cidr.ip.family === 'IPv6' && canonical !== value) {
    warnings.push(unusualForm(path, 'IPv6 CIDR value', value, canonical));
  }
  return warnings;
}

function nonStandard(path: string, what: string, value: string, use: string): string {
  return `${path}: non-standard ${what} ${quote(value)} will be considered invalid in a future Kubernetes release: use ${quote(use)}`;
}

function unusualForm(path: string, what: string, value: string, canonical: string): string {
  return `${path}: ${what} ${quote(value)} should be in RFC 5952 canonical format (${quote(canonical)})`;
}
