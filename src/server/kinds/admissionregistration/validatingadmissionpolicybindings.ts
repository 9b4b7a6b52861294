import type { ValidatingAdmissionPolicyBinding } from '../../../api/types/admissionregistration-v1.ts';
import { defineKind } from '../define.ts';

export const validatingadmissionpolicybindings = defineKind<ValidatingAdmissionPolicyBinding>('admissionregistration.k8s.io', 'v1', 'validatingadmissionpolicybindings');
