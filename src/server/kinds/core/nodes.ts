/** Node; imitates core validation ValidateNode and pkg/registry/core/node. */
import { Path } from '../../../api/field-errors.ts';
import { warningsForCIDR } from '../../../api/ip.ts';
import { cloneJson } from '../../../api/object.ts';
import type { Node, NodeSpec } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';
import { age } from '../printing.ts';
import { roundResourceList } from '../shared/resources.ts';
import { proxyNode } from './nodes-proxy.ts';
import { validateNode, validateNodeUpdate } from './nodes-validation.ts';

const ROLE_PREFIX = 'node-role.kubernetes.io/';
const ROLE_LABEL = 'kubernetes.io/role';
const POD_CIDRS = Path.root('spec').child('podCIDRs');

export const nodes = defineKind<Node>('', 'v1', 'nodes', {
  metadataOnUpdate: 'full+update',
  applyDefaults(obj) {
    const { status, spec } = obj;
    if (status !== undefined) {
      roundResourceList(status.capacity);
      roundResourceList(status.allocatable);
      if (status.allocatable === undefined && status.capacity !== undefined)
        status.allocatable = cloneJson(status.capacity);
    }
    if (spec !== undefined) alignPodCIDRs(spec);
  },
  prepareForCreate: dropConfigSource,
  prepareForUpdate: dropConfigSource,
  validate: (obj, errors) => validateNode(obj, errors),
  validateUpdate(obj, old, errors) {
    validateNode(obj, errors);
    validateNodeUpdate(obj, old, errors);
  },
  warnings,
  status: {
    prepareForUpdate(obj, old) {
      if (old.spec === undefined) delete obj.spec;
      else obj.spec = cloneJson(old.spec);
      if (old.status?.config === undefined) delete obj.status?.config;
    },
    validateUpdate: validateNodeUpdate,
    warnings,
  },
  handlers: { proxy: proxyNode },
  selectableFields: { 'spec.unschedulable': (obj) => String(obj.spec?.unschedulable === true) },
  cells(obj, now) {
    const info = obj.status?.nodeInfo ?? {};
    return [
      obj.metadata?.name ?? '',
      statusText(obj),
      rolesText(obj.metadata?.labels ?? {}),
      age(obj.metadata?.creationTimestamp, now),
      info.kubeletVersion ?? '',
      addressOf(obj, 'InternalIP'),
      addressOf(obj, 'ExternalIP'),
      info.osImage || '<unknown>',
      info.kernelVersion || '<unknown>',
      info.containerRuntimeVersion || '<unknown>',
    ];
  },
});

/** podCIDR is podCIDRs[0]; the one field alone fills the other, and where they differ the single one wins. */
function alignPodCIDRs(spec: NodeSpec): void {
  const { podCIDR, podCIDRs = [] } = spec;
  if (podCIDR && podCIDRs[0] !== podCIDR) spec.podCIDRs = [podCIDR];
  else if (!podCIDR && podCIDRs[0] !== undefined) spec.podCIDR = podCIDRs[0];
}

/** Dynamic kubelet configuration is gone. */
function dropConfigSource(obj: Node): void {
  delete obj.spec?.configSource;
  delete obj.status?.config;
}

function warnings(obj: Node): string[] {
  const found: string[] = [];
  if (obj.spec?.configSource !== undefined) found.push('spec.configSource: the feature is removed');
  if (obj.spec?.externalID) found.push('spec.externalID: this field is deprecated, and is unused by Kubernetes');
  const cidrs = obj.spec?.podCIDRs ?? [];
  return [...found, ...cidrs.flatMap((cidr, i) => warningsForCIDR(POD_CIDRS.index(i).toString(), cidr))];
}

function statusText(obj: Node): string {
  const ready = obj.status?.conditions?.findLast((condition) => condition.type === 'Ready');
  const state = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return obj.spec?.unschedulable === true ? `${state},SchedulingDisabled` : state;
}

/** Roles by either label scheme, sorted. */
function rolesText(labels: Record<string, string>): string {
  const roles = new Set<string>();
  for (const [key, value] of Object.entries(labels)) {
    const role = key.startsWith(ROLE_PREFIX) ? key.slice(ROLE_PREFIX.length) : key === ROLE_LABEL ? value : '';
    if (role !== '') roles.add(role);
  }
  return roles.size === 0 ? '<none>' : [...roles].sort().join(',');
}

function addressOf(obj: Node, type: string): string {
  return obj.status?.addresses?.find((address) => address.type === type)?.address ?? '<none>';
}
