import { describe, expect, it } from 'vitest';
import type { AccessAttributes, Authorizer } from '../../../src/server/authorization/authorizer.ts';
import { IMPERSONATION_MODES, impersonatedUser, type Wanted } from '../../../src/server/filters/impersonation-modes.ts';
import type { UserInfo } from '../../../src/server/request/user.ts';

const NODE_NAME = 'authentication.kubernetes.io/node-name';
const BOT: UserInfo = { name: 'system:serviceaccount:a:bot', uid: '1', groups: [], extra: { [NODE_NAME]: ['n1'] } };
const JANE: UserInfo = { name: 'jane', uid: '', groups: [], extra: {} };
const NAMES = ['associated-node', 'arbitrary-node', 'serviceaccount', 'user-info', 'legacy'];
const wanted = (user: string, more: Partial<Wanted> = {}): Wanted => ({
  user,
  uid: '',
  groups: [],
  extra: {},
  ...more,
});

const applying = (who: Wanted, requester: UserInfo): string[] =>
  NAMES.filter((_, i) => IMPERSONATION_MODES[i]?.applies(who, requester));

it.each([
  ['system:node:n1', BOT, {}, ['associated-node', 'arbitrary-node', 'legacy']],
  ['system:node:n2', BOT, {}, ['arbitrary-node', 'legacy']],
  ['system:node:n1', JANE, {}, ['arbitrary-node', 'legacy']],
  ['system:node:n1', BOT, { groups: ['system:nodes'] }, ['legacy']],
  ['system:node:No Name', BOT, {}, ['user-info', 'legacy']],
  ['system:serviceaccount:a:b', JANE, {}, ['serviceaccount', 'legacy']],
  ['system:serviceaccount:a:b', JANE, { uid: '7' }, ['legacy']],
  ['ann', JANE, { uid: '7', groups: ['g'], extra: { 'a.io/k': ['v'] } }, ['user-info', 'legacy']],
] as const)('%s asked for by %o with %j', (user, requester, more, modes) => {
  expect(applying(wanted(user, more), requester)).toEqual(modes);
});

/** What is asked, and the refusal's text; everything is allowed but what `deny` matches. */
async function asked(mode: string, who: Wanted, requester: UserInfo, deny = /^$/) {
  const questions: string[] = [];
  const authorizer: Authorizer = {
    name: 'test',
    authorize({ verb, group, resource, subresource, namespace, name }: AccessAttributes) {
      const question = `${verb} ${[group, resource, subresource, namespace, name].filter(Boolean).join('/')}`;
      questions.push(question);
      return { verdict: deny.test(question) ? 'no-opinion' : 'allow', reason: '' };
    },
  };
  const target = { user: requester, verb: 'list', isResource: true, path: '', group: '', version: 'v1' };
  const pods = { ...target, resource: 'pods', subresource: '', namespace: 'a', name: '' };
  const refusal = await IMPERSONATION_MODES[NAMES.indexOf(mode)]?.refusal(authorizer, pods, who);
  return { questions, refusal: refusal?.message };
}

describe('what is asked', () => {
  const AUTH = 'authentication.k8s.io';
  const all = wanted('ann', { uid: '7', groups: ['g'], extra: { 'a.io/k': ['v'] } });
  const four = wanted('ann', { groups: ['a', 'b', 'c', 'd'] });
  const on = (mode: string) => `impersonate-on:${mode}:list pods/a`;
  it.each<[string, Wanted, UserInfo, string[]]>([
    [
      'associated-node',
      wanted('system:node:n1'),
      BOT,
      [on('associated-node'), `impersonate:associated-node ${AUTH}/nodes/*`],
    ],
    [
      'arbitrary-node',
      wanted('system:node:n1'),
      JANE,
      [on('arbitrary-node'), `impersonate:arbitrary-node ${AUTH}/nodes/n1`],
    ],
    [
      'serviceaccount',
      wanted('system:serviceaccount:x:y'),
      JANE,
      [on('serviceaccount'), `impersonate:serviceaccount ${AUTH}/serviceaccounts/x/y`],
    ],
    [
      'user-info',
      all,
      JANE,
      [
        on('user-info'),
        `impersonate:user-info ${AUTH}/users/ann`,
        `impersonate:user-info ${AUTH}/uids/7`,
        `impersonate:user-info ${AUTH}/groups/g`,
        `impersonate:user-info ${AUTH}/userextras/a.io/k/v`,
      ],
    ],
    [
      'user-info',
      four,
      JANE,
      [on('user-info'), `impersonate:user-info ${AUTH}/users/ann`, `impersonate:user-info ${AUTH}/groups/*`],
    ],
    [
      'legacy',
      all,
      JANE,
      [
        'impersonate users/ann',
        `impersonate ${AUTH}/uids/7`,
        'impersonate groups/g',
        `impersonate ${AUTH}/userextras/a.io/k/v`,
      ],
    ],
    ['legacy', wanted('system:serviceaccount:x:y'), JANE, ['impersonate serviceaccounts/x/y']],
  ])('%s', async (mode, who, requester, questions) => {
    expect(await asked(mode, who, requester)).toEqual({ questions, refusal: undefined });
  });

  it.each([
    [{ groups: ['system:masters'] }, 'impersonating the system:masters group is not allowed'],
    [{ groups: [''] }, 'impersonating the empty string group is not allowed'],
    [{ extra: { scopes: ['v'] } }, 'must be a domain-prefixed path'],
    [{ extra: { 'a.io/K': ['v'] } }, 'impersonating a non-lowercase key in extra is not allowed: "a.io/K"'],
    [{ extra: { 'a.io/k': [''] } }, 'impersonating the empty string value in extra is not allowed'],
  ])('never allowed by a constrained mode: %j', async (more, why) => {
    expect((await asked('user-info', wanted('ann', more), JANE)).refusal).toContain(why);
  });

  it('the first refusal counts', async () => {
    const { questions, refusal } = await asked('user-info', all, JANE, /uids/);
    expect(questions).toHaveLength(3);
    expect(refusal).toContain('User "jane" cannot impersonate:user-info resource "uids"');
  });
});

it.each([
  ['associated-node', wanted('system:node:n1'), ['system:nodes', 'system:authenticated']],
  ['arbitrary-node', wanted('system:node:n1'), ['system:nodes', 'system:authenticated']],
  ['legacy', wanted('system:node:n1'), ['system:authenticated']],
  [
    'serviceaccount',
    wanted('system:serviceaccount:x:y'),
    ['system:serviceaccounts', 'system:serviceaccounts:x', 'system:authenticated'],
  ],
  ['legacy', wanted('system:serviceaccount:x:y', { groups: ['g'] }), ['g', 'system:authenticated']],
  ['user-info', wanted('system:anonymous'), ['system:unauthenticated']],
  ['user-info', wanted('ann', { groups: ['system:unauthenticated'] }), ['system:unauthenticated']],
])('groups by %s of %j', (mode, who, groups) => {
  const found = IMPERSONATION_MODES[NAMES.indexOf(mode)]?.groups(who) ?? [];
  expect(impersonatedUser(who, found).groups).toEqual(groups);
});
