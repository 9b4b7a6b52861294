/** A kubelet asks for tokens for audiences that its pods name, or that it is allowed by the verb request-serviceaccounts-token-audience. */
import { quote } from '../../../api/field-errors.ts';
import type { KubeObject } from '../../../api/object.ts';
import type { PersistentVolume, PersistentVolumeClaim, Pod, Volume } from '../../../api/types/core-v1.ts';
import type { CSIDriver } from '../../../api/types/storage-v1.ts';
import type { AdmissionAttributes, AdmissionContext } from '../admission.ts';

const VERB = 'request-serviceaccounts-token-audience';
type Objects = AdmissionContext['objects'];

/** Why these audiences are refused; undefined when they are not. */
export async function audienceRefusal(
  audiences: readonly string[],
  pod: Pod & KubeObject,
  { user, namespace, name }: AdmissionAttributes,
  { objects, authorize }: AdmissionContext,
): Promise<string | undefined> {
  if (audiences.length > 1) return 'node may only request 0 or 1 audiences';
  const [audience = ''] = audiences;
  if (await podNamesAudience(pod, audience, objects)) return undefined;
  const { verdict } = await authorize({
    user,
    verb: VERB,
    isResource: true,
    path: '',
    group: '',
    version: '',
    resource: audience,
    subresource: '',
    namespace,
    name,
  });
  if (verdict === 'allow') return undefined;
  const what = 'is not authorized to request tokens for this audience';
  return `audience ${quote(audience)} not found in pod spec volume, ${user.name} ${what}`;
}

async function podNamesAudience(pod: Pod & KubeObject, audience: string, objects: Objects): Promise<boolean> {
  for (const volume of pod.spec?.volumes ?? []) {
    const tokens = (volume.projected?.sources ?? []).flatMap((source) => source.serviceAccountToken ?? []);
    if (tokens.some((token) => (token.audience ?? '') === audience)) return true;
    const driver = await driverOf(volume, pod, objects);
    if (driver !== '' && (await driverNamesAudience(driver, audience, objects))) return true;
  }
  return false;
}

/** The CSI driver that mounts the volume, itself or by a claim; '' when none does. */
async function driverOf(volume: Volume, { metadata }: KubeObject, objects: Objects): Promise<string> {
  if (volume.csi !== undefined) return volume.csi.driver ?? '';
  const claimName =
    volume.ephemeral === undefined ? volume.persistentVolumeClaim?.claimName : `${metadata.name}-${volume.name}`;
  if (!claimName) return '';
  const claim = (await objects.get('', 'persistentvolumeclaims', metadata.namespace ?? '', claimName)) as
    | PersistentVolumeClaim
    | undefined;
  const volumeName = claim?.spec?.volumeName;
  if (!volumeName) return '';
  const found = (await objects.get('', 'persistentvolumes', '', volumeName)) as PersistentVolume | undefined;
  return found?.spec?.csi?.driver ?? '';
}

async function driverNamesAudience(name: string, audience: string, objects: Objects): Promise<boolean> {
  const driver = (await objects.get('storage.k8s.io', 'csidrivers', '', name)) as CSIDriver | undefined;
  return (driver?.spec?.tokenRequests ?? []).some((request) => (request.audience ?? '') === audience);
}
