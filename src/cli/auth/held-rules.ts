/** Every rule that one holds, where it holds and which binding gives it. */
import { breakdownRule, compactRules } from '../../api/rbac/covers.ts';
import { grantedRule, type ObjectReference } from '../../api/rbac/explain.ts';
import { subjectText } from '../../api/rbac/subjects.ts';
import { isStatusError } from '../../api/status-error.ts';
import type { PolicyRule } from '../../api/types/rbac-v1.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { CliError } from '../errors.ts';
import { mapParallel } from '../parallel.ts';
import { fittedTable } from '../print/fitted-table.ts';
import { policyOfCluster } from '../rbac/cluster-policy.ts';
import type { Policy } from '../rbac/policy.ts';
import { askedUser } from '../rbac/subject-argument.ts';
import { objectWord, rulesWords, scopeWord } from '../rbac/words.ts';
import { rulesReview, selfReview } from './access-review.ts';

export interface HeldRule {
  /** The namespace where it holds; '' for everywhere. */
  readonly scope: string;
  readonly rule: PolicyRule;
  /** Absent where one may not read roles and bindings. */
  readonly origin?: { readonly subject: string; readonly binding: ObjectReference; readonly role: ObjectReference };
}

export interface HeldRules {
  readonly user: string;
  readonly groups: readonly string[];
  readonly rules: readonly HeldRule[];
  /** What is not known. */
  readonly notes: readonly string[];
}

export interface HeldRulesOptions {
  /** Whose rules are wanted. */
  readonly asker: RestClient;
  /** Who reads roles and bindings. */
  readonly reader: RestClient;
  /** undefined: all. */
  readonly namespace?: string | undefined;
}

/** More namespaces are not asked one by one. */
const MAX_NAMESPACES = 500;
const PARALLEL = 8;

/** @throws StatusError, CliError */
export async function heldRules({ asker, reader, namespace }: HeldRulesOptions): Promise<HeldRules> {
  const { username = '', groups = [] } = (await selfReview(asker)).status?.userInfo ?? {};
  const base = { user: username, groups };
  try {
    const policy = await policyOfCluster(reader, { namespace: namespace ?? '' });
    const notes = policy.notes.map((note) => `you ${note}; the list may be incomplete`);
    return { ...base, rules: fromPolicy(policy, username, groups, namespace), notes };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { ...base, ...(await fromReviews(asker, namespace)) };
  }
}

function fromPolicy(policy: Policy, name: string, groups: readonly string[], namespace?: string): HeldRule[] {
  const { user } = askedUser(name, groups);
  const scopes = namespace === undefined ? policy.index.scopes() : ['', namespace];
  const masters: HeldRule[] = user.groups.includes('system:masters')
    ? [{ scope: '', rule: { verbs: ['*'], apiGroups: ['*'], resources: ['*'], nonResourceURLs: ['*'] } }]
    : [];
  const granted = scopes.flatMap((scope) =>
    policy.index.grantsIn(user, scope).flatMap((grant) =>
      compactRules(grant.rules.flatMap(breakdownRule)).map((rule) => {
        const { subject, binding, role } = grantedRule(grant, rule);
        return { scope, rule, origin: { subject: subjectText(subject), binding, role } };
      }),
    ),
  );
  return [...masters, ...granted];
}

/** Asks for the rules of each namespace; those of all of them hold everywhere. */
async function fromReviews(client: RestClient, namespace?: string): Promise<Pick<HeldRules, 'rules' | 'notes'>> {
  const namespaces = namespace === undefined ? await namespaceNames(client) : [namespace];
  const asked = namespaces.slice(0, MAX_NAMESPACES);
  const reviews = await mapParallel(asked, PARALLEL, async (name) => (await rulesReview(client, name)).status ?? {});
  const texts = reviews.map(({ resourceRules = [], nonResourceRules = [] }) => {
    const rules: PolicyRule[] = [...resourceRules, ...nonResourceRules];
    return new Set(compactRules(rules.flatMap(breakdownRule)).map((rule) => JSON.stringify(rule)));
  });
  const everywhere =
    asked.length < 2
      ? new Set<string>()
      : new Set([...(texts[0] ?? [])].filter((text) => texts.every((set) => set.has(text))));
  const own = texts.flatMap((set, i) =>
    [...set].filter((text) => !everywhere.has(text)).map((text) => ({ scope: asked[i] ?? '', text })),
  );
  const rules = [...[...everywhere].map((text) => ({ scope: '', text })), ...own];
  const notes = ['you may not read roles and bindings: where the rules come from is not known'];
  if (asked.length < namespaces.length)
    notes.push(`only ${asked.length} of ${namespaces.length} namespaces were asked`);
  return { rules: rules.map(({ scope, text }) => ({ scope, rule: JSON.parse(text) as PolicyRule })), notes };
}

async function namespaceNames(client: RestClient): Promise<string[]> {
  try {
    const { items } = await client.list({ group: '', version: 'v1', resource: 'namespaces' }, { metadataOnly: true });
    return items.map(({ metadata }) => metadata?.name ?? '');
  } catch (error) {
    if (!isStatusError(error, 'Forbidden')) throw error;
    throw new CliError(
      `-A needs to list namespaces, or roles and bindings: ${error.message}\nTry this: name one with -n`,
      {
        cause: error,
      },
    );
  }
}

export function heldRulesText(
  { rules }: HeldRules,
  { noHeaders, width }: { noHeaders: boolean; width?: number | undefined },
): string {
  const byOrigin = Map.groupBy(rules, ({ scope, origin }) => JSON.stringify([scope, origin]));
  const rows = [...byOrigin.values()].flatMap((same) => {
    const [{ scope, origin }] = same as [HeldRule];
    const from = origin === undefined ? ['', ''] : [objectWord(origin.role), origin.binding.name];
    return rulesWords(same.map(({ rule }) => rule)).map(({ verbs, resources }) => [
      scopeWord(scope),
      resources,
      verbs,
      ...from,
    ]);
  });
  const header = ['NAMESPACE', 'RESOURCES', 'VERBS', 'ROLE', 'BINDING'];
  return fittedTable({ header, rows, noHeaders, ...(width === undefined ? {} : { width }) });
}
