/** Files of one volume that would overwrite each other; imitates warningsForOverlappingVirtualPaths of kubernetes pkg/api/pod. */
import { quote } from '../../../api/field-errors.ts';
import type { Volume, VolumeProjection } from '../../../api/types/core-v1.ts';

export function overlappingPathWarnings(volumes: readonly Volume[], warnings: string[]): void {
  for (const volume of volumes) {
    const { configMap, secret, downwardAPI, projected } = volume;
    if (configMap?.items) overlaps(paths(configMap.items), wordsFor(volume, 'ConfigMap', configMap.name), warnings);
    if (secret?.items) overlaps(paths(secret.items), wordsFor(volume, 'Secret', secret.secretName), warnings);
    if (downwardAPI?.items)
      overlaps(paths(downwardAPI.items), `volume ${nameOf(volume)} (DownwardAPI): overlapping paths`, warnings);
    if (projected?.sources && mayOverlap(projected.sources))
      projectedWarnings(projected.sources, nameOf(volume), warnings);
  }
}

function nameOf(volume: Volume): string {
  return quote(volume.name ?? '');
}

function wordsFor(volume: Volume, what: string, source = ''): string {
  return `volume ${nameOf(volume)} (${what} ${quote(source)}): overlapping paths`;
}

function paths(items: readonly { path?: string }[] | undefined): string[] {
  return (items ?? []).map((item) => item.path ?? '');
}

/** Each source in itself, and all sources so far together. */
function projectedWarnings(sources: readonly VolumeProjection[], volume: string, warnings: string[]): void {
  const all = new Set<string>();
  for (const source of sources) {
    if (Object.keys(source).length === 0) warnings.push(`volume ${volume} (Projected) has no sources provided`);
    const found = describe(source);
    if (found === undefined || found.paths.length === 0) continue;
    const words = `volume ${volume} (Projected ${found.what}): overlapping paths`;
    const distinct = [...new Set(found.paths)];
    overlaps(found.paths, words, warnings);
    overlaps([...distinct, ...all].sort(), words, warnings);
    for (const path of distinct) all.add(path);
  }
}

/** Every pod has a token volume of three sources that do not: they are told apart by their paths' first letters. */
function mayOverlap(sources: readonly VolumeProjection[]): boolean {
  const letters = new Set(['', '/']);
  for (const source of sources) {
    const { configMap, secret, downwardAPI, serviceAccountToken } = source;
    const files =
      configMap?.items ?? secret?.items ?? downwardAPI?.items ?? (serviceAccountToken && [serviceAccountToken]);
    if (files === undefined || Object.keys(source).length > 1) return true;
    for (const { path = '' } of files) {
      if (letters.has(path.charAt(0))) return true;
      letters.add(path.charAt(0));
    }
  }
  return false;
}

function describe({
  configMap,
  secret,
  downwardAPI,
  serviceAccountToken,
}: VolumeProjection): { paths: string[]; what: string } | undefined {
  if (configMap?.items) return { paths: paths(configMap.items), what: `ConfigMap ${quote(configMap.name ?? '')}` };
  if (secret?.items) return { paths: paths(secret.items), what: `Secret ${quote(secret.name ?? '')}` };
  if (downwardAPI?.items) return { paths: paths(downwardAPI.items), what: 'DownwardAPI' };
  return serviceAccountToken === undefined
    ? undefined
    : { paths: [serviceAccountToken.path ?? ''], what: 'ServiceAccountToken' };
}

function overlaps(list: readonly string[], words: string, warnings: string[]): void {
  const seen = new Set<string>();
  for (const item of list) {
    const path = item.replace(/\/+$/, '');
    const other = path === '' || seen.has('') ? undefined : [...seen].find((known) => collide(known, path));
    if (other !== undefined) warnings.push(`${words}: ${quote(path)} with ${quote(other)}`);
    seen.add(path);
  }
}

/** The same file, or a file that would have to be a directory too. */
function collide(known: string, path: string): boolean {
  return known === path || known.startsWith(`${path}/`) || path.startsWith(`${known}/`);
}
