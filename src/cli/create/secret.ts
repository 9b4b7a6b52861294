import type { JsonObject } from '../../api/object.ts';
import { contentHash } from './content-hash.ts';

/** A Secret; `hashed` puts a hash of the content behind the name. */
export function secretOf(
  name: string,
  type: string,
  entries: ReadonlyMap<string, Buffer>,
  hashed: boolean,
): JsonObject {
  const data = Object.fromEntries([...entries].map(([key, value]) => [key, value.toString('base64')]));
  const hash = contentHash({ kind: 'Secret', type, name, data });
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: hashed ? `${name}-${hash}` : name },
    ...(entries.size === 0 ? {} : { data }),
    ...(type === '' ? {} : { type }),
  };
}
