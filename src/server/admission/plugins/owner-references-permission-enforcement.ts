/** Who names owners must be allowed to delete the dependent, and to hold up the owner. Imitates kubernetes plugin/pkg/admission/gc. */
import { equalJson, type KubeObject } from '../../../api/object.ts';
import type { OwnerReference } from '../../../api/types/meta-v1.ts';
import type { AdmissionAttributes, AdmissionContext, AdmissionPluginFactory } from '../admission.ts';
import { admissionForbidden } from '../admission-error.ts';
import { isAboutSubresource } from '../is-about.ts';

/** What Go prints for no error, behind the authorizers' reason. */
const NO_ERROR = ', <nil>';

export const ownerReferencesPermissionEnforcement: AdmissionPluginFactory = (context) => ({
  name: 'OwnerReferencesPermissionEnforcement',
  async validate(attributes) {
    const { operation, object, old, kind, user, subresource, namespace, name } = attributes;
    if (operation !== 'CREATE' && operation !== 'UPDATE') return;
    // The strategy of pods keeps owners from being changed through their status.
    if (isAboutSubresource(attributes, '', 'pods/status', 'CREATE', 'UPDATE')) return;
    if (equalJson(ownersOf(object), ownersOf(old))) return;
    // Whoever may create something may say at that moment whose it is.
    if (operation === 'UPDATE') {
      const { group, version, resource } = kind;
      const target = { user, isResource: true, path: '', group, version, resource, subresource, namespace, name };
      const { verdict, reason } = await context.authorize({ ...target, verb: 'delete' });
      const what = "cannot set an ownerRef on a resource you can't delete";
      if (verdict !== 'allow') throw admissionForbidden(attributes, `${what}: ${reason}${NO_ERROR}`);
    }
    for (const owner of newlyBlocked(ownersOf(object), ownersOf(old))) await checkBlocking(owner, attributes, context);
  },
});

function ownersOf(object: KubeObject | undefined): readonly OwnerReference[] {
  return object?.metadata?.ownerReferences ?? [];
}

/** Owners that were not blocked from deletion before. */
function newlyBlocked(now: readonly OwnerReference[], before: readonly OwnerReference[]): OwnerReference[] {
  const blocked = new Set(before.filter((ref) => ref.blockOwnerDeletion === true).map(({ uid }) => uid));
  return now.filter((ref) => ref.blockOwnerDeletion === true && !blocked.has(ref.uid));
}

/** @throws StatusError 403 */
async function checkBlocking(
  { apiVersion = '', kind = '', name = '' }: OwnerReference,
  attributes: AdmissionAttributes,
  { kinds, authorize }: AdmissionContext,
): Promise<void> {
  const slash = apiVersion.indexOf('/');
  const [group, version] = [apiVersion.slice(0, Math.max(slash, 0)), apiVersion.slice(slash + 1)];
  const owner = kinds.byKind(group, version, kind);
  if (owner === undefined) {
    const why = `no matches for kind "${kind}" in version "${apiVersion}"`;
    throw admissionForbidden(
      attributes,
      `cannot set blockOwnerDeletion in this case because cannot find RESTMapping for APIVersion ${apiVersion} Kind ${kind}: ${why}`,
    );
  }
  const { verdict, reason } = await authorize({
    user: attributes.user,
    verb: 'update',
    isResource: true,
    path: '',
    group,
    version,
    resource: owner.resource,
    subresource: 'finalizers',
    namespace: owner.namespaced ? attributes.namespace : '',
    name,
  });
  if (verdict === 'allow') return;
  const what = "cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on";
  throw admissionForbidden(attributes, `${what}: ${reason}${NO_ERROR}`);
}
