import type { MutatingWebhookConfiguration } from '../../../api/types/admissionregistration-v1.ts';
import { defineKind } from '../define.ts';

export const mutatingwebhookconfigurations = defineKind<MutatingWebhookConfiguration>('admissionregistration.k8s.io', 'v1', 'mutatingwebhookconfigurations');
