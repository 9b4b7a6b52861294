import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breakdownRule, compactRules, missingText, rulesCover, ruleText } from '../../../src/api/rbac/covers.ts';
import { escalationText } from '../../../src/api/rbac/escalation.ts';
import { type RbacRequest, rulesAllow } from '../../../src/api/rbac/rules.ts';
import type { PolicyRule } from '../../../src/api/types/rbac-v1.ts';

const some = (...values: string[]) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 });
const resourceRule: fc.Arbitrary<PolicyRule> = fc.record({
  apiGroups: some('', 'apps', '*'),
  resources: some('pods', 'pods/log', 'deployments', 'deployments/scale', '*/scale', '*'),
  verbs: some('get', 'list', 'delete', '*'),
  resourceNames: fc.uniqueArray(fc.constantFrom('a', 'b')),
});
const pathRule: fc.Arbitrary<PolicyRule> = fc.record({
  nonResourceURLs: some('/a', '/a/b', '/a/*', '*'),
  verbs: some('get', 'post'),
});
const rules = fc.array(fc.oneof(resourceRule, pathRule), { maxLength: 4 });
const request: fc.Arbitrary<RbacRequest> = fc.oneof(
  fc.record({
    verb: fc.constantFrom('get', 'list', 'delete'),
    isResource: fc.constant(true),
    path: fc.constant(''),
    group: fc.constantFrom('', 'apps', 'batch'),
    resource: fc.constantFrom('pods', 'deployments', 'jobs'),
    subresource: fc.constantFrom('', 'log', 'scale'),
    namespace: fc.constant('x'),
    name: fc.constantFrom('', 'a', 'b', 'c'),
  }),
  fc.record({
    verb: fc.constantFrom('get', 'post'),
    isResource: fc.constant(false),
    path: fc.constantFrom('/a', '/a/b', '/c'),
    group: fc.constant(''),
    resource: fc.constant(''),
    subresource: fc.constant(''),
    namespace: fc.constant(''),
    name: fc.constant(''),
  }),
);

describe('cover', () => {
  it('is sound: what is covered allows nothing that the owner may not do', () => {
    fc.assert(
      fc.property(rules, rules, request, (owner, wanted, asked) => {
        if (rulesCover(owner, wanted).covered && rulesAllow(wanted, asked)) expect(rulesAllow(owner, asked)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
  it('is reflexive, and monotone in the owner', () => {
    fc.assert(
      fc.property(rules, rules, (a, b) => {
        expect(rulesCover(a, a).covered).toBe(true);
        expect(rulesCover([...a, ...b], a).covered).toBe(true);
      }),
    );
  });
  it('breaks a rule into parts that allow the same together', () => {
    fc.assert(
      fc.property(resourceRule, request, (rule, asked) => {
        expect(rulesAllow(breakdownRule(rule), asked)).toBe(rulesAllow([rule], asked));
      }),
    );
  });
  it('compacts without a change of meaning', () => {
    fc.assert(
      fc.property(rules, request, (given, asked) => {
        const parts = given.flatMap(breakdownRule);
        expect(rulesAllow(compactRules(parts), asked)).toBe(rulesAllow(parts, asked));
      }),
    );
  });

  const pods = (verbs: string[], resourceNames?: string[]): PolicyRule => ({
    apiGroups: [''],
    resources: ['pods'],
    verbs,
    ...(resourceNames ? { resourceNames } : {}),
  });
  const table: [string, PolicyRule[], PolicyRule[], boolean][] = [
    ['all verbs', [pods(['*'])], [pods(['get', 'list'])], true],
    ['listed verbs are not all', [pods(['get', 'list'])], [pods(['*'])], false],
    ['names narrow', [pods(['get'])], [pods(['get'], ['a'])], true],
    ['names do not widen', [pods(['get'], ['a'])], [pods(['get'])], false],
    [
      'one sub-resource of all',
      [{ apiGroups: [''], resources: ['*/log'], verbs: ['get'] }],
      [{ apiGroups: [''], resources: ['pods/log'], verbs: ['get'] }],
      true,
    ],
    ['together', [pods(['get']), pods(['list'])], [pods(['get', 'list'])], true],
    [
      'paths',
      [{ nonResourceURLs: ['/a/*'], verbs: ['*'] }],
      [{ nonResourceURLs: ['/a/b', '/a/c/*'], verbs: ['get'] }],
      true,
    ],
    [
      'wider path',
      [{ nonResourceURLs: ['/a/b'], verbs: ['*'] }],
      [{ nonResourceURLs: ['/a/*'], verbs: ['get'] }],
      false,
    ],
  ];
  it.each(table)('%s', (_, owner, wanted, covered) => expect(rulesCover(owner, wanted).covered).toBe(covered));
});

describe('texts', () => {
  it('names every part of a rule', () => {
    expect(
      ruleText({ apiGroups: ['apps'], resources: ['deployments'], resourceNames: ['web'], verbs: ['get', 'list'] }),
    ).toBe('{APIGroups:["apps"], Resources:["deployments"], ResourceNames:["web"], Verbs:["get" "list"]}');
    expect(ruleText({ nonResourceURLs: ['/x'], verbs: ['get'] })).toBe('{NonResourceURLs:["/x"], Verbs:["get"]}');
  });
  it('lists what is missing sorted, one resource a line, with its verbs joined', () => {
    const { missing } = rulesCover(
      [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }],
      [{ apiGroups: [''], resources: ['secrets', 'configmaps'], verbs: ['get', 'delete'] }],
    );
    expect(missingText(missing)).toBe(
      '{APIGroups:[""], Resources:["configmaps"], Verbs:["delete"]}\n{APIGroups:[""], Resources:["secrets"], Verbs:["get" "delete"]}',
    );
  });
  it('refuses an escalation as upstream does', () => {
    const user = { name: 'jane', groups: ['dev', 'qa'] };
    const wanted = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];
    expect(escalationText(user, [], wanted)).toBe(
      'user "jane" (groups=["dev" "qa"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:["*"], Resources:["*"], Verbs:["*"]}',
    );
    expect(escalationText(user, wanted, wanted)).toBeUndefined();
    expect(escalationText(user, [], wanted, 'role.x "a" not found')).toMatch(
      /; resolution errors: \[role\.x "a" not found\]$/,
    );
  });
});
