import type { TokenReview } from '../../../api/types/authentication-v1.ts';
import { defineKind } from '../define.ts';

export const tokenreviews = defineKind<TokenReview>('authentication.k8s.io', 'v1', 'tokenreviews');
