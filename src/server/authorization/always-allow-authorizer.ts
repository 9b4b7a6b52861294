import type { Authorizer } from './authorizer.ts';

export const alwaysAllow: Authorizer = { name: 'AlwaysAllow', authorize: () => ({ verdict: 'allow', reason: '' }) };
