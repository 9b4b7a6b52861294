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
  validateMode(projected.defaultMode, path.child('defaultMode'), errors);
  const taken = new Set<string>();
  /** Reports a path that an earlier source wrote; `shown` is what upstream shows as the culprit. */
  const claim = (file: string | undefined, shown: string): void => {
    if (!file) return;
    if (taken.has(file)) errors.invalid(path, shown, 'conflicting duplicate paths');
    taken.add(file);
  };
  for (const [i, source] of (projected.sources ?? []).entries()) {
    const at = path.child('sources').index(i);
    if (source.secret) validateKeyed(source.secret, at.child('secret'), errors, claim);
    if (source.configMap) validateKeyed(source.configMap, at.child('configMap'), errors, claim);
    for (const file of source.downwardAPI?.items ?? []) {
      validateDownwardFile(file, at.child('downwardAPI'), errors);
      claim(file.path, file.path ?? '');
    }
    if (source.serviceAccountToken)
      validateToken(source.serviceAccountToken, path, at.child('serviceAccountToken'), errors, options);
    if (countSources(source) > 1) errors.forbidden(at, 'may not specify more than 1 volume type per source');
  }
}

function countSources(source: VolumeProjection): number {
  return Object.values(source).filter((value) => value !== undefined).length;
}

type Claim = (file: string | undefined, shown: string) => void;

function validateKeyed(
  source: { name?: string; items?: KeyToPath[] },
  path: Path,
  errors: FieldErrors,
  claim: Claim,
): void {
  if (!source.name) errors.required(path.child('name'));
  for (const [i, item] of (source.items ?? []).entries()) {
    validateKeyToPath(item, path.child('items').index(i), errors);
    claim(item.path, source.name ?? '');
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
