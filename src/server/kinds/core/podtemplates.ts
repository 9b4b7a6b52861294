import type { PodTemplate } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';

export const podtemplates = defineKind<PodTemplate>('', 'v1', 'podtemplates');
