/** The events of an object, at the end of its description. */
import type { KubeObject } from '../../api/object.ts';
import type { Event } from '../../api/types/core-v1.ts';
import { ageText } from '../print/table.ts';
import type { Around } from './describer.ts';
import type { Description } from './description.ts';

/** Nothing when events are not wanted or may not be read. `uid`: when events name another than the object's. */
export async function describeEvents(
  object: Pick<KubeObject, 'kind' | 'metadata'>,
  out: Description,
  { client, showEvents, now }: Around,
  uid = object.metadata.uid,
): Promise<void> {
  if (!showEvents) return;
  const { name = '', namespace = '' } = object.metadata;
  const wanted = {
    'involvedObject.name': name,
    'involvedObject.namespace': namespace,
    'involvedObject.kind': object.kind,
    'involvedObject.uid': uid,
  };
  const fieldSelector = Object.entries(wanted)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([field, value]) => `${field}=${value}`)
    .join(',');
  const target = { group: '', version: 'v1', resource: 'events', ...(namespace === '' ? {} : { namespace }) };
  // What may not be read is not shown; the object is what was asked for.
  const events = await client.list<Event>(target, { fieldSelector }).catch(() => undefined);
  if (events === undefined) return;
  if (events.items.length === 0) {
    out.line(0, 'Events:\t<none>');
    return;
  }
  out.line(0, 'Events:\n  Type\tReason\tAge\tFrom\tMessage');
  out.line(1, '----\t------\t----\t----\t-------');
  for (const event of [...events.items].sort(byTime)) out.line(1, eventLine(event, now));
}

function byTime(a: Event, b: Event): number {
  return Date.parse(a.lastTimestamp ?? '0001-01-01') - Date.parse(b.lastTimestamp ?? '0001-01-01');
}

function eventLine(event: Event, now: number): string {
  const { type = '', reason = '', source, reportingComponent = '', message = '' } = event;
  return `${type}\t${reason}\t${interval(event, now)}\t${source?.component || reportingComponent}\t${message.trim()}`;
}

function interval({ series, count = 0, eventTime, firstTimestamp, lastTimestamp }: Event, now: number): string {
  const first = firstTimestamp ?? eventTime;
  const age = (time: string | undefined | null): string => ageText(time ?? undefined, now);
  if (series !== undefined) return `${age(series.lastObservedTime)} (x${series.count} over ${age(first)})`;
  return count > 1 ? `${age(lastTimestamp)} (x${count} over ${age(first)})` : age(first);
}
