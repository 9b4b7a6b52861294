/**
 * Every pod runs as a service account: it gets the default one, a volume with its token, and its image pull secrets.
 * Imitates kubernetes plugin/pkg/admission/serviceaccount.
 */
import { quote } from '../../../api/field-errors.ts';
import type { Container, Pod, PodSpec, ServiceAccount, Volume } from '../../../api/types/core-v1.ts';
import type { AdmissionAttributes, AdmissionPluginFactory, MirroredObjects } from '../admission.ts';
import { admissionForbidden } from '../admission-error.ts';
import { isAbout, isAboutSubresource } from '../is-about.ts';
import { ephemeralSecretProblem, mirrorPodProblem, secretProblem } from './mountable-secrets.ts';
import { randomSuffix } from './random-suffix.ts';

const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const VOLUME_PREFIX = 'kube-api-access-';
const MIRROR = 'kubernetes.io/config.mirror';
/** An hour and seven seconds: the API server knows by it that a kubelet asks (and lets the token live longer). */
const TOKEN_SECONDS = 3607;

type Accounts = MirroredObjects<ServiceAccount>;

export const serviceAccount: AdmissionPluginFactory = ({ mirrored, random }) => {
  const accounts = mirrored<ServiceAccount>('', 'serviceaccounts');
  return {
    name: 'ServiceAccount',
    resources: ['/pods'],
    admit(attributes) {
      if (!isAbout(attributes, '', 'pods', 'CREATE') || isMirror(attributes.object as Pod)) return;
      const pod = attributes.object as Pod;
      pod.spec ??= {};
      const { spec } = pod;
      spec.serviceAccountName = spec.serviceAccountName || spec.serviceAccount || 'default';
      // The old name of the field always says the same.
      spec.serviceAccount = spec.serviceAccountName;
      const account = accountOf(attributes, spec.serviceAccountName, accounts);
      if (automounts(account, spec)) mountToken(spec, random);
      if ((spec.imagePullSecrets?.length ?? 0) === 0 && (account.imagePullSecrets?.length ?? 0) > 0) {
        spec.imagePullSecrets = account.imagePullSecrets?.map((ref) => ({ ...ref }));
      }
    },
    validate(attributes) {
      if (isAbout(attributes, '', 'pods', 'CREATE')) refuse(attributes, podProblem(attributes, accounts));
      if (!isAboutSubresource(attributes, '', 'pods/ephemeralcontainers', 'UPDATE')) return;
      const pod = attributes.object as Pod;
      const account = accountOf(attributes, pod.spec?.serviceAccountName ?? '', accounts);
      refuse(attributes, ephemeralSecretProblem(account, pod));
    },
  };
};

function podProblem(attributes: AdmissionAttributes, accounts: Accounts): string | undefined {
  const pod = attributes.object as Pod;
  if (isMirror(pod)) return mirrorPodProblem(pod);
  const name = pod.spec?.serviceAccountName ?? '';
  if (name === '') return `no service account specified for pod ${attributes.namespace}/${attributes.name}`;
  return secretProblem(accountOf(attributes, name, accounts), pod);
}

/** @throws StatusError 403 when there is a problem */
function refuse(attributes: AdmissionAttributes, problem: string | undefined): void {
  if (problem !== undefined) throw admissionForbidden(attributes, problem);
}

function isMirror(pod: Pod): boolean {
  return Object.hasOwn(pod.metadata?.annotations ?? {}, MIRROR);
}

/** @throws StatusError 403 when there is none */
function accountOf(attributes: AdmissionAttributes, name: string, accounts: Accounts): ServiceAccount {
  const { namespace } = attributes;
  const found = accounts.get(namespace, name);
  if (found !== undefined) return found;
  throw admissionForbidden(
    attributes,
    `error looking up service account ${namespace}/${name}: serviceaccount ${quote(name)} not found`,
  );
}

function automounts(account: ServiceAccount, spec: PodSpec): boolean {
  return spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
}

/** Containers that mount something of their own at the path are left alone. */
function mountToken(spec: PodSpec, random: () => number): void {
  const present = spec.volumes?.find(({ name }) => name?.startsWith(VOLUME_PREFIX))?.name;
  const name = present ?? VOLUME_PREFIX + randomSuffix(random);
  const mounted = mountIn(spec.initContainers ?? [], name) + mountIn(spec.containers ?? [], name);
  if (present === undefined && mounted > 0) spec.volumes = [...(spec.volumes ?? []), tokenVolume(name)];
}

/** In how many containers it was mounted. */
function mountIn(containers: readonly Container[], name: string): number {
  let mounted = 0;
  for (const container of containers) {
    if (container.volumeMounts?.some(({ mountPath }) => mountPath === MOUNT_PATH)) continue;
    container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath: MOUNT_PATH }];
    mounted++;
  }
  return mounted;
}

function tokenVolume(name: string): Volume {
  const sources = [
    { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    {
      downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] },
    },
  ];
  return { name, projected: { sources, defaultMode: 0o644 } };
}
