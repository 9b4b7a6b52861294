/** Between events.k8s.io/v1 and core/v1 events; imitates kubernetes pkg/apis/events/v1 and pkg/apis/core/v1 conversion. */
import type { KubeObject } from '../../../api/object.ts';
import type { Event as CoreEvent } from '../../../api/types/core-v1.ts';
import type { Event } from '../../../api/types/events-v1.ts';
import type { Conversion } from '../kind.ts';

type Values = Record<string, unknown>;

/** Fields that only have another name; the rest is called the same. */
const RENAMED = [
  ['regarding', 'involvedObject'],
  ['note', 'message'],
  ['reportingController', 'reportingComponent'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
] as const;
const SAME = ['metadata', 'eventTime', 'series', 'action', 'reason', 'type', 'related', 'reportingInstance'];

/** What Go writes of fields that are unset, because they are no pointers. */
const CORE_ZEROS: Values = {
  involvedObject: {},
  source: {},
  firstTimestamp: null,
  lastTimestamp: null,
  eventTime: null,
  reportingComponent: '',
  reportingInstance: '',
};
const EVENTS_ZEROS: Values = {
  regarding: {},
  deprecatedSource: {},
  deprecatedFirstTimestamp: null,
  deprecatedLastTimestamp: null,
  eventTime: null,
};

/** Shares what it does not rename with the given event. */
export function toCoreEvent(event: Event): CoreEvent {
  return { ...convert(event as Values, 0, CORE_ZEROS), apiVersion: 'v1', kind: 'Event' } as CoreEvent;
}

function fromCoreEvent(event: CoreEvent): Event {
  const converted = convert(event as Values, 1, EVENTS_ZEROS);
  return { ...converted, apiVersion: 'events.k8s.io/v1', kind: 'Event' } as Event;
}

/** `from` is the column of `RENAMED` that holds the given names. Texts that are empty vanish unless they are a zero. */
function convert(event: Values, from: 0 | 1, zeros: Values): Values {
  const converted: Values = {};
  const names = [...SAME.map((name) => [name, name] as const), ...RENAMED];
  for (const pair of names) {
    const value = event[pair[from]];
    const name = pair[1 - from] as string;
    if (value !== undefined && value !== null && value !== '') converted[name] = value;
    else if (Object.hasOwn(zeros, name)) converted[name] = zeros[name];
  }
  return converted;
}

export const eventConversion: Conversion = {
  toStorage: (obj) => toCoreEvent(obj as Event) as KubeObject,
  fromStorage: (obj) => fromCoreEvent(obj as CoreEvent) as KubeObject,
};
