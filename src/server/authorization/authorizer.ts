import type { UserInfo } from '../request/user.ts';

/** What somebody wants to do; imitates apiserver pkg/authorization/authorizer Attributes. */
export interface AccessAttributes {
  readonly user: UserInfo;
  readonly verb: string;
  readonly isResource: boolean;
  readonly path: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}

export interface Decision {
  readonly verdict: 'allow' | 'deny' | 'no-opinion';
  /** Upstream's text, shown in 403 messages and reviews. */
  readonly reason: string;
  /** Evaluation errors, e.g. dangling role references. */
  readonly error?: string;
  /** For traces only: the binding and rule that allowed it, or the nearest misses. */
  readonly explain?: () => Record<string, unknown>;
}

export interface Authorizer {
  /** For traces: `RBAC`, `Node`, `AlwaysAllow`. */
  readonly name: string;
  authorize(attributes: AccessAttributes): Decision | Promise<Decision>;
}

/** One that never waits. */
export interface SyncAuthorizer extends Authorizer {
  authorize(attributes: AccessAttributes): Decision;
}
