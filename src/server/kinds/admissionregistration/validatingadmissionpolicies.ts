import type { ValidatingAdmissionPolicy } from '../../../api/types/admissionregistration-v1.ts';
import { defineKind } from '../define.ts';

export const validatingadmissionpolicies = defineKind<ValidatingAdmissionPolicy>('admissionregistration.k8s.io', 'v1', 'validatingadmissionpolicies');
