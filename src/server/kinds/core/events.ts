import { isPathSegmentName, isPathSegmentPrefix } from '../../../api/names.ts';
import type { Event } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';
import type { CellValue } from '../kind.ts';
import { age } from '../printing.ts';
import { validateEvent } from './events-validation.ts';

/** kube-apiserver's --event-ttl. */
export const EVENT_TTL_SECONDS = 3600;

const REFERENCE_FIELDS = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'] as const;

/** Imitates pkg/registry/core/event; upstream checks no metadata of events of this version. */
export const events = defineKind<Event>('', 'v1', 'events', {
  nameErrors: (name, prefix) => (prefix ? isPathSegmentPrefix(name) : isPathSegmentName(name)),
  validate: validateEvent,
  metadataOnUpdate: 'none',
  createOnUpdate: true,
  ttlSeconds: () => EVENT_TTL_SECONDS,
  selectableFields: {
    ...referenceFields('involvedObject', (event: Event) => event.involvedObject),
    reason: (event) => event.reason ?? '',
    reportingComponent: (event) => event.reportingComponent ?? '',
    source: (event) => event.source?.component || event.reportingComponent || '',
    type: (event) => event.type ?? '',
  },
  cells: eventCells,
});

/** Selectable fields of an object reference, by label. */
export function referenceFields<T>(
  name: string,
  read: (obj: T) => Event['involvedObject'],
): Record<string, (obj: T) => string> {
  return Object.fromEntries(
    REFERENCE_FIELDS.map((field) => [`${name}.${field}`, (obj: T) => read(obj)?.[field] ?? '']),
  );
}

/** Imitates printEvent of kubernetes pkg/printers/internalversion. */
export function eventCells(event: Event, now: Date): CellValue[] {
  const { series, involvedObject = {} } = event;
  const firstSeen = age(event.firstTimestamp ?? event.eventTime, now);
  const lastSeen = event.lastTimestamp ? age(event.lastTimestamp, now) : firstSeen;
  const kind = (involvedObject.kind ?? '').toLowerCase();
  return [
    series === undefined ? lastSeen : age(series.lastObservedTime, now),
    event.type ?? '',
    event.reason ?? '',
    involvedObject.name ? `${kind}/${involvedObject.name}` : kind,
    involvedObject.fieldPath ?? '',
    sourceText(event),
    (event.message ?? '').trim(),
    firstSeen,
    series === undefined ? event.count || 1 : (series.count ?? 0),
    event.metadata?.name ?? '',
  ];
}

function sourceText({ source = {}, reportingComponent, reportingInstance }: Event): string {
  const component = source.component || reportingComponent || '';
  const instance = source.host || reportingInstance || '';
  return instance === '' ? component : `${component}, ${instance}`;
}
