/** The table of `events`; imitates kubectl pkg/cmd/events. */
import type { Event } from '../../api/types/core-v1.ts';
import { ColumnWriter } from '../print/columns.ts';
import { ageText } from '../print/table.ts';

export interface EventTableOptions {
  readonly withNamespace: boolean;
  readonly noHeaders: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Oldest first. */
export function sortEvents(events: readonly Event[]): Event[] {
  return [...events].sort((a, b) => Date.parse(lastTime(a) ?? '') - Date.parse(lastTime(b) ?? '') || 0);
}

/** When it was seen last. */
export function lastTime(event: Event): string | undefined {
  return event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.metadata?.creationTimestamp;
}

/** Keeps columns aligned from one call to the next, for watches. */
export class EventTable {
  readonly #options: Omit<EventTableOptions, 'now'>;
  readonly #layout = new ColumnWriter();
  #headers: boolean;

  constructor(options: Omit<EventTableOptions, 'now'>) {
    this.#options = options;
    this.#headers = !options.noHeaders;
  }

  print(events: readonly Event[], now: number): string {
    const { withNamespace } = this.#options;
    const rows = events.map((event) => [
      ...(withNamespace ? [event.metadata?.namespace ?? ''] : []),
      lastSeen(event, now),
      event.type ?? '',
      event.reason ?? '',
      `${event.involvedObject?.kind ?? ''}/${event.involvedObject?.name ?? ''}`,
      (event.message ?? '').trim(),
    ]);
    const header = [...(withNamespace ? ['NAMESPACE'] : []), 'LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE'];
    const text = this.#layout.format(this.#headers ? [header, ...rows] : rows);
    this.#headers = false;
    return text;
  }
}

function lastSeen(event: Event, now: number): string {
  const first = event.firstTimestamp ?? event.eventTime ?? undefined;
  const { series, count = 0 } = event;
  if (series != null) return repeated(series.lastObservedTime, series.count ?? 0, first, now);
  if (count > 1) return repeated(event.lastTimestamp, count, first, now);
  return ageText(first, now);
}

function repeated(last: string | undefined, count: number, first: string | undefined, now: number): string {
  return `${ageText(last, now)} (x${count} over ${ageText(first, now)})`;
}
