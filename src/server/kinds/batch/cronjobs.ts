import type { CronJob } from '../../../api/types/batch-v1.ts';
import { defineKind } from '../define.ts';

export const cronjobs = defineKind<CronJob>('batch', 'v1', 'cronjobs');
