/** EndpointSlice; imitates pkg/apis/discovery and pkg/registry/discovery/endpointslice. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { ipFamilyOf, isValidIPForLegacyField, warningsForIP } from '../../../api/ip.ts';
import { isFullyQualifiedDomainName, isValidLabelValue } from '../../../api/names.ts';
import { equalJson } from '../../../api/object.ts';
import type { Endpoint, EndpointHints, EndpointPort, EndpointSlice } from '../../../api/types/discovery-v1.ts';
import { defineKind } from '../define.ts';
import { age } from '../printing.ts';
import { validateImmutable } from '../shared/field-rules.ts';
import { validateNonSpecialIP } from '../shared/ip.ts';
import { validateLabels } from '../shared/label-selector.ts';
import {
  metadataFieldLabelError,
  reportInvalid,
  validateDNSLabel,
  validateDNSSubdomain,
  validateQualifiedName,
} from '../shared/name-rules.ts';
import { validateProtocol } from '../shared/service-ports.ts';

const ADDRESS_TYPE = Path.root('addressType');
const ENDPOINTS = Path.root('endpoints');
const PORTS = Path.root('ports');
const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6'];
const MAX_ENDPOINTS = 1000;
const MAX_ADDRESSES = 100;
const MAX_PORTS = 20000;
const MAX_TOPOLOGY = 16;
const MAX_HINTS = 8;
/** The server's own controllers write canonical addresses: theirs are not looked at. */
const CONTROLLERS = ['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io'];

export const endpointslices = defineKind<EndpointSlice>('discovery.k8s.io', 'v1', 'endpointslices', {
  metadataOnUpdate: 'full',
  generation: (obj, old) =>
    !equalJson(obj.metadata?.labels ?? {}, old.metadata?.labels ?? {}) ||
    (['addressType', 'endpoints', 'ports'] as const).some((field) => !equalJson(obj[field] ?? [], old[field] ?? [])),
  applyDefaults(obj) {
    for (const port of obj.ports ?? []) {
      port.name ??= '';
      port.protocol ??= 'TCP';
    }
  },
  prepareForCreate: (obj) => dropTopology(obj),
  prepareForUpdate(obj, old) {
    if (!equalJson(obj.endpoints, old.endpoints)) dropTopology(obj);
  },
  validate: (obj, errors) => validate(obj, [], errors),
  validateUpdate(obj, old, errors) {
    const known = (old.endpoints ?? []).flatMap((endpoint) => endpoint.addresses ?? []);
    validate(obj, known, errors);
    validateImmutable(obj.addressType, old.addressType, ADDRESS_TYPE, errors);
  },
  warnings(obj, old) {
    const fqdn = old === undefined && obj.addressType === 'FQDN';
    return [...(fqdn ? ['spec.addressType: FQDN endpoints are deprecated'] : []), ...addressWarnings(obj)];
  },
  fieldLabelError: metadataFieldLabelError,
  cells: (obj, now) => [
    obj.metadata?.name ?? '',
    obj.addressType ?? '',
    portsText(obj.ports ?? []),
    firstThree((obj.endpoints ?? []).flatMap((endpoint) => endpoint.addresses ?? [])),
    age(obj.metadata?.creationTimestamp, now),
  ],
});

/** v1 clients cannot write it. */
function dropTopology(obj: EndpointSlice): void {
  for (const endpoint of obj.endpoints ?? []) delete endpoint.deprecatedTopology;
}

function validate(obj: EndpointSlice, known: readonly string[], errors: FieldErrors): void {
  const { addressType = '' } = obj;
  if (addressType === '') errors.required(ADDRESS_TYPE);
  else if (!ADDRESS_TYPES.includes(addressType)) errors.notSupported(ADDRESS_TYPE, addressType, ADDRESS_TYPES);
  validatePorts(obj.ports ?? [], errors);
  const all = obj.endpoints ?? [];
  if (all.length > MAX_ENDPOINTS) errors.tooMany(ENDPOINTS, all.length, MAX_ENDPOINTS);
  else for (const [i, e] of all.entries()) validateEndpoint(e, addressType, known, ENDPOINTS.index(i), errors);
}

function validatePorts(ports: readonly EndpointPort[], errors: FieldErrors): void {
  if (ports.length > MAX_PORTS) {
    errors.tooMany(PORTS, ports.length, MAX_PORTS);
    return;
  }
  const names = new Set<string>();
  for (const [i, { name = '', protocol, appProtocol }] of ports.entries()) {
    const path = PORTS.index(i);
    if (name !== '') validateDNSLabel(name, path.child('name'), errors);
    if (names.has(name)) errors.duplicate(path.child('name'), name);
    names.add(name);
    validateProtocol(protocol, path.child('protocol'), errors);
    if (appProtocol !== undefined) validateQualifiedName(appProtocol, path.child('appProtocol'), errors);
  }
}

function validateEndpoint(
  endpoint: Endpoint,
  type: string,
  known: readonly string[],
  path: Path,
  errors: FieldErrors,
): void {
  const addresses = endpoint.addresses ?? [];
  const at = path.child('addresses');
  if (addresses.length === 0) errors.required(at, 'must contain at least 1 address');
  else if (addresses.length > MAX_ADDRESSES) errors.tooMany(at, addresses.length, MAX_ADDRESSES);
  for (const [i, address] of addresses.entries()) validateAddress(address, type, known, { at, i }, errors);
  const { nodeName, deprecatedTopology, hostname, hints } = endpoint;
  if (nodeName !== undefined) validateDNSSubdomain(nodeName, path.child('nodeName'), errors);
  const topology = path.child('deprecatedTopology');
  const keys = Object.keys(deprecatedTopology ?? {}).length;
  if (keys > MAX_TOPOLOGY) errors.tooMany(topology, keys, MAX_TOPOLOGY);
  validateLabels(deprecatedTopology, topology, errors);
  if (hostname !== undefined) validateDNSLabel(hostname, path.child('hostname'), errors);
  if (hints !== undefined) validateHints(hints, path.child('hints'), errors);
}

/** A wrong family is reported at the list, everything else at the item. */
function validateAddress(
  address: string,
  type: string,
  known: readonly string[],
  { at, i }: { at: Path; i: number },
  errors: FieldErrors,
): void {
  const path = at.index(i);
  if (type === 'FQDN') {
    if (address === '') errors.required(path);
    else for (const { value, message } of isFullyQualifiedDomainName(address)) errors.invalid(path, value, message);
    return;
  }
  if (type !== 'IPv4' && type !== 'IPv6') return;
  const messages = known.includes(address) ? [] : isValidIPForLegacyField(address);
  reportInvalid(messages, address, path, errors);
  if (messages.length > 0) return;
  if (ipFamilyOf(address) !== type) errors.invalid(at, address, `must be an ${type} address`);
  validateNonSpecialIP(address, path, errors);
}

function validateHints({ forZones = [], forNodes = [] }: EndpointHints, path: Path, errors: FieldErrors): void {
  const names = (list: readonly { name?: string }[]): string[] => list.map((item) => item.name ?? '');
  validateHintNames(names(forZones), path.child('forZones'), errors, (name, at) =>
    reportInvalid(isValidLabelValue(name), name, at, errors),
  );
  validateHintNames(names(forNodes), path.child('forNodes'), errors, (name, at) =>
    validateDNSSubdomain(name, at, errors),
  );
}

function validateHintNames(
  names: readonly string[],
  path: Path,
  errors: FieldErrors,
  check: (name: string, path: Path) => void,
): void {
  if (names.length > MAX_HINTS) {
    errors.tooMany(path, names.length, MAX_HINTS);
    return;
  }
  for (const [i, name] of names.entries()) {
    const at = path.index(i).child('name');
    if (names.indexOf(name) < i) errors.duplicate(at, name);
    check(name, at);
  }
}

function addressWarnings(obj: EndpointSlice): string[] {
  if (obj.addressType === 'FQDN') return [];
  if (CONTROLLERS.includes(obj.metadata?.labels?.['endpointslice.kubernetes.io/managed-by'] ?? '')) return [];
  return (obj.endpoints ?? []).flatMap((endpoint, i) =>
    (endpoint.addresses ?? []).flatMap((address, j) =>
      warningsForIP(ENDPOINTS.index(i).child('addresses').index(j).toString(), address),
    ),
  );
}

function portsText(ports: readonly EndpointPort[]): string {
  return firstThree(ports.map(({ name = '*', port }) => (port === undefined ? name : String(port))));
}

/** `a,b,c + 2 more...`; `<unset>` when there is nothing to show. */
function firstThree(items: readonly string[]): string {
  const shown = items.slice(0, 3).join(',');
  if (items.length > 3) return `${shown} + ${items.length - 3} more...`;
  return shown === '' ? '<unset>' : shown;
}
