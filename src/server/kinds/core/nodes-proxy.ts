/** nodes/[SCHEME:]NAME[:PORT]/proxy; imitates ResourceLocation of kubernetes pkg/registry/core/node. */
import { parseIpLenient } from '../../../api/ip.ts';
import { notFound, plainError } from '../../../api/status-error.ts';
import type { Node } from '../../../api/types/core-v1.ts';
import type { SubresourceRequest, SubresourceResponse } from '../subresource.ts';
import { checkProxyable, kubeletAddress, kubeletPort, NO_ADDRESS, proxyTarget, unreachable } from './proxy-target.ts';

export async function proxyNode({ info, objects }: SubresourceRequest): Promise<SubresourceResponse> {
  const { name, port } = proxyTarget(info.parts[1] ?? '', 'node');
  const node = (await objects.get('', 'nodes', '', name)) as Node | undefined;
  if (node === undefined) throw notFound({ group: '', resource: 'nodes' }, name);
  const address = kubeletAddress(node);
  if (address === undefined) throw plainError(NO_ADDRESS);
  const kubelet = String(kubeletPort(node));
  if (port !== '' && port !== kubelet) checkProxyable(parseIpLenient(address));
  throw unreachable(`${address}:${port || kubelet}`);
}
