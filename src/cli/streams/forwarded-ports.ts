/** The ports of `port-forward`: `8080:80`, `8080`, `:80`, `8080:http`; for services, where they lead in the pod. */
import type { KubeObject } from '../../api/object.ts';
import type { Pod, Service } from '../../api/types/core-v1.ts';
import { CliError } from '../errors.ts';

export interface ForwardedPort {
  /** 0: any that is free. */
  readonly local: number;
  /** In the pod. */
  readonly remote: number;
}

/** @throws CliError in kubectl's words */
export function forwardedPorts(
  args: readonly string[],
  pod: Pod,
  target: KubeObject,
  isService: boolean,
): ForwardedPort[] {
  return args.map((text) => {
    const parts = text.split(':');
    if (parts.length > 2) throw new CliError(`invalid port format '${text}'`);
    const [first = '', second] = parts;
    const wanted = second ?? first;
    const remote = isService ? podPort(target as Service, pod, wanted) : namedPort(pod, wanted);
    const local = second === undefined ? (/^\d+$/.test(first) ? first : String(remote)) : first || '0';
    return { local: portNumber(local, 'local', 0), remote: portNumber(String(remote), 'remote', 1) };
  });
}

function portNumber(text: string, side: string, min: number): number {
  const why = !/^\d+$/.test(text) ? 'invalid syntax' : Number(text) > 65_535 ? 'value out of range' : undefined;
  if (why !== undefined) {
    throw new CliError(
      `error parsing ${side} port '${text}': strconv.ParseUint: parsing ${JSON.stringify(text)}: ${why}`,
    );
  }
  if (Number(text) < min) throw new CliError('remote port must be > 0');
  return Number(text);
}

/** A container's port by its name; numbers as they are. */
function namedPort(pod: Pod, text: string): string | number {
  if (/^\d/.test(text)) return text;
  for (const { ports = [] } of pod.spec?.containers ?? []) {
    const found = ports.find(({ name }) => name === text);
    if (found?.containerPort !== undefined) return found.containerPort;
  }
  throw new CliError(`Pod '${pod.metadata?.name}' does not have a named port '${text}'`);
}

function podPort({ spec = {}, metadata }: Service, pod: Pod, text: string): string | number {
  const found = (spec.ports ?? []).find(({ name, port }) =>
    /^\d+$/.test(text) ? port === Number(text) : name === text,
  );
  if (found === undefined) {
    if (/^\d/.test(text)) throw new CliError(`Service ${metadata?.name} does not have a service port ${text}`);
    throw new CliError(`Service '${metadata?.name}' does not have a named port '${text}'`);
  }
  // A headless service leads nowhere else.
  if (spec.clusterIP === 'None') return found.port ?? text;
  const target = found.targetPort ?? found.port ?? text;
  return typeof target === 'number' && target !== 0 ? target : namedPort(pod, String(target || found.port));
}
