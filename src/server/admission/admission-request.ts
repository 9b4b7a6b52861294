/** The facts of a write as webhooks and expressions are told of them: AdmissionRequest of admission.k8s.io/v1. */
import type { JsonObject } from '../../api/object.ts';
import type { Kind } from '../kinds/kind.ts';
import type { UserInfo } from '../request/user.ts';
import type { AdmissionAttributes, Operation } from './admission.ts';

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** Without uid, object and oldObject. Empty fields are not there. */
export function admissionRequest(attributes: AdmissionAttributes): JsonObject {
  const { kind, requested = kind, operation, name, subresource, user, dryRun } = attributes;
  const namespace = namespaceOfRequest(attributes);
  return {
    kind: bodyKind(kind, subresource),
    resource: resourceOf(kind),
    ...(subresource === '' ? {} : { subResource: subresource }),
    requestKind: bodyKind(requested, subresource),
    requestResource: resourceOf(requested),
    ...(subresource === '' ? {} : { requestSubResource: subresource }),
    ...(name === '' ? {} : { name }),
    ...(namespace === '' ? {} : { namespace }),
    operation,
    userInfo: userInfoOf(user),
    dryRun,
    options: optionsOf(attributes),
  };
}

/** What the body of a (sub-)resource is: a Scale, an Eviction, else the kind itself. */
export function bodyKind(kind: Kind, subresource: string): GroupVersionKind {
  const sub = subresource === '' ? undefined : kind.subresources.get(subresource);
  const { group, version } = sub?.version ? { group: sub.group ?? '', version: sub.version } : kind;
  return { group, version, kind: sub?.kind ?? kind.kind };
}

/** Requests for a namespace itself name it as their namespace. */
export function namespaceOfRequest({ kind, namespace, name, object }: AdmissionAttributes): string {
  if (kind.group !== '' || kind.resource !== 'namespaces') return namespace;
  return name || (object?.metadata.name ?? '');
}

function resourceOf({ group, version, resource }: Kind): JsonObject {
  return { group, version, resource };
}

function userInfoOf({ name, uid, groups, extra }: UserInfo): JsonObject {
  return {
    ...(name === '' ? {} : { username: name }),
    ...(uid === '' ? {} : { uid }),
    ...(groups.length === 0 ? {} : { groups }),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}

const OPTIONS_KINDS: Readonly<Record<Operation, string | undefined>> = {
  CREATE: 'CreateOptions',
  UPDATE: 'UpdateOptions',
  DELETE: 'DeleteOptions',
  CONNECT: undefined,
};

/** A patch is told as the create or update that it comes to; connections have no options. */
function optionsOf({ operation, options, dryRun }: AdmissionAttributes): JsonObject | null {
  const kind = OPTIONS_KINDS[operation];
  if (kind === undefined) return null;
  const { force: _, ...rest } = options;
  const given = Object.keys(rest).length > 0 || !dryRun ? rest : { dryRun: ['All'] };
  return { ...given, kind, apiVersion: 'meta.k8s.io/v1' };
}
