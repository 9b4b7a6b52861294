import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../src/api/object.ts';
import type { PodSpec } from '../../../../src/api/types/core-v1.ts';
import { pods } from '../../../../src/server/kinds/core/pods.ts';
import { podtemplates } from '../../../../src/server/kinds/core/podtemplates.ts';
import {
  causesOf,
  hasGolden,
  pick,
  playCreate,
  type RecordedStep,
  recordedCreates,
  warningTexts,
} from '../golden-harness.ts';

/** What the default admission plugins add to a pod, as far as the recordings show it. */
function admitPod(obj: KubeObject): void {
  const spec = obj.spec as PodSpec;
  spec.serviceAccountName ??= 'default';
  spec.serviceAccount ??= spec.serviceAccountName;
  spec.priority ??= 0;
  spec.preemptionPolicy ??= 'PreemptLowerPriority';
  const keys = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];
  const tolerated = (key: string): boolean =>
    (spec.tolerations ?? []).some(
      (t) => t.operator === 'Exists' && (!t.key || t.key === key) && (!t.effect || t.effect === 'NoExecute'),
    );
  const missing = keys.filter((key) => !tolerated(key));
  const added = missing.map((key) => ({ effect: 'NoExecute', key, operator: 'Exists', tolerationSeconds: 300 }));
  if (added.length > 0) spec.tolerations = [...(spec.tolerations ?? []), ...added];
}

function comparable(value: unknown): unknown {
  const text = JSON.stringify(value)
    .replaceAll('<time>', '<t>')
    .replace(/"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"/g, '"<t>"');
  return JSON.parse(text);
}

/** Not the strategy's: admission, metadata rules (registry), and checks of the request. */
const ELSEWHERE =
  /service-account|runtime-class|pod-priority|pod-generate-name|pod-name #8|pod-labels-and-annotations|pod-metadata-references/;

function byStrategy({ status, title }: RecordedStep): boolean {
  return (
    (status === 201 || status === 400 || status === 422) &&
    !ELSEWHERE.test(title) &&
    !title.endsWith('clients-may-not-set #3')
  );
}

describe.skipIf(!hasGolden)('pods as recorded', async () => {
  const areas = ['validation-pods', 'defaults-workloads'];
  const steps = (await Promise.all(areas.map((area) => recordedCreates(area, '/pods')))).flat().filter(byStrategy);
  it('has transcripts to play', () => {
    expect(steps.length).toBeGreaterThan(150);
  });
  it.each(steps.map((step) => [step.title, step] as const))('%s', (_, step) => {
    const played = playCreate(pods, step.sent, admitPod);
    if (step.status !== 201) {
      const recorded = step.body as { message?: string };
      expect({ status: played.status, causes: causesOf(played.body) }).toEqual({
        status: step.status,
        causes: causesOf(recorded),
      });
      if (typeof recorded.message === 'string')
        expect((played.body as { message?: string }).message).toBe(recorded.message);
      return;
    }
    expect(causesOf(played.body)).toEqual([]);
    expect(played.warnings).toEqual(warningTexts(step.warning));
    for (const path of step.show ?? ['spec', 'status']) {
      if (path.startsWith('details') || path === 'message') continue;
      const wanted = step.show === undefined ? pick(step.body, path) : (step.body as Record<string, unknown>)[path];
      expect(comparable({ [path]: pick(played.body, path) ?? null })).toEqual(comparable({ [path]: wanted ?? null }));
    }
  });
});

describe.skipIf(!hasGolden)('pod templates as recorded', async () => {
  const steps = await recordedCreates('validation-pods', '/podtemplates');
  it.each(steps.map((step) => [step.title, step] as const))('%s', (_, step) => {
    expect(causesOf(playCreate(podtemplates, step.sent).body)).toEqual(causesOf(step.body));
  });
});
