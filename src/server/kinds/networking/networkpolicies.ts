/** NetworkPolicy; imitates pkg/apis/networking and pkg/registry/networking/networkpolicy. */
import { FieldErrors, Path } from '../../../api/field-errors.ts';
import { type Cidr, cidrContains, parseCidrLenient, warningsForCIDR } from '../../../api/ip.ts';
import { isValidPortName } from '../../../api/names.ts';
import type {
  IPBlock,
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicySpec,
} from '../../../api/types/networking-v1.ts';
import { defineKind } from '../define.ts';
import { age, selectorText } from '../printing.ts';
import { validateLegacyCIDR } from '../shared/ip.ts';
import { validateLabelSelector } from '../shared/label-selector.ts';
import { metadataFieldLabelError, reportInvalid, validatePortNumber } from '../shared/name-rules.ts';

const SPEC = Path.root('spec');
const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];
const POLICY_TYPES = ['Ingress', 'Egress'];

export const networkpolicies = defineKind<NetworkPolicy>('networking.k8s.io', 'v1', 'networkpolicies', {
  generation: 'spec',
  applyDefaults(obj) {
    obj.spec ??= {};
    const { spec } = obj;
    spec.podSelector ??= {};
    for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) {
      for (const port of rule.ports ?? []) port.protocol ??= 'TCP';
    }
    if ((spec.policyTypes ?? []).length === 0)
      spec.policyTypes = (spec.egress ?? []).length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
  },
  validate: (obj, errors) => validateSpec(obj.spec ?? {}, { known: [], allowInvalidLabelValue: false }, errors),
  validateUpdate(obj, old, errors) {
    const allowInvalidLabelValue = hasInvalidSelector(old);
    const known = blocksOf(old.spec ?? {}).flatMap(({ block }) => [block.cidr ?? '', ...(block.except ?? [])]);
    validateSpec(obj.spec ?? {}, { known, allowInvalidLabelValue }, errors);
  },
  warnings: (obj) => blocksOf(obj.spec ?? {}).flatMap(({ block, path }) => blockWarnings(block, path)),
  fieldLabelError: metadataFieldLabelError,
  cells: (obj, now) => [
    obj.metadata?.name ?? '',
    selectorText(obj.spec?.podSelector),
    age(obj.metadata?.creationTimestamp, now),
  ],
});

interface Ratchet {
  /** CIDRs of the stored policy: they stay valid as they are. */
  readonly known: readonly string[];
  readonly allowInvalidLabelValue: boolean;
}

function hasInvalidSelector(old: NetworkPolicy): boolean {
  const errors = new FieldErrors();
  validateLabelSelector(old.spec?.podSelector, SPEC, errors);
  return errors.length > 0;
}

function validateSpec(spec: NetworkPolicySpec, ratchet: Ratchet, errors: FieldErrors): void {
  validateLabelSelector(spec.podSelector, SPEC.child('podSelector'), errors, ratchet);
  for (const { path, peers, peersName, ports } of rulesOf(spec)) {
    for (const [i, port] of ports.entries()) validatePort(port, path.child('ports').index(i), errors);
    for (const [i, peer] of peers.entries()) validatePeer(peer, ratchet, path.child(peersName).index(i), errors);
  }
  const types = spec.policyTypes ?? [];
  const path = SPEC.child('policyTypes');
  if (types.length > POLICY_TYPES.length) {
    errors.invalid(path, types, 'may not specify more than two policyTypes');
    return;
  }
  for (const [i, type] of types.entries())
    if (!POLICY_TYPES.includes(type)) errors.notSupported(path.index(i), type, POLICY_TYPES);
}

interface Rule {
  readonly path: Path;
  readonly ports: readonly NetworkPolicyPort[];
  readonly peers: readonly NetworkPolicyPeer[];
  readonly peersName: 'from' | 'to';
}

/** Ingress rules, then egress rules. */
function rulesOf(spec: NetworkPolicySpec): Rule[] {
  const ingress = (spec.ingress ?? []).map(({ ports = [], from = [] }, i): Rule => {
    return { path: SPEC.child('ingress').index(i), ports, peers: from, peersName: 'from' };
  });
  const egress = (spec.egress ?? []).map(({ ports = [], to = [] }, i): Rule => {
    return { path: SPEC.child('egress').index(i), ports, peers: to, peersName: 'to' };
  });
  return [...ingress, ...egress];
}

function blocksOf(spec: NetworkPolicySpec): { block: IPBlock; path: Path }[] {
  return rulesOf(spec).flatMap(({ path, peers, peersName }) =>
    peers.flatMap((peer, i) =>
      peer.ipBlock === undefined
        ? []
        : [{ block: peer.ipBlock, path: path.child(peersName).index(i).child('ipBlock') }],
    ),
  );
}

/** `endPort` is reported with the value of `port` when it is smaller: upstream's slip. */
function validatePort({ protocol, port, endPort }: NetworkPolicyPort, path: Path, errors: FieldErrors): void {
  if (protocol !== undefined && !PROTOCOLS.includes(protocol))
    errors.notSupported(path.child('protocol'), protocol, PROTOCOLS);
  const end = path.child('endPort');
  if (port === undefined) {
    if (endPort !== undefined) errors.invalid(end, endPort, 'may not be specified when `port` is not specified');
  } else if (typeof port === 'number') {
    validatePortNumber(port, path.child('port'), errors);
    if (endPort === undefined) return;
    if (endPort < port) errors.invalid(end, port, 'must be greater than or equal to `port`');
    validatePortNumber(endPort, end, errors);
  } else {
    if (endPort !== undefined) errors.invalid(end, endPort, 'may not be specified when `port` is non-numeric');
    reportInvalid(isValidPortName(port), port, path.child('port'), errors);
  }
}

function validatePeer(peer: NetworkPolicyPeer, ratchet: Ratchet, path: Path, errors: FieldErrors): void {
  const { podSelector, namespaceSelector, ipBlock } = peer;
  validateLabelSelector(podSelector, path.child('podSelector'), errors, ratchet);
  validateLabelSelector(namespaceSelector, path.child('namespaceSelector'), errors, ratchet);
  if (ipBlock !== undefined) validateBlock(ipBlock, ratchet.known, path.child('ipBlock'), errors);
  const count = [podSelector, namespaceSelector, ipBlock].filter((part) => part !== undefined).length;
  if (count === 0) errors.required(path, 'must specify a peer');
  else if (count > 1 && ipBlock !== undefined) errors.forbidden(path, 'may not specify both ipBlock and another peer');
}

function validateBlock(
  { cidr = '', except = [] }: IPBlock,
  known: readonly string[],
  path: Path,
  errors: FieldErrors,
): void {
  if (cidr === '') {
    errors.required(path.child('cidr'));
    return;
  }
  validateLegacyCIDR(cidr, path.child('cidr'), errors, known);
  const whole = parseCidrLenient(cidr);
  if (whole === undefined) return;
  for (const [i, text] of except.entries()) {
    const at = path.child('except').index(i);
    validateLegacyCIDR(text, at, errors, known);
    const part = parseCidrLenient(text);
    if (part !== undefined && !isStrictSubset(part, whole))
      errors.invalid(at, text, 'must be a strict subset of `cidr`');
  }
}

function isStrictSubset(part: Cidr, whole: Cidr): boolean {
  return cidrContains(whole, { ...part.ip, bits: part.network }) && whole.prefix < part.prefix;
}

function blockWarnings({ cidr = '', except = [] }: IPBlock, path: Path): string[] {
  const own = warningsForCIDR(path.child('cidr').toString(), cidr);
  return [...own, ...except.flatMap((text, i) => warningsForCIDR(path.child('except').index(i).toString(), text))];
}
