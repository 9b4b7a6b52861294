/**
 * A write that changes nothing but times in managedFields is no write.
 * Imitates apiserver pkg/endpoints/handlers/fieldmanager/equality.go.
 */
import { equalJson, getOwn, isObject, type JsonObject } from '../../object.ts';
import { managedFieldsOf } from './managed-fields.ts';

/** The object to store: with the live managedFields where only times differ, else `updated` itself. */
export function withoutTimeChanges(live: JsonObject, updated: JsonObject): JsonObject {
  const before = managedFieldsOf(live);
  const after = managedFieldsOf(updated);
  if (!Array.isArray(before) || !Array.isArray(after) || !timesDiffer(before, after)) return updated;
  // What is most likely to differ comes first.
  for (const key in updated) if (key !== 'metadata' && !equalJson(updated[key], getOwn(live, key))) return updated;
  if (!after.every((entry, i) => equalJson(withoutTime(entry), withoutTime(before[i])))) return updated;
  const metadata = { ...(updated['metadata'] as JsonObject), managedFields: before };
  const restored = { ...updated, metadata };
  return equalJson(restored, live) ? restored : updated;
}

function timesDiffer(before: readonly unknown[], after: readonly unknown[]): boolean {
  return before.length === after.length && after.some((entry, i) => timeOf(entry) !== timeOf(before[i]));
}

function timeOf(entry: unknown): unknown {
  return isObject(entry) ? entry['time'] : undefined;
}

function withoutTime(entry: unknown): unknown {
  return isObject(entry) ? { ...entry, time: undefined } : entry;
}
