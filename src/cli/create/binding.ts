/** Who `create rolebinding` and `create clusterrolebinding` give a role to. */
import type { JsonObject } from '../../api/object.ts';
import { CliError } from '../errors.ts';
import { texts } from '../flags/flag-kinds.ts';

const GROUP = 'rbac.authorization.k8s.io';

export const SUBJECT_FLAGS = {
  user: texts({ summary: 'User; may be repeated.' }),
  group: texts({ summary: 'Group; may be repeated.' }),
  serviceaccount: texts({ summary: 'Service account, as NAMESPACE:NAME; may be repeated.' }),
};

export interface Subjects {
  readonly user?: readonly string[];
  readonly group?: readonly string[];
  readonly serviceaccount?: readonly string[];
}

/** @throws CliError for a service account without namespace */
export function bindingOf(
  kind: 'RoleBinding' | 'ClusterRoleBinding',
  name: string,
  role: { kind: 'Role' | 'ClusterRole'; name: string },
  { user = [], group = [], serviceaccount = [] }: Subjects,
): JsonObject {
  const subjects = [
    ...user.map((each) => ({ kind: 'User', apiGroup: GROUP, name: each })),
    ...group.map((each) => ({ kind: 'Group', apiGroup: GROUP, name: each })),
    ...serviceaccount.map(serviceAccount),
  ];
  return {
    apiVersion: `${GROUP}/v1`,
    kind,
    metadata: { name },
    ...(subjects.length === 0 ? {} : { subjects }),
    roleRef: { apiGroup: GROUP, ...role },
  };
}

function serviceAccount(text: string): JsonObject {
  const [namespace = '', name = '', ...more] = text.split(':');
  if (namespace === '' || name === '' || more.length > 0) {
    throw new CliError('serviceaccount must be <namespace>:<name>');
  }
  return { kind: 'ServiceAccount', namespace, name };
}
