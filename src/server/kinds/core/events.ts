import type { Event } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';

export const events = defineKind<Event>('', 'v1', 'events');
