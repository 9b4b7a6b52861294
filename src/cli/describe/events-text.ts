/** The events of an object, at the end of its description. */
import type { KubeObject } from '../../api/object.ts';
import type { Event } from '../../api/types/core-v1.ts';
import { ageText } from '../print/table.ts';
import type { Around } from './describer.ts';
import type { Description } from './description.ts';

/** What events name; an absent kind or uid is not asked for. */
export interface Reference {
  readonly kind?: string;
  readonly name: string;
  readonly namespace: string;
  readonly uid?: string;
}

export function referenceTo({ kind, metadata }: Pick<KubeObject, 'kind' | 'metadata'>): Reference {
  const { name = '', namespace = '', uid } = metadata;
  return { kind, name, namespace, uid };
}

/** All events about something, as the server lists them. @throws StatusError when they may not be read */
export async function eventsAbout(reference: Reference, { client }: Around): Promise<Event[]> {
  const { kind, name, namespace, uid } = reference;
  const wanted = {
    'involvedObject.name': name,
    'involvedObject.namespace': namespace,
    'involvedObject.kind': kind || undefined,
    'involvedObject.uid': uid || undefined,
  };
  const fieldSelector = Object.entries(wanted)
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => `${field}=${value}`)
    .join(',');
  const target = { group: '', version: 'v1', resource: 'events', ...(namespace === '' ? {} : { namespace }) };
  return (await client.list<Event>(target, { fieldSelector })).items;
}

/** Nothing when events are not wanted; those that may not be read are none, for the object is what was asked for. */
export async function describeEvents(
  object: Pick<KubeObject, 'kind' | 'metadata'>,
  out: Description,
  around: Around,
  references: readonly Reference[] = [referenceTo(object)],
): Promise<void> {
  if (!around.showEvents) return;
  const found = await Promise.all(references.map((reference) => eventsAbout(reference, around).catch(() => [])));
  writeEvents(found.flat(), out, around.now);
}

/** A table in order of time. */
export function writeEvents(events: readonly Event[], out: Description, now: number): void {
  if (events.length === 0) {
    out.line(0, 'Events:\t<none>');
    return;
  }
  out.line(0, 'Events:\n  Type\tReason\tAge\tFrom\tMessage');
  out.line(1, '----\t------\t----\t----\t-------');
  for (const event of [...events].sort(byTime)) out.line(1, eventLine(event, now));
}

function byTime(a: Event, b: Event): number {
  return Date.parse(a.lastTimestamp ?? '0001-01-01') - Date.parse(b.lastTimestamp ?? '0001-01-01');
}

function eventLine(event: Event, now: number): string {
  const { type = '', reason = '', source, reportingComponent = '', message = '', involvedObject } = event;
  const where = involvedObject?.fieldPath ? `${involvedObject.fieldPath}: ` : '';
  const from = source?.component || reportingComponent;
  return `${type}\t${reason}\t${interval(event, now)}\t${from}\t${where}${message.trim()}`;
}

function interval({ series, count = 0, eventTime, firstTimestamp, lastTimestamp }: Event, now: number): string {
  const age = (time: string | undefined | null): string => ageText(time ?? undefined, now);
  const first = age(eventTime ?? firstTimestamp);
  if (series !== undefined) return `${age(series.lastObservedTime)} (x${series.count ?? 0} over ${first})`;
  return count > 1 ? `${age(lastTimestamp)} (x${count} over ${first})` : first;
}
