/** How one resource counts against quotas; evaluators.ts lists them all. */
import type { KubeObject } from '../object.ts';
import type { Amounts } from './amounts.ts';

/** One of a quota's scopes, or of its scope selector's expressions. */
export interface ScopeRequirement {
  readonly scope: string;
  readonly operator: string;
  readonly values: readonly string[];
}

export interface QuotaEvaluator {
  readonly group: string;
  readonly resource: string;
  /** Whether such a write changes usage. */
  handles(operation: string, subresource: string): boolean;
  /** Whether a name in a quota's `hard` is about this resource. */
  tracks(name: string): boolean;
  usage(object: KubeObject, now: Date): Amounts;
  /** Why an object cannot be counted by a quota that limits these names; undefined when it can. */
  constraint?(object: KubeObject, names: readonly string[]): string | undefined;
  /** Absent: objects of this resource are in no scope. */
  matchesScope?(object: KubeObject, scope: ScopeRequirement): boolean;
}
