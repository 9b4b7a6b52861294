import type { Event } from '../../../api/types/events-v1.ts';
import { EVENT_TTL_SECONDS, eventCells, referenceFields } from '../core/events.ts';
import { validateEvent, validateStrictEvent, validateStrictEventUpdate } from '../core/events-validation.ts';
import { defineKind } from '../define.ts';
import { eventConversion, toCoreEvent } from './events-conversion.ts';

/** The newer face of core events, in one storage with them; imitates pkg/registry/core/event with this version's rules. */
export const eventsV1 = defineKind<Event>('events.k8s.io', 'v1', 'events', {
  validate(obj, errors) {
    const event = toCoreEvent(obj);
    validateEvent(event, errors);
    validateStrictEvent(event, errors);
  },
  validateUpdate(obj, old, errors) {
    const event = toCoreEvent(obj);
    validateEvent(event, errors);
    validateStrictEventUpdate(event, toCoreEvent(old), errors);
  },
  createOnUpdate: true,
  ttlSeconds: () => EVENT_TTL_SECONDS,
  selectableFields: {
    ...referenceFields('regarding', (event: Event) => event.regarding),
    reason: (event) => event.reason ?? '',
    reportingController: (event) => event.reportingController ?? '',
    type: (event) => event.type ?? '',
  },
  cells: (obj, now) => eventCells(toCoreEvent(obj), now),
  storedAs: { group: '', version: 'v1', conversion: eventConversion },
});
