/** Says which file and object a failure belongs to, in kubectl's words. */
import { isStatusError, StatusError } from '../../api/status-error.ts';
import { CliError, PlainError } from '../errors.ts';
import type { ResolvedManifest } from '../manifests/manifest-selection.ts';

/** `error when creating "app.yaml": …`; the reason and details of a Status stay. */
export function addSource(verb: string, source: string, error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error);
  const text = `error when ${verb} ${JSON.stringify(source)}: ${message}`;
  if (!isStatusError(error)) return new CliError(text, { cause: error });
  return StatusError.fromStatus({ ...error.status, message: text });
}

/** The object as messages about patches show it. */
export function describeTarget({ resource, name, namespace = '' }: ResolvedManifest): string {
  const { group, version, resource: plural, kind } = resource;
  const quoted = JSON.stringify;
  return (
    `Resource: ${quoted(`${group}/${version}, Resource=${plural}`)}, GroupVersionKind: ${quoted(`${group}/${version}, Kind=${kind}`)}\n` +
    `Name: ${quoted(name)}, Namespace: ${quoted(namespace)}`
  );
}

/** @param object what it is about, for people: kubectl does not say */
export function conflictHelp(error: StatusError, object?: string): PlainError {
  return new PlainError(
    `error: ${error.message}${object === undefined ? '' : `\nof ${object}`}
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`,
    { cause: error },
  );
}

/** `configmap/web in the namespace shop, from "app.yaml"` */
export function objectWords({ resource, name, namespace = '', source }: ResolvedManifest): string {
  const { group, singular, kind } = resource;
  const kindWord = `${singular || kind.toLowerCase()}${group === '' ? '' : `.${group}`}`;
  const where = namespace === '' ? '' : ` in the namespace ${namespace}`;
  return `${kindWord}/${name}${where}, from ${JSON.stringify(source)}`;
}

export function missingAnnotation({ resource, name }: ResolvedManifest): string {
  return (
    `Warning: resource ${resource.resource}/${name} is missing the kubectl.kubernetes.io/last-applied-configuration annotation ` +
    'which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either ' +
    'kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n'
  );
}
