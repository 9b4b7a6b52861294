/** What rbac lint finds, and what its checks look at. */
import type { ObjectReference } from '../../../api/rbac/explain.ts';
import type { Discovery } from '../../../client/discovery.ts';
import { isSystemObject, type Policy, type PolicyObject, referenceOf } from '../policy.ts';

/** Worst first. */
export const SEVERITIES = ['error', 'warning', 'note'] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface Finding {
  readonly check: string;
  readonly severity: Severity;
  /** The role or binding it is about; absent when it is about a subject. */
  readonly object?: ObjectReference;
  readonly subject?: string;
  /** The file that holds the object. */
  readonly source?: string;
  readonly message: string;
  /** What to do about it. */
  readonly help: string;
}

export interface LintInput {
  readonly policy: Policy;
  readonly discovery: Discovery;
  /** Roles and bindings to be judged: not those that every cluster has, unless asked for. */
  readonly roles: readonly PolicyObject[];
  readonly bindings: readonly PolicyObject[];
}

export interface Check {
  readonly id: string;
  /** One line for the list of checks. */
  readonly summary: string;
  find(input: LintInput): Iterable<Omit<Finding, 'check'>>;
}

export function lintInput(policy: Policy, discovery: Discovery, system: boolean): LintInput {
  const judged = (object: PolicyObject): boolean => system || !isSystemObject(object);
  return { policy, discovery, roles: policy.roles.filter(judged), bindings: policy.bindings.filter(judged) };
}

/** Where a finding is. */
export function at(object: PolicyObject): { object: ObjectReference; source?: string } {
  const { source } = object;
  return { object: referenceOf(object), ...(source === undefined ? {} : { source }) };
}
