import { defineKind } from '../define.ts';
import { webhookConfigurationOpinions } from '../shared/webhook-configuration.ts';

export const mutatingwebhookconfigurations = defineKind(
  'admissionregistration.k8s.io',
  'v1',
  'mutatingwebhookconfigurations',
  webhookConfigurationOpinions({ mutating: true }),
);
