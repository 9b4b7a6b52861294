/** The kinds of servers that were asked lately, so that a Tab need not ask again: ~/.cache/kctl/kinds/HASH.json. */
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseJson } from '../../api/json.ts';
import { isObject } from '../../api/object.ts';
import type { DiscoveredResource } from '../../client/discovery.ts';
import { writeFileAtomic } from '../../util/write-file.ts';
import type { Terminal } from '../io.ts';

export type CachedKind = Pick<
  DiscoveredResource,
  'group' | 'version' | 'resource' | 'singular' | 'kind' | 'namespaced' | 'shortNames'
> & { readonly verbs: readonly string[]; readonly subresources: readonly string[] };

const MAX_AGE_MS = 10 * 60_000;

export class KindCache {
  readonly #directory: string;
  readonly #file: string;

  constructor(server: string, env: Terminal['env']) {
    const base = env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache');
    this.#directory = join(base, 'kctl', 'kinds');
    this.#file = join(this.#directory, `${createHash('sha256').update(server).digest('hex').slice(0, 32)}.json`);
  }

  /** undefined when there is nothing fresh. */
  async read(now: number): Promise<CachedKind[] | undefined> {
    try {
      const value = parseJson(await readFile(this.#file, 'utf8'));
      if (!isObject(value) || typeof value['at'] !== 'number' || !Array.isArray(value['kinds'])) return undefined;
      return now - value['at'] < MAX_AGE_MS ? (value['kinds'] as unknown as CachedKind[]) : undefined;
    } catch {
      return undefined;
    }
  }

  /** A cache that cannot be written only makes the next Tab slower. */
  async write(kinds: readonly CachedKind[], now: number): Promise<void> {
    try {
      await mkdir(this.#directory, { recursive: true, mode: 0o700 });
      await writeFileAtomic(this.#file, JSON.stringify({ at: now, kinds }), 0o600, false);
    } catch {
      return;
    }
  }
}
