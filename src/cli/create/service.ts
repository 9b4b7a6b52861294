/** The objects of `create service …`. */
import type { JsonObject } from '../../api/object.ts';
import { CliError } from '../errors.ts';
import { list } from '../flags/flag-kinds.ts';

export const TCP_FLAG = {
  tcp: list({ summary: 'PORT or PORT:TARGETPORT; may be repeated.' }),
};

export interface ServiceFields {
  readonly name: string;
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
  readonly tcp: readonly string[];
  readonly nodePort?: number;
  readonly clusterIP?: string;
  readonly externalName?: string;
}

/** @throws CliError for ports that are none */
export function serviceOf({ name, type, tcp, nodePort = 0, clusterIP, externalName }: ServiceFields): JsonObject {
  if (tcp.length === 0 && clusterIP !== 'None' && type !== 'ExternalName') {
    throw new CliError('at least one tcp port specifier must be provided');
  }
  const ports = tcp.map((text) => ({ ...servicePort(text), ...(nodePort === 0 ? {} : { nodePort }) }));
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels: { app: name } },
    spec: {
      type,
      selector: { app: name },
      ...(ports.length === 0 ? {} : { ports }),
      ...(clusterIP ? { clusterIP } : {}),
      ...(externalName ? { externalName } : {}),
    },
  };
}

function servicePort(text: string): JsonObject {
  const [port = '', target] = text.split(':');
  return {
    name: text.replaceAll(':', '-'),
    protocol: 'TCP',
    port: portNumber(port),
    targetPort: target === undefined ? portNumber(port) : targetPort(target),
  };
}

function portNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new CliError(`strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`);
  if (Number(text) > 65_535)
    throw new CliError(`strconv.ParseUint: parsing ${JSON.stringify(text)}: value out of range`);
  return Number(text);
}

/** A number, or the name of a port of the container. */
function targetPort(text: string): number | string {
  if (!/^\d+$/.test(text)) return text;
  const port = Number(text);
  if (port < 1 || port > 65_535) throw new CliError('must be between 1 and 65535, inclusive');
  return port;
}
