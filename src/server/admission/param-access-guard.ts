/**
 * Runs the checks of param-access-check.ts behind validation, where upstream's strategies of admission policies do. It
 * is no plugin of the list: it cannot be turned off.
 */
import type { ParamKind } from '../../api/types/admissionregistration-v1.ts';
import { checkParamKind, checkParamRef, type ParamAccessContext } from '../authorization/param-access-check.ts';
import type { KindTable } from '../kinds/kind-table.ts';
import type { ObjectAccess } from '../kinds/subresource.ts';
import type { AdmissionPlugin } from './admission.ts';

const GROUP = 'admissionregistration.k8s.io';
/** Policies, and the bindings of each. */
const POLICIES = ['validatingadmissionpolicies', 'mutatingadmissionpolicies'] as const;
const BINDINGS = {
  validatingadmissionpolicybindings: 'validatingadmissionpolicies',
  mutatingadmissionpolicybindings: 'mutatingadmissionpolicies',
} as const;

export function paramAccessGuard(
  objects: ObjectAccess,
  kinds: KindTable,
  authorize: ParamAccessContext['authorize'],
): AdmissionPlugin {
  const context: ParamAccessContext = {
    authorize,
    resourceOf: (group, version, kind) => kinds.byKind(group, version, kind)?.resource,
    async paramKindOf(resource, name) {
      const policy = await objects.get(GROUP, resource, '', name);
      return (policy?.spec as { paramKind?: ParamKind } | undefined)?.paramKind;
    },
  };
  return {
    name: 'PolicyParamAccess',
    resources: [...POLICIES, ...Object.keys(BINDINGS)].map((resource) => `${GROUP}/${resource}`),
    async validate({ kind, operation, subresource, object, old, user }) {
      if (kind.group !== GROUP || subresource !== '' || object === undefined) return;
      if (operation !== 'CREATE' && operation !== 'UPDATE') return;
      const write = { user, kind: kind.kind, object, old };
      if (Object.hasOwn(BINDINGS, kind.resource))
        await checkParamRef(write, BINDINGS[kind.resource as keyof typeof BINDINGS], context);
      else if ((POLICIES as readonly string[]).includes(kind.resource)) await checkParamKind(write, context);
    },
  };
}
