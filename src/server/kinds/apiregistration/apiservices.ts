import type { APIService } from '../../../api/types/apiregistration-v1.ts';
import { defineKind } from '../define.ts';

export const apiservices = defineKind<APIService>('apiregistration.k8s.io', 'v1', 'apiservices');
