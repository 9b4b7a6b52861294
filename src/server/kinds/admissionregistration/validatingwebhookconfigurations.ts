import { defineKind } from '../define.ts';
import { webhookConfigurationOpinions } from '../shared/webhook-configuration.ts';

export const validatingwebhookconfigurations = defineKind(
  'admissionregistration.k8s.io',
  'v1',
  'validatingwebhookconfigurations',
  webhookConfigurationOpinions({ mutating: false }),
);
