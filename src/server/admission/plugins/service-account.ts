/**
 * Every pod runs as a service account: it gets the default one, a volume with its token, and its image pull secrets.
 * Imitates kubernetes plugin/pkg/admission/serviceaccount.
 */
import { quote } from '../../../api/field-errors.ts';
import type { Container, Pod, PodSpec, ServiceAccount, Volume } from '../../../api/types/core-v1.ts';
import type { AdmissionAttributes, AdmissionContext, AdmissionPluginFactory } from '../admission.ts';
import { admissionForbidden } from '../admission-error.ts';
import { isAbout, isAboutSubresource } from '../is-about.ts';
import { ephemeralSecretProblem, mirrorPodProblem, secretProblem } from './mountable-secrets.ts';
import { randomSuffix } from './random-suffix.ts';

const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const VOLUME_PREFIX = 'kube-api-access-';
const MIRROR = 'kubernetes.io/config.mirror';
/** An hour and seven seconds: the API server knows by it that a kubelet asks (and lets the token live longer). */
const TOKEN_SECONDS = 3607;

export const serviceAccount: AdmissionPluginFactory = ({ objects, random }) => ({
  name: 'ServiceAccount',
  resources: ['/pods'],
  async admit(attributes) {
    if (!isAbout(attributes, '', 'pods', 'CREATE') || isMirror(attributes.object as Pod)) return;
    const pod = attributes.object as Pod;
    pod.spec ??= {};
    const { spec } = pod;
    spec.serviceAccountName = spec.serviceAccountName || spec.serviceAccount || 'default';
    // The old name of the field always says the same.
    spec.serviceAccount = spec.serviceAccountName;
    const account = await accountOf(attributes, spec.serviceAccountName, objects);
    if (automounts(account, spec)) mountToken(spec, random);
    if ((spec.imagePullSecrets?.length ?? 0) === 0 && (account.imagePullSecrets?.length ?? 0) > 0) {
      spec.imagePullSecrets = account.imagePullSecrets?.map((ref) => ({ ...ref }));
    }
  },
  async validate(attributes) {
    if (isAbout(attributes, '', 'pods', 'CREATE')) return validatePod(attributes, objects);
    if (!isAboutSubresource(attributes, '', 'pods/ephemeralcontainers', 'UPDATE')) return;
    const pod = attributes.object as Pod;
    const account = await accountOf(attributes, pod.spec?.serviceAccountName ?? '', objects);
    refuse(attributes, ephemeralSecretProblem(account, pod));
  },
});

async function validatePod(attributes: AdmissionAttributes, objects: AdmissionContext['objects']): Promise<void> {
  const pod = attributes.object as Pod;
  if (isMirror(pod)) return refuse(attributes, mirrorPodProblem(pod));
  const name = pod.spec?.serviceAccountName ?? '';
  if (name === '') {
    return refuse(attributes, `no service account specified for pod ${attributes.namespace}/${attributes.name}`);
  }
  refuse(attributes, secretProblem(await accountOf(attributes, name, objects), pod));
}

function refuse(attributes: AdmissionAttributes, problem: string | undefined): void {
  if (problem !== undefined) throw admissionForbidden(attributes, problem);
}

function isMirror(pod: Pod): boolean {
  return Object.hasOwn(pod.metadata?.annotations ?? {}, MIRROR);
}

async function accountOf(
  attributes: AdmissionAttributes,
  name: string,
  objects: AdmissionContext['objects'],
): Promise<ServiceAccount> {
  const { namespace } = attributes;
  const found = await objects.get('', 'serviceaccounts', namespace, name);
  if (found !== undefined) return found as ServiceAccount;
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
  const containers: Container[] = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  const bare = containers.filter((c) => !c.volumeMounts?.some(({ mountPath }) => mountPath === MOUNT_PATH));
  for (const container of bare) {
    container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath: MOUNT_PATH }];
  }
  if (present === undefined && bare.length > 0) spec.volumes = [...(spec.volumes ?? []), tokenVolume(name)];
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
