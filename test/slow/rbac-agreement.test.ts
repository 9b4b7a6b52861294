/** Ten thousand questions over random policies: rbac explain, can-i --explain and SubjectAccessReview give one answer. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { explainAccess } from '../../src/cli/rbac/explanation-text.ts';
import { Policy, type PolicyObject } from '../../src/cli/rbac/policy.ts';
import { parseSubjects } from '../../src/cli/rbac/subject-argument.ts';
import { startTestPlane, type TestPlane } from '../helpers/cli.ts';
import { PolicyWorld } from '../helpers/policy-world.ts';
import { randomPolicy, randomRequest, randomSubject } from '../helpers/random-policy.ts';

const POLICIES = 25;
const QUESTIONS = 400;

let testPlane: TestPlane;
let world: PolicyWorld;

beforeAll(async () => {
  testPlane = await startTestPlane();
  world = new PolicyWorld(testPlane.plane);
  await world.prepare();
});

afterAll(() => testPlane.close());

test('rbac explain and the server', async () => {
  let allowed = 0;
  for (const objects of fc.sample(randomPolicy('p-'), POLICIES)) {
    const policy = new Policy(objects);
    await world.with(objects, async () => {
      const questions = fc.sample(fc.tuple(randomRequest, randomSubject), QUESTIONS);
      for (const [request, who] of questions) {
        const subject = parseSubjects(who);
        const explained = explainAccess(policy, subject, request).allowed;
        const answered = await world.allows(subject.user, request);
        expect({ who, request, allowed: explained }).toEqual({ who, request, allowed: answered });
        if (answered) allowed++;
      }
    });
  }
  // Both answers have to occur for this to mean anything.
  expect(allowed).toBeGreaterThan(300);
  expect(allowed).toBeLessThan(POLICIES * QUESTIONS - 300);
}, 60_000);

test('a grant that rbac explain suggests turns the answer of the server', async () => {
  const asked = fc.sample(fc.tuple(randomPolicy('p-'), randomRequest, randomSubject), 60);
  for (const [objects, request, who] of asked) {
    const subject = parseSubjects(who);
    const { fix } = explainAccess(new Policy(objects), subject, request);
    // A grant has to be in a namespace that is there.
    if (fix === undefined || request.namespace === 'gamma') continue;
    await world.with([...objects, ...(fix as readonly PolicyObject[])], async () => {
      expect({ who, request, allowed: await world.allows(subject.user, request) }).toEqual({
        who,
        request,
        allowed: true,
      });
    });
  }
}, 60_000);

test('can-i --explain tells what the server decided', async () => {
  const objects = fc.sample(randomPolicy('p-'), { numRuns: 20, seed: 7 }).flat();
  const unique = new Policy(objects);
  await world.with([...unique.roles, ...unique.bindings], async () => {
    for (const verb of ['get', 'list', 'delete']) {
      for (const target of ['pods', 'pods/log', 'deployments.apps', 'nodes', '/metrics']) {
        for (const name of ['jane', 'joe', 'nobody']) {
          const line = ['auth', 'can-i', verb, target, '-n', 'alpha', '--as', name, '--explain', '-o', 'json'];
          const { stdout, code } = await testPlane.kctl(line);
          const { status, explanation } = JSON.parse(stdout);
          expect(code).toBe(status.allowed ? 0 : 1);
          // kubectl asks about nodes in a namespace; the explanation is about the request as it comes.
          if (target !== 'nodes')
            expect({ line, allowed: explanation.allowed }).toEqual({ line, allowed: status.allowed });
        }
      }
    }
  });
}, 60_000);
