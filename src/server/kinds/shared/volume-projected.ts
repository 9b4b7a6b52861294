/** Projected volumes; imitates validateProjectedVolumeSource. Sources behind disabled gates were dropped before. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import type {
  KeyToPath,
  ProjectedVolumeSource,
  ServiceAccountTokenProjection,
  VolumeProjection,
} from '../../../api/types/core-v1.ts';
import type { PodValidationOptions } from './pod-validation-options.ts';
import { validateLocalNonReservedPath } from './volume-paths.ts';
import { validateDownwardFile, validateKeyToPath, validateMode } from './volume-sources.ts';

const MIN_TOKEN_SECONDS = 600;
const MAX_TOKEN_SECONDS = 2 ** 32;

export function validateProjected(
  projected: ProjectedVolumeSource,
  path: Path,
  errors: FieldErrors,
  options: PodValidationOptions,
): void {
  const { defaultMode, sources } = projected;
  if (defaultMode !== undefined) validateMode(defaultMode, path.child('defaultMode'), errors);
  const files: ClaimedFiles = { taken: new Set(), path, errors };
  for (const [i, source] of (sources ?? []).entries()) {
    const at = path.child('sources').index(i);
    const { secret, configMap, downwardAPI, serviceAccountToken } = source;
    if (secret) validateKeyed(secret, at.child('secret'), files);
    if (configMap) validateKeyed(configMap, at.child('configMap'), files);
    for (const file of downwardAPI?.items ?? []) {
      validateDownwardFile(file, at.child('downwardAPI'), errors);
      claim(file.path, file.path ?? '', files);
    }
    if (serviceAccountToken) validateToken(serviceAccountToken, path, at.child('serviceAccountToken'), errors, options);
    if (countSources(source) > 1) errors.forbidden(at, 'may not specify more than 1 volume type per source');
  }
}

/** The files that sources so far will write, and where the volume is. */
interface ClaimedFiles {
  readonly taken: Set<string>;
  readonly path: Path;
  readonly errors: FieldErrors;
}

/** Reports a file that an earlier source wrote; `shown` is what upstream shows as the culprit. */
function claim(file: string | undefined, shown: string, { taken, path, errors }: ClaimedFiles): void {
  if (!file) return;
  if (taken.has(file)) errors.invalid(path, shown, 'conflicting duplicate paths');
  taken.add(file);
}

function countSources(source: VolumeProjection): number {
  let count = 0;
  for (const field of Object.keys(source)) if (source[field as keyof VolumeProjection] !== undefined) count++;
  return count;
}

function validateKeyed(source: { name?: string; items?: KeyToPath[] }, path: Path, files: ClaimedFiles): void {
  if (!source.name) files.errors.required(path.child('name'));
  for (const [i, item] of (source.items ?? []).entries()) {
    validateKeyToPath(item, path.child('items').index(i), files.errors);
    claim(item.path, source.name ?? '', files);
  }
}

/** Upstream puts the token's path under the volume, not under the source. */
function validateToken(
  token: ServiceAccountTokenProjection,
  volumePath: Path,
  path: Path,
  errors: FieldErrors,
  options: PodValidationOptions,
): void {
  const seconds = token.expirationSeconds ?? 0;
  const at = path.child('expirationSeconds');
  if (seconds < MIN_TOKEN_SECONDS) errors.invalid(at, seconds, 'may not specify a duration less than 10 minutes');
  if (seconds > MAX_TOKEN_SECONDS) errors.invalid(at, seconds, 'may not specify a duration larger than 2^32 seconds');
  if (!token.path) errors.required(volumePath.child('path'));
  else if (options.allowNonLocalProjectedTokenPath !== true)
    validateLocalNonReservedPath(token.path, volumePath.child('path'), errors);
}
