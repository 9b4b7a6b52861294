import type { MutatingAdmissionPolicyBinding } from '../../../api/types/admissionregistration-v1.ts';
import { defineKind } from '../define.ts';

export const mutatingadmissionpolicybindings = defineKind<MutatingAdmissionPolicyBinding>('admissionregistration.k8s.io', 'v1', 'mutatingadmissionpolicybindings');
