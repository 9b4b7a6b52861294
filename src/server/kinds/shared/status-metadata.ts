/** What a status write may not touch. */
import { cloneJson } from '../../../api/object.ts';
import type { ObjectMeta } from '../../../api/types/meta-v1.ts';

const KEPT_METADATA = ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const;

/** metav1.ResetObjectMetaForStatus: a status write changes no metadata. */
export function keepMetadata(obj: { metadata?: ObjectMeta }, old: { metadata?: ObjectMeta }): void {
  const { metadata = {} } = obj;
  const before = old.metadata ?? {};
  for (const field of KEPT_METADATA) {
    if (before[field] === undefined) delete metadata[field];
    else Object.assign(metadata, { [field]: cloneJson(before[field]) });
  }
}

/** The spec as it is stored. */
export function keepSpec<S>(obj: { spec?: S }, old: { spec?: S }): void {
  if (old.spec === undefined) delete obj.spec;
  else obj.spec = cloneJson(old.spec);
}
