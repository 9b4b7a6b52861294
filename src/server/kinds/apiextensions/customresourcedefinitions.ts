import type { CustomResourceDefinition } from '../../../api/types/apiextensions-v1.ts';
import { defineKind } from '../define.ts';

export const customresourcedefinitions = defineKind<CustomResourceDefinition>('apiextensions.k8s.io', 'v1', 'customresourcedefinitions');
