import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/api/object.ts';
import { essence, pick, Replay, type Scenario, type Step, withoutManagedFields } from './replay.ts';

/** Errors that come after the patch (identity, validation) are others' business; the object then stays as it was. */
const FOREIGN = / is invalid|does not match the n|undeterminable|namespace of the provided|not found|has been modified/;

function load(name: string): Scenario[] {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8')) as Scenario[];
}

function check(replay: Replay, step: Step, where: string): void {
  const before = replay.live;
  const answer = replay.play(step);
  const { expect: expected } = step;
  if (expected === undefined || answer === undefined) return;
  const message = String(expected.body['message'] ?? '');
  if (expected.status >= 400 && FOREIGN.test(message)) {
    replay.live = before;
    return;
  }
  const mine = step.show ? shown(answer.body, step.show) : answer.body;
  const managed = JSON.stringify(expected.body).includes('managedFields');
  const fair = (body: unknown) => essence(managed ? body : withoutManagedFields(body));
  expect({ status: answer.status, body: fair(mine) }, where).toEqual({
    status: expected.status,
    body: fair(expected.body),
  });
}

function shown(body: JsonObject, paths: string[]): JsonObject {
  return Object.fromEntries(paths.map((path) => [path, pick(body, path)]));
}

describe.each(['server-side-apply', 'patch'])('recordings of %s', (area) => {
  test.each(load(area).map((scenario) => [scenario.name, scenario] as const))('%s', (_, { steps }) => {
    const replay = new Replay();
    steps.forEach((step, index) => {
      check(replay, step, `step ${index}: ${step.method} ${step.path} ${JSON.stringify(step.body)}`);
    });
  });
});
