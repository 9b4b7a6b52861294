/** Rules of services; imitates core validation ValidateService, ValidateServiceUpdate and ValidateServiceStatusUpdate. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { isDNS1123Subdomain } from '../../../api/names.ts';
import type { LoadBalancerIngress, Service, ServicePort, ServiceSpec } from '../../../api/types/core-v1.ts';
import { validateIngressHostname, validateLegacyCIDR, validateLegacyIP, validateNonSpecialIP } from '../shared/ip.ts';
import { validateLabels } from '../shared/label-selector.ts';
import {
  reportInvalid,
  validateDNSSubdomain,
  validatePortNumber,
  validateQualifiedName,
} from '../shared/name-rules.ts';
import { validateServicePort } from '../shared/service-ports.ts';
import { validateClusterIPFields, validateClusterIPsUpdate } from './services-cluster-ips.ts';
import {
  clusterIPsOf,
  familiesOf,
  isExternallyAccessible,
  isExternalName,
  isHeadless,
  isLoadBalancer,
  needsHealthCheckPort,
} from './services-rules.ts';

const SPEC = Path.root('spec');
const PORTS = SPEC.child('ports');
const ANNOTATIONS = Path.root('metadata').child('annotations');
export const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints';
export const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode';
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const AFFINITIES = ['ClientIP', 'None'];
const TRAFFIC_POLICIES = ['Cluster', 'Local'];
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];
const IP_MODES = ['Proxy', 'VIP'];
/** One day. */
const MAX_AFFINITY_SECONDS = 86_400;
const LOAD_BALANCER_ONLY = "may only be used when `type` is 'LoadBalancer'";

/** `old` is there for an update: what it held may stay although it would be refused today. */
export function validateService(obj: Service, old: Service | undefined, errors: FieldErrors): void {
  const spec = obj.spec ?? {};
  validateTopologyAnnotations(obj, errors);
  if ((spec.ports ?? []).length === 0 && !isHeadless(obj) && !isExternalName(obj)) errors.required(PORTS);
  validateByType(obj, errors);
  const names = new Set<string>();
  const requireName = (spec.ports ?? []).length > 1;
  for (const [i, port] of (spec.ports ?? []).entries())
    validateServicePort(port, PORTS.index(i), errors, { requireName, names });
  validateLabels(spec.selector, SPEC.child('selector'), errors);
  validateAffinity(spec, errors);
  validateClusterIPFields(obj, old, errors);
  validateExternalIPs(spec, old?.spec?.externalIPs, errors);
  if (!TYPES.includes(spec.type ?? '')) errors.notSupported(SPEC.child('type'), spec.type, TYPES);
  validatePortUse(spec, errors);
  validateSourceRanges(obj, old, errors);
  if (spec.allocateLoadBalancerNodePorts !== undefined && !isLoadBalancer(obj))
    errors.forbidden(SPEC.child('allocateLoadBalancerNodePorts'), LOAD_BALANCER_ONLY);
  validateLoadBalancerClass(obj, errors);
  validateTrafficPolicies(obj, errors);
}

function validateTopologyAnnotations({ metadata }: Service, errors: FieldErrors): void {
  const hints = metadata?.annotations?.[TOPOLOGY_HINTS];
  const mode = metadata?.annotations?.[TOPOLOGY_MODE];
  if (hints === undefined || mode === undefined || hints === mode) return;
  const detail = `must match annotations[${TOPOLOGY_HINTS}] when both are specified`;
  errors.invalid(ANNOTATIONS.key(TOPOLOGY_MODE), mode, detail);
}

function validateByType(obj: Service, errors: FieldErrors): void {
  const { type } = obj.spec ?? {};
  if ((type === 'LoadBalancer' || type === 'NodePort') && isHeadless(obj))
    errors.invalid(SPEC.child('clusterIPs').index(0), 'None', `may not be set to 'None' for ${type} services`);
  if (type === 'ExternalName') validateExternalName(obj, errors);
}

function validateExternalName(obj: Service, errors: FieldErrors): void {
  const detail = 'may not be set for ExternalName services';
  if (clusterIPsOf(obj).length > 0) errors.forbidden(SPEC.child('clusterIPs'), detail);
  if (familiesOf(obj).length > 0) errors.forbidden(SPEC.child('ipFamilies'), detail);
  if (obj.spec?.ipFamilyPolicy !== undefined) errors.forbidden(SPEC.child('ipFamilyPolicy'), detail);
  const name = (obj.spec?.externalName ?? '').replace(/\.$/, '');
  if (name === '') errors.required(SPEC.child('externalName'));
  else validateDNSSubdomain(name, SPEC.child('externalName'), errors);
}

function validateAffinity(
  { sessionAffinity = '', sessionAffinityConfig: config }: ServiceSpec,
  errors: FieldErrors,
): void {
  const path = SPEC.child('sessionAffinityConfig');
  if (!AFFINITIES.includes(sessionAffinity))
    errors.notSupported(SPEC.child('sessionAffinity'), sessionAffinity, AFFINITIES);
  else if (sessionAffinity === 'None') {
    if (config !== undefined) errors.forbidden(path, 'must not be set when session affinity is None');
  } else validateAffinitySeconds(config?.clientIP?.timeoutSeconds, path.child('clientIP', 'timeoutSeconds'), errors);
}

function validateAffinitySeconds(seconds: number | undefined, path: Path, errors: FieldErrors): void {
  if (seconds === undefined) errors.required(path, 'when session affinity type is ClientIP');
  else if (seconds <= 0 || seconds > MAX_AFFINITY_SECONDS)
    errors.invalid(path, seconds, `must be greater than 0 and less than ${MAX_AFFINITY_SECONDS}`);
}

function validateExternalIPs(
  { externalIPs = [] }: ServiceSpec,
  known: string[] | undefined,
  errors: FieldErrors,
): void {
  for (const [i, ip] of externalIPs.entries()) {
    const before = errors.length;
    validateLegacyIP(ip, SPEC.child('externalIPs').index(i), errors, known);
    if (errors.length === before) validateNonSpecialIP(ip, SPEC.child('externalIPs').index(i), errors);
  }
}

/** Node ports belong to some types only; node ports and ports are unique for each protocol. */
function validatePortUse({ type, ports = [] }: ServiceSpec, errors: FieldErrors): void {
  if (type === 'ClusterIP')
    for (const [i, { nodePort }] of ports.entries())
      if (nodePort) errors.forbidden(PORTS.index(i).child('nodePort'), "may not be used when `type` is 'ClusterIP'");
  reportDuplicates(
    ports,
    ({ protocol, nodePort }) => (nodePort ? `${protocol}/${nodePort}` : undefined),
    ({ nodePort }, i) => errors.duplicate(PORTS.index(i).child('nodePort'), nodePort),
  );
  reportDuplicates(
    ports,
    ({ protocol, port }) => `${protocol}/${port}`,
    (port, i) => errors.duplicate(PORTS.index(i), portKey(port)),
  );
}

/** Calls `report` for each port whose key an earlier port had. */
function reportDuplicates(
  ports: readonly ServicePort[],
  keyOf: (port: ServicePort) => string | undefined,
  report: (port: ServicePort, index: number) => void,
): void {
  const seen = new Set<string>();
  for (const [i, port] of ports.entries()) {
    const key = keyOf(port);
    if (key === undefined) continue;
    if (seen.has(key)) report(port, i);
    seen.add(key);
  }
}

/** Upstream shows the map key that it compares: a port with nothing else set. */
function portKey({ protocol = '', port = 0 }: ServicePort): object {
  return { Name: '', Protocol: protocol, AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 };
}

function validateSourceRanges(obj: Service, old: Service | undefined, errors: FieldErrors): void {
  const ranges = obj.spec?.loadBalancerSourceRanges ?? [];
  const annotation = obj.metadata?.annotations?.[SOURCE_RANGES];
  if (ranges.length > 0) {
    const path = SPEC.child('LoadBalancerSourceRanges');
    if (!isLoadBalancer(obj)) errors.forbidden(path, LOAD_BALANCER_ONLY);
    const known = (old?.spec?.loadBalancerSourceRanges ?? []).map((range) => range.trim());
    for (const [i, range] of ranges.entries()) validateLegacyCIDR(range.trim(), path.index(i), errors, known);
  } else if (annotation !== undefined) {
    const path = ANNOTATIONS.key(SOURCE_RANGES);
    if (!isLoadBalancer(obj)) errors.forbidden(path, LOAD_BALANCER_ONLY);
    if (annotation.trim() === '' || annotation === old?.metadata?.annotations?.[SOURCE_RANGES]) return;
    for (const range of annotation.trim().split(',')) validateLegacyCIDR(range.trim(), path, errors);
  }
}

function validateLoadBalancerClass(obj: Service, errors: FieldErrors): void {
  const name = obj.spec?.loadBalancerClass;
  if (name === undefined) return;
  const path = SPEC.child('loadBalancerClass');
  if (isLoadBalancer(obj)) validateQualifiedName(name, path, errors);
  else errors.forbidden(path, LOAD_BALANCER_ONLY);
}

function validateTrafficPolicies(obj: Service, errors: FieldErrors): void {
  const { externalTrafficPolicy = '', internalTrafficPolicy, trafficDistribution } = obj.spec ?? {};
  const path = SPEC.child('externalTrafficPolicy');
  if (!isExternallyAccessible(obj)) {
    if (externalTrafficPolicy !== '')
      errors.invalid(path, externalTrafficPolicy, 'may only be set for externally-accessible services');
  } else validateOneOf(externalTrafficPolicy, TRAFFIC_POLICIES, path, errors);
  validateHealthCheckPort(obj, errors);
  if (internalTrafficPolicy !== undefined)
    validateOneOf(internalTrafficPolicy, TRAFFIC_POLICIES, SPEC.child('internalTrafficPolicy'), errors);
  if (trafficDistribution !== undefined)
    validateOneOf(trafficDistribution, DISTRIBUTIONS, SPEC.child('trafficDistribution'), errors);
}

function validateOneOf(value: string, allowed: readonly string[], path: Path, errors: FieldErrors): void {
  if (!allowed.includes(value)) errors.notSupported(path, value, allowed);
}

/** The port that is needed but unset is still to be allocated. */
function validateHealthCheckPort(obj: Service, errors: FieldErrors): void {
  const port = obj.spec?.healthCheckNodePort ?? 0;
  if (port === 0) return;
  const path = SPEC.child('healthCheckNodePort');
  const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
  if (needsHealthCheckPort(obj)) validatePortNumber(port, path, errors);
  else errors.invalid(path, port, detail);
}

export function validateServiceUpdate(obj: Service, old: Service, errors: FieldErrors): void {
  validateClusterIPsUpdate(obj, old, errors);
  const name = obj.spec?.loadBalancerClass;
  if (isLoadBalancer(obj) && isLoadBalancer(old) && name !== old.spec?.loadBalancerClass)
    errors.invalid(SPEC.child('loadBalancerClass'), name ?? null, 'may not change once set');
  // Once more below, as upstream has it.
  validateLoadBalancerClass(obj, errors);
  const port = obj.spec?.healthCheckNodePort ?? 0;
  if (needsHealthCheckPort(obj) && needsHealthCheckPort(old) && port !== (old.spec?.healthCheckNodePort ?? 0))
    errors.forbidden(SPEC.child('healthCheckNodePort'), 'field is immutable');
  validateService(obj, old, errors);
}

export function validateServiceStatus(obj: Service, old: Service, errors: FieldErrors): void {
  const addresses = obj.status?.loadBalancer?.ingress ?? [];
  const path = Path.root('status').child('loadBalancer', 'ingress');
  if (!isLoadBalancer(obj)) {
    if (addresses.length > 0) errors.forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'");
    return;
  }
  const known = (old.status?.loadBalancer?.ingress ?? []).map(({ ip = '' }) => ip);
  for (const [i, address] of addresses.entries()) validateAddress(address, known, path.index(i), errors);
}

function validateAddress(address: LoadBalancerIngress, known: string[], path: Path, errors: FieldErrors): void {
  const { ip = '', ipMode, hostname = '' } = address;
  const modePath = path.child('ipMode');
  if (ip !== '') validateLegacyIP(ip, path.child('ip'), errors, known);
  if (ipMode === undefined) {
    if (ip !== '') errors.required(modePath, 'must be specified when `ip` is set');
  } else if (ip === '') errors.forbidden(modePath, 'may not be specified when `ip` is not set');
  else validateOneOf(ipMode, IP_MODES, modePath, errors);
  if (hostname === '') return;
  reportInvalid(isDNS1123Subdomain(hostname), hostname, path.child('hostname'), errors);
  validateIngressHostname(hostname, path.child('hostname'), errors);
}
