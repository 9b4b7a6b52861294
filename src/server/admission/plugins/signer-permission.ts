import type { UserInfo } from '../../request/user.ts';
import type { AdmissionContext } from '../admission.ts';

/**
 * Whether a user holds a verb (approve, sign, attest) on a signer by its name, or on all of its domain (`example.com/*`).
 * Imitates kubernetes pkg/apis/certificates/… IsAuthorizedForSignerName.
 */
export async function mayUseSigner(
  authorize: AdmissionContext['authorize'],
  user: UserInfo,
  verb: string,
  signerName: string,
): Promise<boolean> {
  for (const name of [signerName, `${signerName.split('/')[0]}/*`]) {
    const decision = await authorize({
      user,
      verb,
      isResource: true,
      path: '',
      group: 'certificates.k8s.io',
      version: '*',
      resource: 'signers',
      subresource: '',
      namespace: '',
      name,
    });
    if (decision.verdict === 'allow') return true;
  }
  return false;
}
