/** Tables of rules: what is sent, over the valid object of a kind (test/helpers/valid-objects.ts), and what comes back. */
import type { JsonObject } from '../../../../src/api/object.ts';

/** Fields by path, `spec.ports.0.protocol`; undefined where a field must be absent. */
export type Expected = Readonly<Record<string, unknown>>;

/** What to change in the valid object: a merge patch, so that null takes a field away. */
export type Change = JsonObject;

/** What the answer has, or how one cause (`spec.x: Invalid value: …`) or the message of the refusal begins. */
export type Outcome = Expected | string;

export interface RuleTable {
  /** Creates: what is filled in; where the object is refused all the same, the refusal that shows it. */
  readonly defaults?: readonly (readonly [Change, Outcome])[];
  /** Creates: what is refused, or (an object) accepted. */
  readonly validation?: readonly (readonly [Change, Outcome])[];
  readonly strategy?: readonly StrategyRule[];
  /** Creates, answered as a Table: cells by column. */
  readonly table?: readonly (readonly [Change, Expected])[];
  /** Requests to a sub-resource of the stored object. */
  readonly 'sub-resources'?: readonly (readonly [request: string, body: JsonObject | undefined, Outcome])[];
}

/** `create`: a create; `update`: a merge patch of the stored object; `warns`: a create's warning; `selects`: a field selector. */
export type StrategyRule =
  | readonly ['create' | 'update', Change, Outcome]
  | readonly ['warns', Change, string]
  | readonly ['selects', string, boolean];
