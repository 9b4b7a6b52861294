import type { Event } from '../../../api/types/events-v1.ts';
import { defineKind } from '../define.ts';

export const eventsV1 = defineKind<Event>('events.k8s.io', 'v1', 'events');
