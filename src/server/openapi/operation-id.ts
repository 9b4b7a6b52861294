/** Operation ids and tags: kube-openapi pkg/util and apiserver pkg/endpoints/openapi GetOperationIDAndTags. */

/**
 * Puts group and version behind the verb of an operation: (`listNamespacedPod`, `/api/v1/…`) → `listCoreV1NamespacedPod`.
 * @param verb the prefix of `operation` that stays in front
 */
export function operationId(verb: string, rest: string, path: string): string {
  return `${verb}${ownerOf(path).map(capitalized).join('')}${rest}`;
}

/** `apps_v1`, `core`, `version`. */
export function tagOf(path: string): string {
  const owner = ownerOf(path);
  return owner.length > 0 ? owner.map(joined).join('_') : joined(segments(path)[0] ?? '');
}

/** Group without `.k8s.io` and version, as far as the path names them. */
function ownerOf(path: string): string[] {
  const [prefix, ...rest] = segments(path);
  if (prefix === 'api') return ['core', ...rest.slice(0, 1)];
  if (prefix !== 'apis' || rest.length === 0) return [];
  return [(rest[0] as string).replace(/\.k8s\.io$/, ''), ...rest.slice(1, 2)];
}

function segments(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}

/** `rbac.authorization` → `rbacAuthorization`. */
function joined(text: string): string {
  return text.replace(/[^\p{L}\p{N}_]+(.)?/gu, (_, next: string | undefined) => (next ?? '').toUpperCase());
}

function capitalized(text: string): string {
  const whole = joined(text);
  return whole.charAt(0).toUpperCase() + whole.slice(1);
}
