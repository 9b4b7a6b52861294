import type { Job } from '../../../api/types/batch-v1.ts';
import { defineKind } from '../define.ts';

export const jobs = defineKind<Job>('batch', 'v1', 'jobs');
