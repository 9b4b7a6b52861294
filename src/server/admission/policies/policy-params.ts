/** The parameters that a binding names; imitates apiserver pkg/admission/plugin/policy/generic/policy_matcher.go CollectParams. */
import type { KubeObject } from '../../../api/object.ts';
import { selectorOfObject } from '../../../api/selectors.ts';
import type { ParamKind, ParamRef } from '../../../api/types/admissionregistration-v1.ts';
import type { AdmissionAttributes, AdmissionContext } from '../admission.ts';

/** Why a binding has no parameters to work with. */
export class ParamError extends Error {
  override readonly name = 'ParamError';
}

const NONE_FOUND = 'no params found for policy binding with `Deny` parameterNotFoundAction';

/**
 * One undefined where the policy takes none; nothing where there are none and that is allowed.
 * @throws ParamError
 */
export async function collectParams(
  paramKind: ParamKind | undefined,
  ref: ParamRef | undefined,
  { namespace }: AdmissionAttributes,
  { objects, kinds }: Pick<AdmissionContext, 'objects' | 'kinds'>,
): Promise<(KubeObject | undefined)[]> {
  if (paramKind === undefined || ref === undefined) return [undefined];
  const [group, version] = splitVersion(paramKind.apiVersion ?? '');
  const kind = kinds.byKind(group, version, paramKind.kind ?? '');
  if (kind === undefined)
    throw new ParamError(
      `failed to find resource referenced by paramKind: '${group}/${version}, Kind=${paramKind.kind ?? ''}'`,
    );
  const within = kind.namespaced ? ref.namespace || namespace : '';
  if (!kind.namespaced && ref.namespace)
    throw new ParamError('paramRef.namespace must not be provided for a cluster-scoped `paramKind`');
  if (kind.namespaced && within === '')
    throw new ParamError('cannot use namespaced paramRef in policy binding that matches cluster-scoped resources');
  const found = await find(objects, kind, within, ref);
  if (found.length === 0 && ref.parameterNotFoundAction === 'Deny') throw new ParamError(NONE_FOUND);
  return found;
}

function splitVersion(apiVersion: string): [group: string, version: string] {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? ['', apiVersion] : [apiVersion.slice(0, slash), apiVersion.slice(slash + 1)];
}

async function find(
  objects: AdmissionContext['objects'],
  { group, resource }: { group: string; resource: string },
  namespace: string,
  ref: ParamRef,
): Promise<KubeObject[]> {
  if (ref.selector !== undefined) {
    const selector = selectorOfObject(ref.selector);
    return (await objects.list(group, resource, namespace)).filter(({ metadata }) => selector.matches(metadata.labels));
  }
  const found = await objects.get(group, resource, namespace, ref.name ?? '');
  return found === undefined ? [] : [found];
}
