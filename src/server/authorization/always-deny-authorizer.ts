import type { Authorizer } from './authorizer.ts';

/** Upstream's AlwaysDeny has no opinion, so that what stands after it may still allow. */
export const alwaysDeny: Authorizer = {
  name: 'AlwaysDeny',
  authorize: () => ({ verdict: 'no-opinion', reason: 'Everything is forbidden.' }),
};
