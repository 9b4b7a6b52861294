/** rbac explain and the server give one answer, and a suggested grant gives what was asked for and nothing else. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RbacRequest } from '../../../src/api/rbac/rules.ts';
import { explainAccess } from '../../../src/cli/rbac/explanation-text.ts';
import { Policy, type PolicyObject } from '../../../src/cli/rbac/policy.ts';
import { parseSubjects } from '../../../src/cli/rbac/subject-argument.ts';
import { type ControlPlane, startControlPlane } from '../../../src/control-plane.ts';
import { PolicyWorld } from '../../helpers/policy-world.ts';
import { plainlyAllowed, randomPolicy, randomRequest, randomSubject } from '../../helpers/random-policy.ts';

const STRANGERS = ['user:stranger', 'group:strangers', 'sa:gamma/stranger', 'user:jane', 'group:qa', 'sa:alpha/robot'];

describe('the evaluator', () => {
  test('says what the documentation says', () => {
    fc.assert(
      fc.property(
        randomPolicy(),
        fc.array(randomRequest, { minLength: 20, maxLength: 20 }),
        randomSubject,
        (objects, requests, who) => {
          const policy = new Policy(objects);
          const subject = parseSubjects(who);
          for (const request of requests) {
            expect(explainAccess(policy, subject, request).allowed).toBe(
              plainlyAllowed(objects, subject.user, request),
            );
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  test('a fix turns the answer and grants nothing else', () => {
    const world = fc.array(randomRequest, { minLength: 30, maxLength: 30 });
    fc.assert(
      fc.property(randomPolicy(), randomRequest, randomSubject, world, (objects, request, who, others) => {
        const before = new Policy(objects);
        const subject = parseSubjects(who);
        const { fix } = explainAccess(before, subject, request);
        if (fix === undefined) return;
        const after = new Policy([...objects, ...(fix as readonly PolicyObject[])]);
        expect(after.roles.length + after.bindings.length).toBe(objects.length + 2);
        expect(after.index.decide(subject.user, request).allowed).toBe(true);
        for (const other of [...others, ...neighbours(request)]) {
          for (const each of [who, ...STRANGERS]) {
            const { user } = parseSubjects(each);
            const isNew = after.index.decide(user, other).allowed && !before.index.decide(user, other).allowed;
            if (!isNew) continue;
            expect(isImplied(request, other), JSON.stringify({ request, other })).toBe(true);
            expect(isMeant(who, each), `${each} got what was for ${who}`).toBe(true);
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});

/** The request with one part changed. */
function neighbours(request: RbacRequest): RbacRequest[] {
  const parts = { verb: 'watch', group: 'batch', resource: 'nodes', subresource: 'log', namespace: 'beta', name: 'z' };
  const changed = Object.entries(parts).map(([part, value]) => ({ ...request, [part]: value }));
  return request.isResource ? [...changed, { ...request, name: '' }] : [{ ...request, path: '/logs/x/y' }];
}

/** What a grant for `asked` cannot but give as well. */
function isImplied(asked: RbacRequest, other: RbacRequest): boolean {
  const covers = (part: 'verb' | 'group'): boolean => asked[part] === '*' || asked[part] === other[part];
  if (asked.isResource !== other.isResource || !covers('verb')) return false;
  if (!asked.isResource) return asked.path === other.path;
  const nameless =
    asked.name === '' || (asked.subresource === '' && ['create', 'deletecollection'].includes(asked.verb));
  return (
    covers('group') &&
    (asked.resource === other.resource || asked.resource === '*') &&
    (asked.subresource === other.subresource || (asked.resource === '*' && asked.subresource === '')) &&
    (asked.namespace === '' || asked.namespace === other.namespace) &&
    (nameless || asked.name === other.name)
  );
}

/** Whether the grant, which goes to the first of the asked subjects, reaches this one. */
function isMeant(asked: string, other: string): boolean {
  return asked.split(',')[0] === other.split(',')[0] || other.split(',').includes(asked);
}

describe('the server', () => {
  let plane: ControlPlane;
  let world: PolicyWorld;

  beforeAll(async () => {
    plane = await startControlPlane({ inMemory: true, securePort: 0 });
    world = new PolicyWorld(plane);
    await world.prepare();
  });

  afterAll(() => plane.close());

  test('answers as rbac explain does', async () => {
    const policies = fc.sample(randomPolicy('p-'), 4);
    for (const objects of policies) {
      const policy = new Policy(objects);
      await world.with(objects, async () => {
        for (const request of fc.sample(randomRequest, 20)) {
          for (const who of fc.sample(randomSubject, 3)) {
            const subject = parseSubjects(who);
            const { allowed } = explainAccess(policy, subject, request);
            expect({ who, request, allowed: await world.allows(subject.user, request) }).toEqual({
              who,
              request,
              allowed,
            });
          }
        }
      });
    }
  });
});
