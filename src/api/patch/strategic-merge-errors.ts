/**
 * The errors of strategic merge patch, with the HTTP status that kube-apiserver gives each.
 * Texts follow apimachinery pkg/util/mergepatch; what upstream never classified is a 500 without a reason.
 */
import type { JsonObject } from '../object.ts';
import { badRequest, plainError, StatusError } from '../status-error.ts';
import { goString, goType, goValue } from './go-format.ts';
import { patchRejected } from './json-patch.ts';

/** 400 */
export function badPrimitiveList(): StatusError {
  return badRequest('invalid patch format of primitive list');
}

/** 400 */
export function badRetainKeys(): StatusError {
  return badRequest('invalid patch format of retainKeys');
}

/** 400 */
export function badElementOrder(): StatusError {
  return badRequest('invalid patch format of setElementOrder list');
}

/** 422 that explains nothing. */
export function listOfLists(): StatusError {
  return patchRejected();
}

/** 500 */
export function unknownDirective(directive: unknown, patch: JsonObject): StatusError {
  return plainError(`unknown patch type: ${goString(directive)} in map: ${goValue(patch)}`);
}

/** 500 */
export function noMergeKey(item: JsonObject, mergeKey: string): StatusError {
  return plainError(`map: ${goValue(item)} does not contain declared merge key: ${mergeKey}`);
}

/** 500; `expected` is a Go type such as `[]interface {}`. */
export function wrongType(expected: string, actual: unknown): StatusError {
  const received = actual === null || actual === undefined ? '%!s(<nil>)' : goType(actual);
  return plainError(`expected a ${expected}, but received a ${received}`);
}

/** 500 */
export function orderMismatch(patchList: unknown, orderList: unknown): StatusError {
  return plainError(
    `The order in patch list:\n${goValue(patchList)}\n doesn't match $setElementOrder list:\n${goValue(orderList)}\n`,
  );
}

/** 500 */
export function mixedListElements(lists: readonly unknown[][]): StatusError {
  return plainError(`list element types are not identical: ${goValue(lists)}`);
}

/** 500 */
export function emptyLists(): StatusError {
  return plainError('no elements in any of the given slices');
}

/** 500 */
export function unknownField(struct: string, field: string): StatusError {
  return plainError(`unable to find api field in struct ${struct} for the json field "${field}"`);
}

/** The 415 of custom resources, which have no strategic merge patch. */
export function strategicPatchUnsupported(): StatusError {
  const accepted = ['application/json-patch+json', 'application/merge-patch+json', 'application/apply-patch+yaml'];
  return new StatusError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );
}
