/** Table cells of services; imitates pkg/printers printService. */
import type { Service, ServicePort } from '../../../api/types/core-v1.ts';
import type { CellValue } from '../kind.ts';
import { age, labelsText, listText } from '../printing.ts';
import { loadBalancerAddresses } from '../shared/load-balancer.ts';
import { clusterIPsOf, typeOf } from './services-rules.ts';

export function serviceCells(obj: Service, now: Date): CellValue[] {
  return [
    obj.metadata?.name ?? '',
    typeOf(obj),
    clusterIPsOf(obj)[0] ?? '<none>',
    externalText(obj),
    listText((obj.spec?.ports ?? []).map(portText)),
    age(obj.metadata?.creationTimestamp, now),
    labelsText(obj.spec?.selector),
  ];
}

function externalText(obj: Service): string {
  const { type, externalIPs = [], externalName = '' } = obj.spec ?? {};
  if (type === 'ExternalName') return externalName;
  if (type !== 'LoadBalancer') return type === 'ClusterIP' || type === 'NodePort' ? listText(externalIPs) : '<unknown>';
  const all = [...loadBalancerAddresses(obj.status?.loadBalancer?.ingress), ...externalIPs];
  return all.length === 0 ? '<pending>' : all.join(',');
}

/** `80/TCP` or `80:30080/TCP`. */
function portText({ port = 0, nodePort = 0, protocol = '' }: ServicePort): string {
  return nodePort === 0 ? `${port}/${protocol}` : `${port}:${nodePort}/${protocol}`;
}
