/**
 * Field errors show some values as Go's JSON of the server's internal structs, which carry no json tags:
 * `{"Type":"RuntimeDefault","LocalhostProfile":"x"}`. Shapes say the names, the order and what an unset field shows.
 */

import { sentEmpty } from '../../../api/schema/sent-empty.ts';

/** `{}` with a shape: a struct that is no pointer shows all its fields even when it is unset. */
type Zero = null | string | 0 | false | Readonly<Record<string, never>>;
/** How the value of one field shows where no shape says it: a map, a struct that has json tags. */
type Show = (value: never) => unknown;
export type GoShape = readonly (readonly [goName: string, field: string, zero?: Zero, shape?: GoShape | Show])[];

/** `value` under the names of `shape`; lists are mapped item by item; undefined becomes null. */
export function goValue(value: unknown, shape: GoShape): unknown {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.map((item) => goValue(item, shape));
  const fields = value as Record<string, unknown>;
  return Object.fromEntries(
    shape.map(([goName, field, zero = null, inner]) => [goName, goField(fields, field, zero, inner)]),
  );
}

function goField(
  value: Record<string, unknown>,
  field: string,
  zero: Zero,
  inner: GoShape | Show | undefined,
): unknown {
  const own = (Object.hasOwn(value, field) ? value[field] : undefined) ?? sentEmpty(value, field) ?? zero;
  if (own === null || inner === undefined) return own;
  return typeof inner === 'function' ? inner(own as never) : goValue(own, inner);
}

export const SECCOMP_PROFILE: GoShape = [
  ['Type', 'type', ''],
  ['LocalhostProfile', 'localhostProfile'],
];

const SELINUX_OPTIONS: GoShape = [
  ['User', 'user', ''],
  ['Role', 'role', ''],
  ['Type', 'type', ''],
  ['Level', 'level', ''],
];

const WINDOWS_OPTIONS: GoShape = [
  ['GMSACredentialSpecName', 'gmsaCredentialSpecName'],
  ['GMSACredentialSpec', 'gmsaCredentialSpec'],
  ['RunAsUserName', 'runAsUserName'],
  ['HostProcess', 'hostProcess'],
];

const CAPABILITIES: GoShape = [
  ['Add', 'add'],
  ['Drop', 'drop'],
];

export const SECURITY_CONTEXT: GoShape = [
  ['Capabilities', 'capabilities', null, CAPABILITIES],
  ['Privileged', 'privileged'],
  ['SELinuxOptions', 'seLinuxOptions', null, SELINUX_OPTIONS],
  ['WindowsOptions', 'windowsOptions', null, WINDOWS_OPTIONS],
  ['RunAsUser', 'runAsUser'],
  ['RunAsGroup', 'runAsGroup'],
  ['RunAsNonRoot', 'runAsNonRoot'],
  ['ReadOnlyRootFilesystem', 'readOnlyRootFilesystem'],
  ['AllowPrivilegeEscalation', 'allowPrivilegeEscalation'],
  ['ProcMount', 'procMount'],
  ['SeccompProfile', 'seccompProfile', null, SECCOMP_PROFILE],
  ['AppArmorProfile', 'appArmorProfile', null, SECCOMP_PROFILE],
];

export const POD_RESOURCE_CLAIM: GoShape = [
  ['Name', 'name', ''],
  ['ResourceClaimName', 'resourceClaimName'],
  ['ResourceClaimTemplateName', 'resourceClaimTemplateName'],
];

const NODE_SELECTOR_REQUIREMENT: GoShape = [
  ['Key', 'key', ''],
  ['Operator', 'operator', ''],
  ['Values', 'values'],
];

export const NODE_SELECTOR_TERM: GoShape = [
  ['MatchExpressions', 'matchExpressions', null, NODE_SELECTOR_REQUIREMENT],
  ['MatchFields', 'matchFields', null, NODE_SELECTOR_REQUIREMENT],
];

export const IP_ITEM: GoShape = [['IP', 'ip', '']];
