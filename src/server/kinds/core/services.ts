/**
 * Service; imitates pkg/apis/core, pkg/api/service and pkg/registry/core/service. `servicesKind` takes the allocation
 * of cluster IPs and node ports (service-allocation.ts), which belongs to one control plane.
 */
import { Path } from '../../../api/field-errors.ts';
import { warningsForCIDR, warningsForIP } from '../../../api/ip.ts';
import type { Service } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';
import type { Kind, Strategy } from '../kind.ts';
import { dnsLabelName } from '../shared/name-rules.ts';
import { applyServiceDefaults, fillClusterIPs, settleServiceUpdate } from './services-prepare.ts';
import { proxyService } from './services-proxy.ts';
import { isHeadless, isLoadBalancer } from './services-rules.ts';
import { serviceCells } from './services-table.ts';
import {
  TOPOLOGY_HINTS,
  TOPOLOGY_MODE,
  validateService,
  validateServiceStatus,
  validateServiceUpdate,
} from './services-validation.ts';

const SPEC = Path.root('spec');
const ADDRESSES = Path.root('status').child('loadBalancer', 'ingress');

/** Without `companion` services get no addresses and ports of their own: for describing the kind only. */
export function servicesKind(companion?: NonNullable<Strategy<Service>['companion']>): Kind {
  return defineKind<Service>('', 'v1', 'services', {
    nameErrors: dnsLabelName,
    createOnUpdate: true,
    metadataOnUpdate: 'update+full',
    deleteReturns: 'object',
    applyDefaults: applyServiceDefaults,
    prepareForCreate(obj) {
      obj.status = { loadBalancer: {} };
      fillClusterIPs(obj.spec ?? {});
    },
    prepareForUpdate(obj, old) {
      settleServiceUpdate(obj, old);
      if (!isLoadBalancer(obj)) obj.status = { ...obj.status, loadBalancer: {} };
    },
    validate: (obj, errors) => validateService(obj, undefined, errors),
    validateUpdate: validateServiceUpdate,
    warnings: serviceWarnings,
    status: {
      validateUpdate: validateServiceStatus,
      warnings: (obj) =>
        (obj.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }, i) =>
          ipWarnings(ADDRESSES.index(i).child('ip'), ip),
        ),
    },
    ...(companion === undefined ? {} : { companion }),
    selectableFields: {
      'spec.clusterIP': (obj) => obj.spec?.clusterIP ?? '',
      'spec.type': (obj) => obj.spec?.type ?? '',
    },
    handlers: { proxy: proxyService },
    cells: serviceCells,
  });
}

export const services = servicesKind();

function serviceWarnings(obj: Service): string[] {
  const { spec = {}, metadata } = obj;
  const headless = isHeadless(obj);
  const warnings: string[] = [];
  if (metadata?.annotations?.[TOPOLOGY_HINTS] !== undefined)
    warnings.push(`annotation ${TOPOLOGY_HINTS} is deprecated, please use ${TOPOLOGY_MODE} instead`);
  if (headless) warnings.push(...headlessWarnings(obj));
  else warnings.push(...ipListWarnings('clusterIPs', spec.clusterIPs));
  warnings.push(...ipListWarnings('externalIPs', spec.externalIPs));
  const external = spec.type === 'ExternalName';
  if ((spec.externalIPs ?? []).length > 0 && !headless && !external)
    warnings.push('spec.externalIPs is deprecated and may no longer be implemented in some clusters');
  warnings.push(...ipWarnings(SPEC.child('loadBalancerIP'), spec.loadBalancerIP));
  for (const [i, range] of (spec.loadBalancerSourceRanges ?? []).entries())
    warnings.push(...warningsForCIDR(SPEC.child('loadBalancerSourceRanges').index(i).toString(), range));
  if (external && (spec.externalIPs ?? []).length > 0)
    warnings.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  if (!external && spec.externalName)
    warnings.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  if (spec.trafficDistribution === 'PreferClose')
    warnings.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"');
  return warnings;
}

function headlessWarnings({ spec = {} }: Service): string[] {
  const ignored: [string, boolean][] = [
    ['spec.loadBalancerIP', !!spec.loadBalancerIP],
    ['spec.externalIPs', (spec.externalIPs ?? []).length > 0],
    ['spec.SessionAffinity', spec.sessionAffinity !== 'None'],
  ];
  return ignored.filter(([, set]) => set).map(([field]) => `${field} is ignored for headless services`);
}

function ipWarnings(path: Path, ip: string | undefined): string[] {
  return ip ? warningsForIP(path.toString(), ip) : [];
}

function ipListWarnings(field: string, ips: readonly string[] | undefined): string[] {
  return (ips ?? []).flatMap((ip, i) => ipWarnings(SPEC.child(field).index(i), ip));
}
