/** Budgets for disruptions, network policies, priorities. */
import { intOrStringText } from '../../api/int-or-string.ts';
import type {
  NetworkPolicy,
  NetworkPolicyIngressRule,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from '../../api/types/networking-v1.ts';
import type { PodDisruptionBudget } from '../../api/types/policy-v1.ts';
import type { PriorityClass } from '../../api/types/scheduling-v1.ts';
import type { Describer } from './describer.ts';
import { type Description, flatLabels, goTime, selectorText } from './description.ts';
import { describeEvents } from './events-text.ts';

export const describePriorityClass: Describer = async (object, out, around) => {
  const priority = object as PriorityClass;
  const { metadata, value = 0, globalDefault = false, preemptionPolicy = '', description = '' } = priority;
  out.line(0, `Name:\t${metadata?.name}`);
  out.line(0, `Value:\t${value}`);
  out.line(0, `GlobalDefault:\t${globalDefault}`);
  out.line(0, `PreemptionPolicy:\t${preemptionPolicy}`);
  out.line(0, `Description:\t${description}`);
  out.line(0, `Annotations:\t${flatLabels(metadata?.annotations)}`);
  await describeEvents(object, out, around);
};

export const describeDisruptionBudget: Describer = async (object, out, around) => {
  const { metadata, spec = {}, status = {} } = object as PodDisruptionBudget;
  out.line(0, `Name:\t${metadata?.name}`);
  out.line(0, `Namespace:\t${metadata?.namespace}`);
  const { minAvailable, maxUnavailable, selector } = spec;
  if (minAvailable !== undefined) out.line(0, `Min available:\t${intOrStringText(minAvailable)}`);
  else if (maxUnavailable !== undefined) out.line(0, `Max unavailable:\t${intOrStringText(maxUnavailable)}`);
  out.line(0, `Selector:\t${selector === undefined ? '<unset>' : selectorText(selector)}`);
  out.line(0, 'Status:');
  out.line(2, `Allowed disruptions:\t${status.disruptionsAllowed ?? 0}`);
  out.line(2, `Current:\t${status.currentHealthy ?? 0}`);
  out.line(2, `Desired:\t${status.desiredHealthy ?? 0}`);
  out.line(2, `Total:\t${status.expectedPods ?? 0}`);
  await describeEvents(object, out, around);
};

/** Has no events. */
export const describeNetworkPolicy: Describer = (object, out) => {
  const { metadata = {}, spec = {} } = object as NetworkPolicy;
  const { name, namespace, labels, annotations, creationTimestamp } = metadata;
  out.line(0, `Name:\t${name}`);
  out.line(0, `Namespace:\t${namespace}`);
  out.line(0, `Created on:\t${goTime(creationTimestamp)}`);
  out.labels('Labels', labels);
  out.annotations('Annotations', annotations);
  const selector = selectorText(spec.podSelector);
  const everyPod = '<none> (Allowing the specific traffic to all pods in this namespace)';
  out.line(0, 'Spec:');
  out.line(1, `PodSelector:     ${selector === '<none>' ? everyPod : selector}`);
  const types = spec.policyTypes ?? [];
  direction('ingress', types.includes('Ingress'), (spec.ingress ?? []).map(ingressRule), out);
  const egress = (spec.egress ?? []).map(
    ({ ports, to }): Rule => ({ ports, peers: to, word: 'To', end: 'destination' }),
  );
  direction('egress', types.includes('Egress'), egress, out);
  out.line(1, `Policy Types: ${types.join(', ') || '<none>'}`);
};

interface Rule {
  readonly ports?: readonly NetworkPolicyPort[];
  readonly peers?: readonly NetworkPolicyPeer[];
  readonly word: 'From' | 'To';
  readonly end: 'source' | 'destination';
}

function ingressRule({ ports, from }: NetworkPolicyIngressRule): Rule {
  return { ports, peers: from, word: 'From', end: 'source' };
}

function direction(name: 'ingress' | 'egress', affected: boolean, rules: readonly Rule[], out: Description): void {
  out.line(1, affected ? `Allowing ${name} traffic:` : `Not affecting ${name} traffic`);
  if (!affected) return;
  if (rules.length === 0) out.line(2, `<none> (Selected pods are isolated for ${name} connectivity)`);
  for (const [i, { ports = [], peers = [], word, end }] of rules.entries()) {
    if (i > 0) out.line(2, '----------');
    if (ports.length === 0) out.line(2, 'To Port: <any> (traffic allowed to all ports)');
    for (const port of ports) out.line(2, portText(port));
    if (peers.length === 0) out.line(2, `${word}: <any> (traffic not restricted by ${end})`);
    for (const peer of peers) {
      out.line(2, `${word}:`);
      peerLines(peer, out);
    }
  }
}

function portText({ port, endPort, protocol = 'TCP' }: NetworkPolicyPort): string {
  const first = port === undefined ? '<nil>' : intOrStringText(port);
  return endPort === undefined ? `To Port: ${first}/${protocol}` : `To Port Range: ${first}-${endPort}/${protocol}`;
}

function peerLines({ podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer, out: Description): void {
  if (namespaceSelector !== undefined) out.line(3, `NamespaceSelector: ${selectorText(namespaceSelector)}`);
  if (podSelector !== undefined) out.line(3, `PodSelector: ${selectorText(podSelector)}`);
  if (namespaceSelector !== undefined || podSelector !== undefined || ipBlock === undefined) return;
  out.line(3, 'IPBlock:');
  out.line(4, `CIDR: ${ipBlock.cidr ?? ''}`);
  out.line(4, `Except: ${(ipBlock.except ?? []).join(', ')}`);
}
