/** Where services are found and what addresses they get: Endpoints, EndpointSlices, ServiceCIDRs, IPAddresses. */
import type { EndpointAddress, Endpoints } from '../../api/types/core-v1.ts';
import type { EndpointSlice } from '../../api/types/discovery-v1.ts';
import type { IPAddress, ServiceCIDR } from '../../api/types/networking-v1.ts';
import type { Describer } from './describer.ts';
import { type Description, longTime } from './description.ts';
import { describeEvents } from './events-text.ts';
import { describeMeta } from './settings-text.ts';

export const describeEndpoints: Describer = async (object, out, around) => {
  const { metadata, subsets } = object as Endpoints;
  describeMeta(metadata, out);
  out.line(0, 'Subsets:');
  for (const { addresses, notReadyAddresses, ports = [] } of subsets ?? []) {
    out.line(1, `Addresses:\t${addressText(addresses)}`);
    out.line(1, `NotReadyAddresses:\t${addressText(notReadyAddresses)}`);
    if (ports.length > 0) out.line(1, 'Ports:\n    Name\tPort\tProtocol\n    ----\t----\t--------');
    for (const { name, port, protocol = '' } of ports) out.line(2, `${name || '<unset>'}\t${port ?? 0}\t${protocol}`);
    out.line(0, '');
  }
  await describeEvents(object, out, around);
};

function addressText(addresses: readonly EndpointAddress[] | undefined): string {
  return (addresses ?? []).map(({ ip }) => ip).join(',') || '<none>';
}

export const describeEndpointSlice: Describer = async (object, out, around) => {
  const { metadata, addressType = '', ports, endpoints } = object as EndpointSlice;
  describeMeta(metadata, out);
  out.line(0, `AddressType:\t${addressType}`);
  if ((ports ?? []).length === 0) out.line(0, 'Ports: <unset>');
  else out.line(0, 'Ports:\n  Name\tPort\tProtocol\n  ----\t----\t--------');
  for (const { name, port, protocol } of ports ?? []) {
    out.line(1, `${name || '<unset>'}\t${port ?? '<unset>'}\t${protocol}`);
  }
  out.line(0, `Endpoints:${(endpoints ?? []).length === 0 ? ' <none>' : ''}`);
  for (const endpoint of endpoints ?? []) endpointLines(endpoint, out);
  await describeEvents(object, out, around);
};

function endpointLines(endpoint: NonNullable<EndpointSlice['endpoints']>[number], out: Description): void {
  const { addresses = [], conditions = {}, hostname, targetRef, nodeName, zone } = endpoint;
  out.line(1, `- Addresses:\t${addresses.join(', ') || '<none>'}`);
  out.line(2, 'Conditions:');
  out.line(3, `Ready:\t${conditions.ready ?? '<unset>'}`);
  out.line(2, `Hostname:\t${hostname ?? '<unset>'}`);
  if (targetRef !== undefined) out.line(2, `TargetRef:\t${targetRef.kind ?? ''}/${targetRef.name ?? ''}`);
  out.line(2, `NodeName:\t${nodeName ?? '<unset>'}`);
  out.line(2, `Zone:\t${zone ?? '<unset>'}`);
}

export const describeServiceCIDR: Describer = async (object, out, around) => {
  const { metadata, spec = {}, status = {} } = object as ServiceCIDR;
  describeMeta({ ...metadata, namespace: undefined }, out);
  out.line(0, `CIDRs:\t${(spec.cidrs ?? []).join(', ')}`);
  const conditions = status.conditions ?? [];
  if (conditions.length > 0) out.line(0, 'Status:\nConditions:');
  if (conditions.length > 0) out.line(1, 'Type\tStatus\tLastTransitionTime\tReason\tMessage');
  if (conditions.length > 0) out.line(1, '----\t------\t------------------\t------\t-------');
  for (const { type, status: value, lastTransitionTime, reason = '', message = '' } of conditions) {
    out.line(1, `${type}\t${value}\t${longTime(lastTransitionTime)}\t${reason}\t${message}`);
  }
  await describeEvents(object, out, around);
};

export const describeIPAddress: Describer = async (object, out, around) => {
  const { metadata, spec = {} } = object as IPAddress;
  describeMeta({ ...metadata, namespace: undefined }, out);
  if (spec.parentRef !== undefined) {
    const { group = '', resource = '', namespace = '', name = '' } = spec.parentRef;
    out.line(0, 'Parent Reference:');
    out.line(1, `Group:\t${group}`);
    out.line(1, `Resource:\t${resource}`);
    out.line(1, `Namespace:\t${namespace}`);
    out.line(1, `Name:\t${name}`);
  }
  await describeEvents(object, out, around);
};
