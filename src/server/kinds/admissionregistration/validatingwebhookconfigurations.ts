import type { ValidatingWebhookConfiguration } from '../../../api/types/admissionregistration-v1.ts';
import { defineKind } from '../define.ts';

export const validatingwebhookconfigurations = defineKind<ValidatingWebhookConfiguration>('admissionregistration.k8s.io', 'v1', 'validatingwebhookconfigurations');
