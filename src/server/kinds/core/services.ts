import type { Service } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';

export const services = defineKind<Service>('', 'v1', 'services');
