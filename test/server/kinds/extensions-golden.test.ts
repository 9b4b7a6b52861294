import { describe, expect, it } from 'vitest';
import type { JsonObject, KubeObject } from '../../../src/api/object.ts';
import { BUILTIN_KINDS } from '../../../src/server/kinds/index.ts';
import { causesOf, hasGolden, NOW, pick, playCreate, type RecordedStep, recordedCreates } from './golden-harness.ts';

const GROUPS = [
  'admissionregistration.k8s.io',
  'apiregistration.k8s.io',
  'certificates.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'resource.k8s.io',
];
const KINDS = BUILTIN_KINDS.filter((kind) => GROUPS.includes(kind.group));
const AREAS = ['validation-others', 'defaults-others', 'tables', 'webhooks-policies', 'authn'];
/** Compiling expressions, decoding, and what admission refuses. */
const ELSEWHERE = /compilation failed|must evaluate to|cannot be handled as|is forbidden: |"Invalid value: \\"\\": PEM/;
/** The requester comes from impersonation, which a played request has none of. */
const REQUESTER = /"(uid|username|resourceVersion)":"[^"]*",?|"(groups|extra)":[^\]]*\]\}?,?/g;

/** What chance and time made, and the tokens that recordings have for it, become the same words. */
function concrete(value: unknown): unknown {
  const text = JSON.stringify(value ?? null)
    .replace(/\{ns\}|<ns>/g, 'ns')
    .replace(/<uid\d+>/g, 'uid')
    .replace(/"<time>"|"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"/g, '"time"')
    .replace(REQUESTER, '')
    .replace(/,\}/g, '}');
  return JSON.parse(text);
}

function compare(kind: (typeof KINDS)[number], step: RecordedStep): void {
  const got = playCreate(kind, JSON.parse(JSON.stringify(step.sent).replaceAll('{ns}', 'ns')) as JsonObject);
  const body = step.body as JsonObject;
  expect(got.status).toBe(step.status);
  expect(causesOf(got.body)).toEqual(
    step.show === undefined || step.status === 201 ? causesOf(concrete(body)) : expect.anything(),
  );
  if (step.status !== 201) return;
  if (body['kind'] === 'Table') {
    const wanted = (body['rows'] as { cells: unknown[] }[])[0]?.cells ?? [];
    const cells = kind.table.cells(got.body as KubeObject, NOW);
    expect(concrete(cells)).toEqual(concrete(wanted.map((cell, i) => (cell === '<age>' ? cells[i] : cell))));
    return;
  }
  for (const path of (step.show ?? []).filter((shown) => shown !== 'message'))
    expect(concrete(pick(got.body, path))).toEqual(concrete(body[path]));
  if (step.show === undefined) expect(concrete(got.body)).toEqual(concrete(body));
}

describe.skipIf(!hasGolden)('extension kinds as recorded', async () => {
  let total = 0;
  for (const kind of KINDS) {
    const areas = await Promise.all(AREAS.map((area) => recordedCreates(area, `/${kind.resource}`)));
    const steps = areas.flat().filter((step) => !ELSEWHERE.test(JSON.stringify(step.body)));
    it.each(steps.map((step) => [step.title, step] as const))(`${kind.resource}: %s`, (_, step) => {
      if (JSON.stringify(step.sent).includes('{{')) return;
      compare(kind, step);
      total += 1;
    });
  }
  it('compared a good many answers', () => expect(total).toBeGreaterThan(100));
});
