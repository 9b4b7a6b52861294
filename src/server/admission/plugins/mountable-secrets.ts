/** Which secrets a pod may refer to: none for mirror pods, listed ones for accounts that say so. */
import { quote } from '../../../api/field-errors.ts';
import type { Container, Pod, ServiceAccount, Volume } from '../../../api/types/core-v1.ts';

const ENFORCE = 'kubernetes.io/enforce-mountable-secrets';

/** What a mirror pod may not have; undefined when it is fine. */
export function mirrorPodProblem({ spec = {} }: Pod): string | undefined {
  if (spec.serviceAccountName) return 'a mirror pod may not reference service accounts';
  const volumes = spec.volumes ?? [];
  const containers = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  const named =
    (spec.imagePullSecrets ?? []).length > 0 ||
    volumes.some(mountsSecret) ||
    containers.some((c) => envSecrets(c).length > 0);
  if (named) return 'a mirror pod may not reference secrets';
  const projects = volumes.some((v) =>
    v.projected?.sources?.some((source) => source.serviceAccountToken !== undefined),
  );
  return projects ? 'a mirror pod may not use service account token volume projections' : undefined;
}

function mountsSecret(volume: Volume): boolean {
  return volume.secret !== undefined || (volume.projected?.sources ?? []).some((source) => source.secret !== undefined);
}

interface SecretUse {
  readonly secret: string;
  /** `container c envVar A`, `Volume v`. */
  readonly where: string;
}

function envSecrets(container: Container): SecretUse[] {
  return (container.env ?? []).flatMap(({ name = '', valueFrom }) => {
    const secret = valueFrom?.secretKeyRef?.name;
    return secret === undefined ? [] : [{ secret, where: `${container.name} envVar ${name}` }];
  });
}

function enforced(account: ServiceAccount): Set<string | undefined> | undefined {
  const value = account.metadata?.annotations?.[ENFORCE];
  if (value === undefined || !['1', 't', 'T', 'TRUE', 'true', 'True'].includes(value)) return undefined;
  return new Set(account.secrets?.map(({ name }) => name));
}

/** Why an account may not run a pod with these secrets; undefined when it may. */
export function secretProblem(account: ServiceAccount, { spec = {} }: Pod): string | undefined {
  const mountable = enforced(account);
  if (mountable === undefined) return undefined;
  const name = account.metadata?.name ?? '';
  const refusal = (secret: string | undefined, user: string) =>
    `${user}referencing secret.secretName=${quote(secret ?? '')} is not allowed because service account ${name} does not reference that secret`;
  const volume = spec.volumes?.find((v) => v.secret !== undefined && !mountable.has(v.secret.secretName));
  if (volume !== undefined) {
    return `volume with secret.secretName=${quote(volume.secret?.secretName ?? '')} is not allowed because service account ${name} does not reference that secret`;
  }
  for (const [title, list] of [
    ['init container', spec.initContainers ?? []],
    ['container', spec.containers ?? []],
  ] as const) {
    const use = list.flatMap(envSecrets).find(({ secret }) => !mountable.has(secret));
    if (use !== undefined) return refusal(use.secret, `${title} ${use.where} `);
  }
  const pulls = new Set(account.imagePullSecrets?.map((ref) => ref.name));
  const pull = spec.imagePullSecrets?.find((ref) => !pulls.has(ref.name));
  if (pull === undefined) return undefined;
  return `imagePullSecret ${quote(pull.name ?? '')} is not allowed because service account ${name} does not reference that imagePullSecret`;
}

export function ephemeralSecretProblem(account: ServiceAccount, { spec = {} }: Pod): string | undefined {
  const mountable = enforced(account);
  if (mountable === undefined) return undefined;
  const use = (spec.ephemeralContainers ?? [])
    .flatMap((c) => envSecrets(c as Container))
    .find((u) => !mountable.has(u.secret));
  if (use === undefined) return undefined;
  return `ephemeral container ${use.where} referencing secret.secretName=${quote(use.secret)} is not allowed because service account ${account.metadata?.name} does not reference that secret`;
}
