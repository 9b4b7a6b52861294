/** Files of one volume that would overwrite each other; imitates warningsForOverlappingVirtualPaths of kubernetes pkg/api/pod. */
import { quote } from '../../../api/field-errors.ts';
import type { Volume, VolumeProjection } from '../../../api/types/core-v1.ts';

export function overlappingPathWarnings(volumes: readonly Volume[]): string[] {
  return volumes.flatMap((volume) => {
    if (!volume.configMap?.items && !volume.secret?.items && !volume.downwardAPI && !volume.projected) return [];
    const name = quote(volume.name ?? '');
    const { configMap, secret, downwardAPI, projected } = volume;
    return [
      ...overlaps(
        paths(configMap?.items),
        `volume ${name} (ConfigMap ${quote(configMap?.name ?? '')}): overlapping paths`,
      ),
      ...overlaps(
        paths(secret?.items),
        `volume ${name} (Secret ${quote(secret?.secretName ?? '')}): overlapping paths`,
      ),
      ...overlaps(paths(downwardAPI?.items), `volume ${name} (DownwardAPI): overlapping paths`),
      ...projectedWarnings(projected?.sources ?? [], name),
    ];
  });
}

function paths(items: readonly { path?: string }[] | undefined): string[] {
  return (items ?? []).map((item) => item.path ?? '');
}

/** Each source in itself, and all sources so far together. */
function projectedWarnings(sources: readonly VolumeProjection[], volume: string): string[] {
  if (!mayOverlap(sources)) return [];
  const warnings: string[] = [];
  const all = new Set<string>();
  for (const source of sources) {
    if (Object.keys(source).length === 0) warnings.push(`volume ${volume} (Projected) has no sources provided`);
    const found = describe(source);
    if (found === undefined || found.paths.length === 0) continue;
    const words = `volume ${volume} (Projected ${found.what}): overlapping paths`;
    const distinct = [...new Set(found.paths)];
    warnings.push(...overlaps(found.paths, words), ...overlaps([...distinct, ...all].sort(), words));
    for (const path of distinct) all.add(path);
  }
  return warnings;
}

/** Every pod has a token volume of three sources that do not: most are told apart by their paths' first letters. */
function mayOverlap(sources: readonly VolumeProjection[]): boolean {
  const first = new Set<string>();
  let count = 0;
  for (const { configMap, secret, downwardAPI, serviceAccountToken, ...others } of sources) {
    const list = configMap?.items ?? secret?.items ?? downwardAPI?.items ?? [serviceAccountToken ?? {}];
    for (const { path = '' } of list) first.add(path.charAt(0));
    count += list.length;
    if (Object.keys(others).length > 0) return true;
  }
  return first.size < count || first.has('') || first.has('/');
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

function overlaps(list: readonly string[], words: string): string[] {
  if (list.length < 2) return [];
  const seen = new Set<string>();
  const warnings: string[] = [];
  for (const item of list) {
    const path = item.replace(/\/+$/, '');
    const other = path === '' || seen.has('') ? undefined : [...seen].find((known) => collide(known, path));
    if (other !== undefined) warnings.push(`${words}: ${quote(path)} with ${quote(other)}`);
    seen.add(path);
  }
  return warnings;
}

/** The same file, or a file that would have to be a directory too. */
function collide(known: string, path: string): boolean {
  return known === path || known.startsWith(`${path}/`) || path.startsWith(`${known}/`);
}
