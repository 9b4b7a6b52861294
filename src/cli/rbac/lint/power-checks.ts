/** Subjects that can do everything, or come to it. */
import { accountUser, EscalationPaths } from '../../../api/rbac/escalation-paths.ts';
import type { RbacIndex } from '../../../api/rbac/rbac-index.ts';
import type { RbacRequest } from '../../../api/rbac/rules.ts';
import { completeSubject, type RbacUser } from '../../../api/rbac/subjects.ts';
import type { Subject } from '../../../api/types/rbac-v1.ts';
import type { PolicyObject } from '../policy.ts';
import { subjectWord } from '../words.ts';
import { at, type Check } from './finding.ts';

/** Subjects that somebody bound to something, each once. */
function subjectsOf(bindings: readonly PolicyObject[]): Map<string, Subject> {
  const found = new Map<string, Subject>();
  for (const binding of bindings) {
    for (const each of binding.subjects ?? []) {
      const subject = completeSubject(each, binding.metadata.namespace ?? '');
      const word = subjectWord(subject);
      if (/^(?:user|group|sa):[^,]+$/.test(word) && !found.has(word)) found.set(word, subject);
    }
  }
  return found;
}

const EVERYTHING: RbacRequest = {
  verb: '*',
  isResource: true,
  path: '',
  group: '*',
  resource: '*',
  subresource: '',
  namespace: '',
  name: '',
};

export const clusterAdmin: Check = {
  id: 'cluster-admin',
  summary: 'a binding that allows everything everywhere',
  *find({ policy, bindings }) {
    for (const binding of bindings) {
      if (binding.kind !== 'ClusterRoleBinding') continue;
      for (const subject of binding.subjects ?? []) {
        const decision = policy.index.decide(userOf(subject), EVERYTHING);
        if (decision.grant?.binding.name !== binding.metadata.name) continue;
        yield {
          severity: 'warning',
          ...at(binding),
          message: `lets ${subjectWord(subject)} do everything everywhere`,
          help:
            subject.kind === 'ServiceAccount'
              ? 'whoever can run pods in its namespace can do everything too'
              : 'be sure who is in it',
        };
      }
    }
  },
};

export const escalation: Check = {
  id: 'escalation',
  summary: 'a way from few rights to all of them',
  *find({ policy, bindings }) {
    const paths = new EscalationPaths(policy.index);
    for (const [word, subject] of subjectsOf(bindings)) {
      const path = paths.of(userOf(subject));
      // Without steps it has everything already: another check says so.
      if (path === undefined || path.length === 0) continue;
      const steps = path.join('; who ');
      yield {
        severity: 'warning',
        subject: word,
        message: `can become cluster-admin: it ${steps}${endsInRights(path) ? '' : ', who may do everything'}`,
        help: 'take one of these steps away, or treat the subject as an administrator',
      };
    }
  },
};

/** Whether the last step is itself the power, not an identity that has it. */
function endsInRights(steps: readonly string[]): boolean {
  return /escalate|\(bind\)|system:masters|webhook/.test(steps.at(-1) ?? '');
}

export const allSecrets: Check = {
  id: 'all-secrets',
  summary: 'a subject that may read every secret',
  *find({ policy, bindings }) {
    for (const binding of bindings) {
      if (binding.kind !== 'ClusterRoleBinding') continue;
      for (const subject of binding.subjects ?? []) {
        if (!readsSecrets(policy.index, subject, binding) || policy.index.decide(userOf(subject), EVERYTHING).allowed)
          continue;
        yield {
          severity: 'warning',
          ...at(binding),
          message: `lets ${subjectWord(subject)} read the secrets of all namespaces`,
          help: 'a RoleBinding in each namespace that needs it',
        };
      }
    }
  },
};

function readsSecrets(index: RbacIndex, subject: Subject, binding: PolicyObject): boolean {
  return ['get', 'list', 'watch'].some((verb) => {
    const decision = index.decide(userOf(subject), { ...EVERYTHING, verb, group: '', resource: 'secrets' });
    return decision.grant?.binding.name === binding.metadata.name;
  });
}

function userOf({ kind, name = '', namespace = '' }: Subject): RbacUser {
  if (kind === 'User') return { name, groups: ['system:authenticated'] };
  if (kind === 'ServiceAccount') return accountUser({ namespace, name });
  return { name: '', groups: kind === 'Group' ? [name] : [] };
}
