/** Roles and bindings. */
import { breakdownRule, compactRules } from '../../api/rbac/covers.ts';
import type { ClusterRole, ClusterRoleBinding } from '../../api/types/rbac-v1.ts';
import { resourceText, sortedRules } from '../auth/access-review.ts';
import type { Describer } from './describer.ts';
import { goList } from './description.ts';
import { describeMeta } from './settings-text.ts';

export const describeRole: Describer = (object, out) => {
  const { metadata, rules } = object as ClusterRole;
  describeMeta({ ...metadata, namespace: undefined }, out);
  out.line(0, 'PolicyRule:');
  out.line(1, 'Resources\tNon-Resource URLs\tResource Names\tVerbs');
  out.line(1, '---------\t-----------------\t--------------\t-----');
  for (const rule of sortedRules(compactRules((rules ?? []).flatMap(breakdownRule)))) {
    out.line(
      1,
      `${resourceText(rule)}\t${goList(rule.nonResourceURLs)}\t${goList(rule.resourceNames)}\t${goList(rule.verbs)}`,
    );
  }
};

export const describeBinding: Describer = (object, out) => {
  const { metadata, roleRef, subjects } = object as ClusterRoleBinding;
  describeMeta({ ...metadata, namespace: undefined }, out);
  out.line(0, 'Role:');
  out.line(1, `Kind:\t${roleRef?.kind}`);
  out.line(1, `Name:\t${roleRef?.name}`);
  out.line(0, 'Subjects:');
  out.line(1, 'Kind\tName\tNamespace');
  out.line(1, '----\t----\t---------');
  for (const { kind, name, namespace = '' } of subjects ?? []) out.line(1, `${kind}\t${name}\t${namespace}`);
};
