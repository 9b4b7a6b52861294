import type { MutatingAdmissionPolicy } from '../../../api/types/admissionregistration-v1.ts';
import { defineKind } from '../define.ts';

export const mutatingadmissionpolicies = defineKind<MutatingAdmissionPolicy>('admissionregistration.k8s.io', 'v1', 'mutatingadmissionpolicies');
