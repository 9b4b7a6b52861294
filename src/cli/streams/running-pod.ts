/** Waiting for a pod that was just made: until it runs, and until it has ended. */
import type { Pod } from '../../api/types/core-v1.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { CliError } from '../errors.ts';
import type { Selection } from '../resources/selection.ts';
import { waitForObject } from '../wait/wait-for-object.ts';

const CONDITION = 'the condition';

/** The pod when it is ready, or has ended already. @throws CliError after the timeout */
export async function podWhenRunning(client: RestClient, pod: Selection, timeoutMs: number): Promise<Pod> {
  return (await waitForObject(client, pod, timeoutMs, (object) => hasBegun(object as Pod), CONDITION)) as Pod;
}

function hasBegun({ status = {} }: Pod): boolean {
  if (hasEnded({ status })) return true;
  return (
    status.phase === 'Running' &&
    (status.conditions ?? []).some(({ type, status: value }) => type === 'Ready' && value === 'True')
  );
}

export function hasEnded({ status = {} }: Pick<Pod, 'status'>): boolean {
  return status.phase === 'Succeeded' || status.phase === 'Failed';
}

/** Waits until the pod has ended. @throws CliError with the exit code of its first container, where it failed */
export async function endOfPod(client: RestClient, selection: Selection): Promise<void> {
  const pod = (await waitForObject(client, selection, -1, (object) => hasEnded(object as Pod), CONDITION)) as Pod;
  if (pod.status?.phase === 'Succeeded') return;
  const { namespace, name } = pod.metadata ?? {};
  const terminated = pod.status?.containerStatuses?.[0]?.state?.terminated;
  const code = terminated?.exitCode ?? 0;
  if (terminated === undefined || code === 0) {
    throw new CliError(`pod ${namespace}/${name} failed with unknown exit code`);
  }
  const { reason = '', message = '' } = terminated;
  throw new CliError(`pod ${namespace}/${name} terminated (${reason})\n${message}`, { exitCode: code });
}
