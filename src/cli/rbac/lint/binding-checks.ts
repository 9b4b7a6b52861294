/** Bindings that grant nothing, the wrong subjects, or too many. */
import { splitServiceAccountUsername } from '../../../api/rbac/subjects.ts';
import type { RoleRef, Subject } from '../../../api/types/rbac-v1.ts';
import { suggestions } from '../../suggest.ts';
import type { Policy, PolicyObject } from '../policy.ts';
import { subjectWord } from '../words.ts';
import { at, type Check, type Finding, type LintInput } from './finding.ts';

type Found = Omit<Finding, 'check'>;

export const danglingRole: Check = {
  id: 'dangling-role',
  summary: 'a binding names a role that does not exist',
  *find({ policy, bindings }) {
    // Roles that could not be read would all seem missing.
    if (policy.notes.length > 0) return;
    for (const binding of bindings) {
      const { roleRef = {}, metadata } = binding;
      const { kind = '', name = '' } = roleRef;
      if (policy.index.rulesOf(roleRef, metadata.namespace ?? '') !== undefined) continue;
      const near = suggestions(name, namesOf(policy, roleRef, metadata.namespace));
      yield {
        severity: 'error',
        ...at(binding),
        message: `names ${kind} ${JSON.stringify(name)}, which does not exist: it grants nothing, and will grant whatever a role of that name holds one day`,
        help:
          elsewhere(policy, roleRef) ??
          (near.length === 0 ? 'create the role or delete the binding' : `did you mean ${near.join(' or ')}?`),
      };
    }
  },
};

/** A Role of that name somewhere else. */
function elsewhere({ roles }: Policy, { kind, name }: RoleRef): string | undefined {
  const role = roles.find((each) => each.metadata.name === name && (kind === 'Role' || each.kind === 'ClusterRole'));
  if (role === undefined) return undefined;
  if (role.kind === 'ClusterRole') return `there is a ClusterRole ${JSON.stringify(name)}: say so in roleRef.kind`;
  return `there is one in the namespace ${role.metadata.namespace}: a RoleBinding reaches only Roles of its own namespace`;
}

function namesOf({ roles }: Policy, { kind }: RoleRef, namespace: string | undefined): string[] {
  return roles
    .filter((role) => role.kind === kind && (kind === 'ClusterRole' || role.metadata.namespace === namespace))
    .map(({ metadata }) => metadata.name);
}

export const danglingAccount: Check = {
  id: 'dangling-account',
  summary: 'a binding names a service account that does not exist',
  *find({ policy: { accounts }, bindings }) {
    if (accounts === undefined) return;
    for (const { binding, subject, namespace } of accountsOf(bindings)) {
      const { name = '' } = subject;
      if (namespace === '' || name === 'default' || accounts.has(`${namespace}/${name}`)) continue;
      const elsewhere = [...accounts].filter((account) => account.endsWith(`/${name}`));
      yield {
        severity: 'warning',
        ...at(binding),
        message: `names ServiceAccount ${JSON.stringify(name)} in the namespace ${JSON.stringify(namespace)}, which does not exist`,
        help: elsewhere.length === 0 ? 'create it or take it out' : `there is ${elsewhere.slice(0, 3).join(', ')}`,
      };
    }
  },
};

function* accountsOf(bindings: readonly PolicyObject[]) {
  for (const binding of bindings) {
    for (const subject of binding.subjects ?? []) {
      if (subject.kind !== 'ServiceAccount') continue;
      yield { binding, subject, namespace: subject.namespace || (binding.metadata.namespace ?? '') };
    }
  }
}

export const wrongSubject: Check = {
  id: 'wrong-subject',
  summary: 'a subject that matches nobody, or seems to be of another kind',
  *find(input) {
    for (const binding of input.bindings) {
      for (const subject of binding.subjects ?? []) {
        const found = subjectFault(subject, binding, input);
        if (found !== undefined) yield { ...found, ...at(binding) };
      }
      if ((binding.subjects ?? []).length === 0) {
        yield { severity: 'note', ...at(binding), message: 'has no subjects', help: 'delete it' };
      }
    }
  },
};

function subjectFault(
  { kind = '', name = '', namespace }: Subject,
  binding: PolicyObject,
  { policy }: LintInput,
): Found | undefined {
  const quoted = JSON.stringify(name);
  if (!['User', 'Group', 'ServiceAccount'].includes(kind)) {
    return {
      severity: 'error',
      message: `subject ${quoted} is of no known kind (${kind})`,
      help: 'use User, Group or ServiceAccount',
    };
  }
  if (kind === 'ServiceAccount' && !namespace && binding.kind === 'ClusterRoleBinding') {
    return {
      severity: 'error',
      message: `ServiceAccount ${quoted} has no namespace: it matches nobody`,
      help: 'add its namespace',
    };
  }
  if (kind === 'User' && looksLikeAccount(name, policy)) {
    return {
      severity: 'warning',
      message: `User ${quoted} looks like a service account, which is another kind of subject`,
      help: 'use kind ServiceAccount with name and namespace',
    };
  }
  if (kind === 'User' && name.startsWith('system:serviceaccounts')) {
    return { severity: 'warning', message: `User ${quoted} is the name of a group`, help: 'use kind Group' };
  }
  return undefined;
}

function looksLikeAccount(name: string, { accounts }: Policy): boolean {
  if (splitServiceAccountUsername(name) !== undefined || accounts === undefined) return false;
  const [first = '', second = ''] = name.split(/[:/]/).slice(-2);
  return second !== '' && accounts.has(`${first}/${second}`);
}

const EVERYBODY: Readonly<Record<string, string>> = {
  'system:anonymous': 'anybody who reaches the server',
  'system:unauthenticated': 'anybody who reaches the server',
  'system:authenticated': 'everybody who can log in',
  'system:serviceaccounts': 'every pod of the cluster',
};

export const everybody: Check = {
  id: 'everybody',
  summary: 'a binding for anonymous or for all users',
  *find({ bindings }) {
    for (const binding of bindings) {
      for (const subject of binding.subjects ?? []) {
        const who = Object.hasOwn(EVERYBODY, subject.name ?? '') ? EVERYBODY[subject.name ?? ''] : undefined;
        if (who === undefined) continue;
        yield {
          severity: who.startsWith('anybody') ? 'error' : 'warning',
          ...at(binding),
          message: `gives ${who} (${subjectWord(subject)}) the ${binding.roleRef?.kind} ${JSON.stringify(binding.roleRef?.name ?? '')}`,
          help: 'name the groups that need it',
        };
      }
    }
  },
};

export const defaultAccount: Check = {
  id: 'default-account',
  summary: 'a binding for the service account that pods get when they name none',
  *find({ bindings }) {
    for (const { binding, subject, namespace } of accountsOf(bindings)) {
      if (subject.name !== 'default') continue;
      yield {
        severity: 'warning',
        ...at(binding),
        message: `is for the service account default: every pod in ${JSON.stringify(namespace)} that names no other gets it`,
        help: 'make a service account for what needs it',
      };
    }
  },
};

export const duplicateBinding: Check = {
  id: 'duplicate-binding',
  summary: 'two bindings give a subject the same role in the same place',
  *find({ bindings }) {
    const seen = new Map<string, PolicyObject>();
    for (const binding of bindings) {
      for (const subject of binding.subjects ?? []) {
        const namespace = binding.metadata.namespace ?? '';
        const key = JSON.stringify([
          namespace,
          binding.roleRef?.kind,
          binding.roleRef?.name,
          subjectWord({ ...subject, namespace: subject.namespace || namespace }),
        ]);
        const first = seen.get(key);
        if (first === undefined) seen.set(key, binding);
        else {
          yield {
            severity: 'note',
            ...at(binding),
            message: `gives ${subjectWord(subject)} what ${first.kind} ${JSON.stringify(first.metadata.name)} gives already`,
            help: 'taking one away changes nothing until the other goes too',
          };
        }
      }
    }
  },
};
