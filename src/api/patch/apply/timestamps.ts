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
  if (differsBeside(live['metadata'] as JsonObject, updated['metadata'] as JsonObject, 'managedFields')) return updated;
  if (differsBeside(live, updated, 'metadata')) return updated;
  if (!after.every((entry, i) => equalJson(withoutTime(entry), withoutTime(before[i])))) return updated;
  const metadata = { ...(updated['metadata'] as JsonObject), managedFields: before };
  const restored = { ...updated, metadata };
  return equalJson(restored, live) ? restored : updated;
}

/** Whether a member other than `name` has another value now. */
function differsBeside(before: JsonObject, after: JsonObject, name: string): boolean {
  for (const key in after) if (key !== name && !equalJson(after[key], getOwn(before, key))) return true;
  return false;
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
