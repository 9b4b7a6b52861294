/** Subsets of v1 Endpoints; imitates core validation validateEndpointSubsets. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { warningsForIP } from '../../../api/ip.ts';
import type { EndpointAddress, EndpointSubset } from '../../../api/types/core-v1.ts';
import { validateLegacyIP, validateNonSpecialIP } from './ip.ts';
import { validateDNSLabel, validateDNSSubdomain } from './name-rules.ts';
import { validateEndpointPort } from './service-ports.ts';

const SUBSETS = Path.root('subsets');

export function validateEndpointSubsets(subsets: readonly EndpointSubset[], errors: FieldErrors): void {
  for (const [i, subset] of subsets.entries()) validateSubset(subset, SUBSETS.index(i), errors);
}

function validateSubset(subset: EndpointSubset, path: Path, errors: FieldErrors): void {
  const { addresses = [], notReadyAddresses = [], ports = [] } = subset;
  if (addresses.length === 0 && notReadyAddresses.length === 0)
    errors.required(path, 'must specify `addresses` or `notReadyAddresses`');
  for (const [i, address] of addresses.entries()) validateAddress(address, path.child('addresses').index(i), errors);
  for (const [i, address] of notReadyAddresses.entries())
    validateAddress(address, path.child('notReadyAddresses').index(i), errors);
  for (const [i, port] of ports.entries())
    validateEndpointPort(port, ports.length > 1, path.child('ports').index(i), errors);
}

function validateAddress(address: EndpointAddress, path: Path, errors: FieldErrors): void {
  const { ip = '', hostname = '', nodeName } = address;
  validateLegacyIP(ip, path.child('ip'), errors);
  if (hostname !== '') validateDNSLabel(hostname, path.child('hostname'), errors);
  if (nodeName !== undefined) validateDNSSubdomain(nodeName, path.child('nodeName'), errors);
  validateNonSpecialIP(ip, path.child('ip'), errors);
}

/** Warnings about oddly spelled addresses. */
export function endpointsWarnings(subsets: readonly EndpointSubset[]): string[] {
  return subsets.flatMap((subset, i) => [
    ...addressWarnings(subset.addresses, SUBSETS.index(i).child('addresses')),
    ...addressWarnings(subset.notReadyAddresses, SUBSETS.index(i).child('notReadyAddresses')),
  ]);
}

function addressWarnings(addresses: readonly EndpointAddress[] | undefined, path: Path): string[] {
  return (addresses ?? []).flatMap((address, i) => warningsForIP(`${path.index(i).child('ip')}`, address.ip ?? ''));
}

/** `192.0.2.1:80,192.0.2.2:80 + 3 more...`: ready addresses with every port, at most three; `<none>` without subsets. */
export function endpointsText(subsets: readonly EndpointSubset[]): string {
  if (subsets.length === 0) return '<none>';
  const all = subsets.flatMap(readyEndpoints);
  const shown = all.slice(0, 3).join(',');
  return all.length > 3 ? `${shown} + ${all.length - 3} more...` : shown;
}

function readyEndpoints({ addresses = [], ports = [] }: EndpointSubset): string[] {
  if (ports.length === 0) return addresses.map((address) => address.ip ?? '');
  return ports.flatMap((port) =>
    addresses.map(({ ip = '' }) => `${ip.includes(':') ? `[${ip}]` : ip}:${port.port ?? 0}`),
  );
}
