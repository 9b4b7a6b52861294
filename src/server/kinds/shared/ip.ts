/** Addresses and CIDRs inside objects: rules at a path, over api/ip.ts. Imitates core validation and utils/net. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { isValidCIDRForLegacyField, isValidIPForLegacyField, parseIpLenient } from '../../../api/ip.ts';
import { reportInvalid } from './name-rules.ts';

/** An old field's address. `known` are the values that the stored object had already: they stay valid as they are. */
export function validateLegacyIP(text: string, path: Path, errors: FieldErrors, known: readonly string[] = []): void {
  if (!known.includes(text)) reportInvalid(isValidIPForLegacyField(text), text, path, errors);
}

/** An old field's CIDR; see validateLegacyIP. */
export function validateLegacyCIDR(text: string, path: Path, errors: FieldErrors, known: readonly string[] = []): void {
  if (!known.includes(text)) reportInvalid(isValidCIDRForLegacyField(text), text, path, errors);
}

/** Neither unspecified, loopback nor link-local (ValidateNonSpecialIP). */
export function validateNonSpecialIP(text: string, path: Path, errors: FieldErrors): void {
  const ip = parseIpLenient(text);
  if (ip === undefined) {
    errors.invalid(path, text, 'must be a valid IP address');
    return;
  }
  const v4 = ip.family === 'IPv4';
  if (ip.bits === 0n) errors.invalid(path, text, `may not be unspecified (${text})`);
  if (v4 ? ip.bits >> 24n === 127n : ip.bits === 1n)
    errors.invalid(path, text, 'may not be in the loopback range (127.0.0.0/8, ::1/128)');
  if (v4 ? ip.bits >> 16n === 0xa9fen : ip.bits >> 118n === 0x3fan)
    errors.invalid(path, text, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)');
  if (v4 ? ip.bits >> 8n === 0xe00000n : ((ip.bits >> 112n) & 0xff0fn) === 0xff02n)
    errors.invalid(path, text, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)');
}

/** Where a load balancer's name is an address. */
export function validateIngressHostname(hostname: string, path: Path, errors: FieldErrors): void {
  if (parseIpLenient(hostname) !== undefined) errors.invalid(path, hostname, 'must be a DNS name, not an IP address');
}

/** Whether the list holds both IPv4 and IPv6; `undefined` when one of `families` is unknown. */
export function isDualStack(families: readonly ('IPv4' | 'IPv6' | '')[]): boolean | undefined {
  return families.includes('') ? undefined : families.includes('IPv4') && families.includes('IPv6');
}
