/** Writes Events, as client-go tools/record does. */
import { formatTime } from '../api/time.ts';
import type { ObjectReference } from '../api/types/core-v1.ts';
import type { Clock } from '../util/clock.ts';
import type { RestClient } from './rest-client.ts';

const EVENTS = { group: '', version: 'v1', resource: 'events' };
/** Names are `object.suffix`; objects may have names of 253 characters. */
const MAX_NAME = 253;

export interface EventRecorderOptions {
  readonly client: RestClient;
  /** `garbage-collector-controller` */
  readonly component: string;
  readonly clock: Clock;
}

export class EventRecorder {
  readonly #options: EventRecorderOptions;
  #count = 0;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
  }

  /** Events of cluster-scoped objects go to `default`. @throws StatusError, ClientError */
  async record(about: ObjectReference, type: 'Normal' | 'Warning', reason: string, message: string): Promise<void> {
    const { client, component, clock } = this.#options;
    const namespace = about.namespace || 'default';
    const now = clock.now();
    const suffix = `.${(now * 1000 + (this.#count++ % 1000)).toString(16)}`;
    const time = formatTime(now);
    await client.create(
      { ...EVENTS, namespace },
      {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: (about.name ?? '').slice(0, MAX_NAME - suffix.length) + suffix, namespace },
        involvedObject: about,
        type,
        reason,
        message,
        source: { component },
        reportingComponent: component,
        reportingInstance: '',
        firstTimestamp: time,
        lastTimestamp: time,
        count: 1,
      },
    );
  }
}
