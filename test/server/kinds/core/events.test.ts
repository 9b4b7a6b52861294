import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject, KubeObject } from '../../../../src/api/object.ts';
import { events } from '../../../../src/server/kinds/core/events.ts';
import { eventsV1 } from '../../../../src/server/kinds/events/events.ts';
import { causesOf, NOW, pick } from '../golden-harness.ts';
import { RegistryPlayer } from '../registry-player.ts';

const OLD = {
  metadata: { name: 'e' },
  involvedObject: { kind: 'Pod', name: 'p', namespace: 'ns', fieldPath: 'spec' },
  reason: 'R',
  message: 'M',
  source: { component: 'kubelet' },
  firstTimestamp: '2026-01-02T03:00:00Z',
  lastTimestamp: '2026-01-02T03:03:00Z',
  count: 3,
  type: 'Normal',
};
const NEW = {
  metadata: { name: 'e' },
  regarding: { kind: 'Pod', name: 'p', namespace: 'ns' },
  reason: 'R',
  note: 'N',
  action: 'A',
  type: 'Warning',
  eventTime: '2026-01-02T03:00:00.000001Z',
  reportingController: 'example.com/c',
  reportingInstance: 'i',
};

let player: RegistryPlayer;
beforeEach(() => {
  player = new RegistryPlayer();
});
afterEach(() => player.close());

describe('events of both groups', () => {
  it('are one storage', async () => {
    await player.create(events, OLD);
    const { body } = await player.get(eventsV1, 'e');
    expect([
      body.apiVersion,
      body.note,
      pick(body, 'regarding.name'),
      body.deprecatedCount,
      pick(body, 'deprecatedSource.component'),
      body.eventTime,
    ]).toEqual(['events.k8s.io/v1', 'M', 'p', 3, 'kubelet', null]);
    expect(eventsV1.storage.prefix).toBe(events.storage.prefix);
  });

  it('come back as they went', async () => {
    const { body } = await player.create(eventsV1, {
      ...NEW,
      series: { count: 2, lastObservedTime: '2026-01-02T03:01:00.000000Z' },
      related: { kind: 'Node', name: 'n' },
    });
    const again = (await player.get(eventsV1, 'e')).body;
    expect({ ...again, metadata: {} }).toEqual({ ...body, metadata: {} });
    const older = (await player.get(events, 'e')).body;
    expect([older.message, older.reportingComponent, older.firstTimestamp, older.source]).toEqual([
      'N',
      'example.com/c',
      null,
      {},
    ]);
  });

  it('live for an hour', () => {
    expect([events, eventsV1].map((kind) => kind.strategy.ttlSeconds?.({ metadata: {} }))).toEqual([3600, 3600]);
  });

  it('are selected by the names of their version', () => {
    const old = OLD as unknown as KubeObject;
    const labels = ['involvedObject.kind', 'involvedObject.uid', 'reason', 'source', 'type', 'reportingComponent'];
    expect(labels.map((label) => events.selectableFields.get(label)?.(old))).toEqual([
      'Pod',
      '',
      'R',
      'kubelet',
      'Normal',
      '',
    ]);
    const newer = NEW as unknown as KubeObject;
    expect(
      ['regarding.name', 'reportingController', 'type'].map((label) => eventsV1.selectableFields.get(label)?.(newer)),
    ).toEqual(['p', 'example.com/c', 'Warning']);
    expect(events.fieldLabelError('message')).toBe('field label not supported: message');
  });
});

describe('event rules', () => {
  const causes = async (kind: typeof events, obj: JsonObject, base: JsonObject) =>
    causesOf((await player.create(kind, { ...base, ...obj }, true)).body);
  it.each<[JsonObject, string[]]>([
    [{}, []],
    [
      { involvedObject: { kind: 'Node', name: 'n' } },
      ['FieldValueInvalid involvedObject.namespace: Invalid value: "": does not match event.namespace'],
    ],
    [{ metadata: { name: 'Any_Name' } }, []],
    [
      { eventTime: '2026-01-02T03:00:00.000000Z', reportingComponent: 'c', action: 'a', reportingInstance: '' },
      ['FieldValueRequired reportingInstance: Required value'],
    ],
    [
      {
        eventTime: '2026-01-02T03:00:00.000000Z',
        reportingComponent: 'c',
        action: 'a'.repeat(129),
        reportingInstance: 'i',
      },
      ['FieldValueInvalid action: Invalid value: "": can have at most 128 characters'],
    ],
  ])('core: %j: %j', async (obj, wanted) => {
    expect(await causes(events, obj, OLD)).toEqual(wanted);
  });

  it.each<[JsonObject, string[]]>([
    [{}, []],
    [{ type: 'Loud' }, ['FieldValueInvalid type: Invalid value: "": has invalid value: Loud']],
    [
      { deprecatedSource: { host: 'h' }, deprecatedFirstTimestamp: '2026-01-02T03:00:00Z' },
      [
        'FieldValueInvalid firstTimestamp: Invalid value: "": needs to be unset',
        'FieldValueInvalid source: Invalid value: "": needs to be unset',
      ],
    ],
    [
      { series: { count: 1 } },
      [
        'FieldValueInvalid series.count: Invalid value: "": should be at least 2',
        'FieldValueRequired series.lastObservedTime: Required value',
      ],
    ],
    [{ note: 'x'.repeat(1025) }, ['FieldValueInvalid message: Invalid value: "": can have at most 1024 characters']],
  ])('events.k8s.io: %j: %j', async (obj, wanted) => {
    expect(await causes(eventsV1, obj, NEW)).toEqual(wanted);
  });

  it('let only the series of a new event change', async () => {
    await player.create(eventsV1, NEW);
    const series = { series: { count: 2, lastObservedTime: '2026-01-02T03:01:00.000000Z' } };
    expect(causesOf((await player.merge(eventsV1, 'e', series)).body)).toEqual([]);
    expect(causesOf((await player.merge(eventsV1, 'e', { note: 'other', regarding: { name: 'q' } })).body)).toEqual([
      'FieldValueInvalid involvedObject: Invalid value: {"Kind":"Pod","Namespace":"ns","Name":"q","UID":"","APIVersion":"","ResourceVersion":"","FieldPath":""}: field is immutable',
      'FieldValueInvalid message: Invalid value: "other": field is immutable',
    ]);
  });
});

describe('event table', () => {
  const row = (obj: JsonObject) => events.table.cells({ metadata: { name: 'e' }, ...obj } as KubeObject, NOW);
  it('shows ages, object and source', () => {
    expect(row(OLD)).toEqual(['65s', 'Normal', 'R', 'pod/p', 'spec', 'kubelet', 'M', '4m5s', 3, 'e']);
    expect(eventsV1.table.cells({ ...NEW } as unknown as KubeObject, NOW)).toEqual([
      '4m5s',
      'Warning',
      'R',
      'pod/p',
      '',
      'example.com/c, i',
      'N',
      '4m5s',
      1,
      'e',
    ]);
    expect(row({ series: { count: 4, lastObservedTime: '2026-01-02T03:04:00Z' } })).toEqual([
      '5s',
      '',
      '',
      '',
      '',
      '',
      '',
      '<unknown>',
      4,
      'e',
    ]);
  });
});
