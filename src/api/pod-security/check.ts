import type { PodSpec } from '../types/core-v1.ts';
import type { ObjectMeta } from '../types/meta-v1.ts';

export interface Violation {
  /** `host namespaces` */
  readonly reason: string;
  /** `hostNetwork=true`; '' when there is nothing to add. */
  readonly detail: string;
}

/** Undefined: the pod passes. `minor` is the version of the standards, Infinity for the latest. */
export type Check = (spec: PodSpec, metadata: ObjectMeta, minor: number) => Violation | undefined;
