/**
 * A write that changes nothing but times in managedFields is no write.
 * Imitates apiserver pkg/endpoints/handlers/fieldmanager/equality.go.
 */
import { equalJson, isObject, type JsonObject } from '../../object.ts';
import { managedFieldsOf } from './managed-fields.ts';

/** The object to store: with the live managedFields where only times differ, else `updated` itself. */
export function withoutTimeChanges(live: JsonObject, updated: JsonObject): JsonObject {
  const before = managedFieldsOf(live);
  const after = managedFieldsOf(updated);
  if (!Array.isArray(before) || !Array.isArray(after) || !onlyTimesDiffer(before, after)) return updated;
  const metadata = { ...(updated['metadata'] as JsonObject), managedFields: before };
  const restored = { ...updated, metadata };
  return equalJson(restored, live) ? restored : updated;
}

function onlyTimesDiffer(before: readonly unknown[], after: readonly unknown[]): boolean {
  if (before.length !== after.length || after.length === 0) return false;
  if (after.every((entry, i) => timeOf(entry) === timeOf(before[i]))) return false;
  return after.every((entry, i) => equalJson(withoutTime(entry), withoutTime(before[i])));
}

function timeOf(entry: unknown): unknown {
  return isObject(entry) ? entry['time'] : undefined;
}

function withoutTime(entry: unknown): unknown {
  return isObject(entry) ? { ...entry, time: undefined } : entry;
}
