import type { JsonObject } from '../../api/object.ts';
import type { Session } from '../session.ts';

/** What is only shown names its namespace where the command line does. */
export function inGivenNamespace(object: JsonObject, { namespace, namespaceGiven }: Session): JsonObject {
  if (!namespaceGiven) return object;
  return { ...object, metadata: { ...(object['metadata'] as object), namespace } };
}
