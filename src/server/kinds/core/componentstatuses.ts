import type { ComponentStatus } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';

export const componentstatuses = defineKind<ComponentStatus>('', 'v1', 'componentstatuses');
