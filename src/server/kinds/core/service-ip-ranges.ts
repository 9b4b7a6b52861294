/** The ranges that cluster IPs come from; imitates pkg/registry/core/service/ipallocator (IPAddress objects). */
import { type Cidr, cidrContains, ipText, parseCidrLenient, parseIpLenient } from '../../../api/ip.ts';
import { parseJson } from '../../../api/json.ts';
import type { ServiceCIDR } from '../../../api/types/networking-v1.ts';
import type { AllocationPool } from './allocation-pool.ts';

export type IpFamily = 'IPv4' | 'IPv6';

/** The first addresses of a range are kept for those who ask for one: so many at the least and at the most. */
const BAND = { least: 16, most: 256, share: 16 };
const CIDRS_PREFIX = '/registry/networking.k8s.io/servicecidrs/';

/** @throws Error when one is no CIDR, or there are two of one family. */
export function parseRanges(texts: readonly string[]): Map<IpFamily, Cidr> {
  const ranges = new Map<IpFamily, Cidr>();
  for (const text of texts) {
    const cidr = parseCidrLenient(text);
    if (cidr === undefined) throw new Error(`service cluster IP range ${JSON.stringify(text)} is not a CIDR`);
    if (ranges.has(cidr.ip.family)) throw new Error(`more than one ${cidr.ip.family} service cluster IP range`);
    ranges.set(cidr.ip.family, cidr);
  }
  if (ranges.size === 0) throw new Error('no service cluster IP range');
  return ranges;
}

/** The configured range of the family and those of ServiceCIDR objects that are ready. */
export async function rangesOf(family: IpFamily, configured: Cidr, pool: AllocationPool): Promise<Cidr[]> {
  const ranges = [configured];
  for (const { value } of await pool.entries(CIDRS_PREFIX)) {
    const object = parseJson(value) as ServiceCIDR;
    if (!isReady(object)) continue;
    for (const text of object.spec?.cidrs ?? []) {
      const cidr = parseCidrLenient(text);
      if (cidr?.ip.family === family && !ranges.some((range) => sameRange(range, cidr))) ranges.push(cidr);
    }
  }
  return ranges;
}

function isReady({ metadata, status }: ServiceCIDR): boolean {
  if (metadata?.deletionTimestamp !== undefined) return false;
  return (status?.conditions ?? []).find(({ type }) => type === 'Ready')?.status !== 'False';
}

function sameRange(a: Cidr, b: Cidr): boolean {
  return a.network === b.network && a.prefix === b.prefix;
}

/** First and last address that may be given: neither the network's own nor, for IPv4, the broadcast address. */
function usable(range: Cidr): { first: bigint; last: bigint } {
  const v4 = range.ip.family === 'IPv4';
  const hosts = 1n << BigInt((v4 ? 32 : 128) - range.prefix);
  return { first: range.network + 1n, last: range.network + hosts - (v4 ? 2n : 1n) };
}

/** Whether the text is an address that the range may give. */
export function mayGive(range: Cidr, text: string): boolean {
  const ip = parseIpLenient(text);
  if (ip === undefined || !cidrContains(range, ip)) return false;
  const { first, last } = usable(range);
  return ip.bits >= first && ip.bits <= last;
}

/** Every address of the range once, beginning anywhere in the upper band; then the lower band. */
export function* addresses(range: Cidr, random: () => number): Iterable<string> {
  const { first, last } = usable(range);
  const size = last - first + 1n;
  if (size <= 0n) return;
  const lower = bandSize(size);
  yield* around(range, first + lower, last, random);
  yield* around(range, first, first + lower - 1n, random);
}

function bandSize(size: bigint): bigint {
  if (size <= BigInt(BAND.least)) return 0n;
  return BigInt(Math.min(Math.max(BAND.least, Number(size / BigInt(BAND.share))), BAND.most));
}

function* around(range: Cidr, first: bigint, last: bigint, random: () => number): Iterable<string> {
  const size = last - first + 1n;
  if (size <= 0n) return;
  const start = BigInt(Math.floor(random() * Number.MAX_SAFE_INTEGER)) % size;
  for (let i = 0n; i < size; i++) yield ipText(range.ip.family, first + ((start + i) % size));
}
