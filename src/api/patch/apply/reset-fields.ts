/**
 * Fields that a request does not write: a write to `status` leaves the spec, a write to the object leaves the
 * status. Neither are they owned. What the server sets in metadata is never owned.
 */
import { type FieldsNode, fieldsOf, keepMatching, unionFields } from './fields.ts';
import { fieldKey } from './path-element.ts';

/**
 * What a resource or subresource declares, as paths of field names: `[['status']]`,
 * `[['spec'], ['metadata', 'labels']]`. All below a path is meant too.
 */
export type ResetFields = readonly (readonly string[])[];

/**
 * Where a subresource writes only a few fields (such as `pods/resize`), these: paths of FieldsV1 elements, `*` for
 * any: `[['f:spec', 'f:containers', '*', 'f:resources']]`.
 */
export type OnlyFields = readonly (readonly string[])[];

/** What no manager ever owns. */
export const SYSTEM_FIELDS: FieldsNode = fieldsOf(
  [
    ['apiVersion'],
    ['kind'],
    ['metadata', 'name'],
    ['metadata', 'namespace'],
    ['metadata', 'creationTimestamp'],
    ['metadata', 'selfLink'],
    ['metadata', 'uid'],
    ['metadata', 'clusterName'],
    ['metadata', 'generation'],
    ['metadata', 'managedFields'],
    ['metadata', 'resourceVersion'],
  ].map((path) => path.map(fieldKey)),
);

/** Memo of `ignoredFields`, by the paths: kinds declare them, so there are few. */
const memo = new Map<string, FieldsNode>();

/** The system's fields and the reset ones. */
export function ignoredFields(reset: ResetFields | undefined): FieldsNode {
  if (reset === undefined || reset.length === 0) return SYSTEM_FIELDS;
  const name = reset.length === 1 && reset[0]?.length === 1 ? (reset[0][0] as string) : JSON.stringify(reset);
  let fields = memo.get(name);
  if (fields === undefined) {
    fields = unionFields(SYSTEM_FIELDS, resetSet(reset));
    memo.set(name, fields);
  }
  return fields;
}

export function resetSet(reset: ResetFields | undefined): FieldsNode {
  return fieldsOf((reset ?? []).map((path) => path.map(fieldKey)));
}

/** The part of a set that the request may own. */
export function keepOnly(set: FieldsNode | undefined, only: OnlyFields | undefined): FieldsNode | undefined {
  return set === undefined || only === undefined ? set : keepMatching(set, only);
}
