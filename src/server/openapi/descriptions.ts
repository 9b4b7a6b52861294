/**
 * The prose of the API, which the build collects from a package (scripts/generate-descriptions.ts) and puts beside the
 * bundle. Everything works without the file: documents then have no descriptions.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { brotliDecompressSync } from 'node:zlib';

export interface TypeDescription {
  readonly text: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface Descriptions {
  /** By full type name. */
  readonly types: Readonly<Record<string, TypeDescription>>;
  /** By name of a parameter; of connect options as `PodExecOptions.command`. */
  readonly parameters: Readonly<Record<string, string>>;
}

export const NO_DESCRIPTIONS: Descriptions = { types: {}, parameters: {} };

const FILE = 'descriptions.json.br';
/** Beside the bundle; for the sources, where the build puts it. */
const PLACES = [`./${FILE}`, `../../../dist/${FILE}`];

let loaded: WeakRef<Descriptions> | undefined;

/** Reads the file; keeps the result only as long as somebody uses it. */
export function loadDescriptions(): Descriptions {
  const known = loaded?.deref();
  if (known !== undefined) return known;
  const descriptions = parseDescriptions(asset() ?? fromDisk());
  loaded = new WeakRef(descriptions);
  return descriptions;
}

let digest: string | undefined;

/** Changes with the file; for hashes of what is made from it. */
export function descriptionsDigest(): string {
  digest ??= createHash('sha256')
    .update(asset() ?? fromDisk() ?? '')
    .digest('hex');
  return digest;
}

/** @param packed brotli-compressed JSON */
export function parseDescriptions(packed: Uint8Array | undefined): Descriptions {
  if (packed === undefined) return NO_DESCRIPTIONS;
  return JSON.parse(brotliDecompressSync(packed).toString('utf8')) as Descriptions;
}

function fromDisk(): Uint8Array | undefined {
  const place = PLACES.map((path) => new URL(path, import.meta.url)).find((url) => existsSync(url));
  return place === undefined ? undefined : readFileSync(place);
}

/** In the single-file binary it is an asset named like the file. */
function asset(): Uint8Array | undefined {
  const sea = createRequire(import.meta.url)('node:sea') as typeof import('node:sea');
  if (!sea.isSea()) return undefined;
  try {
    return new Uint8Array(sea.getAsset(FILE));
  } catch {
    return undefined;
  }
}
