/** Annotations that pods give a meaning to: mirror pods, deletion cost, and the ancestors of today's security fields. */

import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { quote } from '../../../api/field-errors.ts';
import { sortedKeys } from '../../../api/object.ts';
import type { AppArmorProfile, PodSpec, SeccompProfile, Toleration } from '../../../api/types/core-v1.ts';
import { allContainers, containerPath } from './pod-visit.ts';
import { validateTolerations } from './scheduling-tolerations.ts';
import { validateLocalDescendingPath } from './volume-paths.ts';

export const MIRROR_POD = 'kubernetes.io/config.mirror';
export const APP_ARMOR_PREFIX = 'container.apparmor.security.beta.kubernetes.io/';
export const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
export const SECCOMP_CONTAINER_PREFIX = 'container.seccomp.security.alpha.kubernetes.io/';
const TOLERATIONS = 'scheduler.alpha.kubernetes.io/tolerations';
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
const LOCALHOST = 'localhost/';

export type Annotations = Readonly<Record<string, string>>;

/** ValidatePodSpecificAnnotations; keys in sorted order (Go's is random). */
export function validatePodAnnotations(
  annotations: Annotations | undefined,
  spec: PodSpec,
  path: Path,
  errors: FieldErrors,
): void {
  if (!annotations) return;
  if (Object.hasOwn(annotations, MIRROR_POD) && !spec.nodeName) {
    errors.invalid(
      path.key(MIRROR_POD),
      annotations[MIRROR_POD],
      'must set spec.nodeName if mirror pod annotation is set',
    );
  }
  if (annotations[TOLERATIONS]) validateTolerationsText(annotations[TOLERATIONS], path, errors);
  if (Object.hasOwn(annotations, DELETION_COST) && !isInt32(annotations[DELETION_COST] as string)) {
    errors.invalid(path.key(DELETION_COST), annotations[DELETION_COST], 'must be a 32bit integer');
  }
  if (Object.hasOwn(annotations, SECCOMP_POD))
    validateSeccompText(annotations[SECCOMP_POD] as string, path.child(SECCOMP_POD), errors);
  const keys = sortedKeys(annotations);
  for (const key of keys.filter((k) => k.startsWith(SECCOMP_CONTAINER_PREFIX))) {
    validateSeccompText(annotations[key] as string, path.child(key), errors);
  }
  for (const key of keys.filter((k) => k.startsWith(APP_ARMOR_PREFIX)))
    validateAppArmorText(key, annotations[key] as string, spec, path, errors);
}

function validateTolerationsText(text: string, path: Path, errors: FieldErrors): void {
  let tolerations: unknown;
  try {
    tolerations = JSON.parse(text);
  } catch (error) {
    errors.invalid(path, TOLERATIONS, (error as Error).message);
    return;
  }
  if (Array.isArray(tolerations)) validateTolerations(tolerations as Toleration[], path.child(TOLERATIONS), errors);
}

/** No plus sign and no leading zeros, within 32 bits. */
function isInt32(text: string): boolean {
  return /^(0|-[0-9]+|[1-9][0-9]*)$/.test(text) && Number(text) >= -2147483648 && Number(text) <= 2147483647;
}

function validateSeccompText(profile: string, path: Path, errors: FieldErrors): void {
  if (profile === 'runtime/default' || profile === 'docker/default' || profile === 'unconfined') return;
  if (profile.startsWith(LOCALHOST)) validateLocalDescendingPath(profile.slice(LOCALHOST.length), path, errors);
  else errors.invalid(path, profile, 'must be a valid seccomp profile');
}

function validateAppArmorText(key: string, profile: string, spec: PodSpec, path: Path, errors: FieldErrors): void {
  const name = key.slice(APP_ARMOR_PREFIX.length);
  const known = allContainers(spec).some((container) => (container.name ?? '') === name);
  if (!known) errors.invalid(path.key(key), name, 'container not found');
  const fine =
    profile === '' || profile === 'runtime/default' || profile === 'unconfined' || profile.startsWith(LOCALHOST);
  if (!fine) errors.invalid(path.key(key), profile, `invalid AppArmor profile name: ${quote(profile)}`);
}

/** ValidatePodSpecificAnnotationUpdates. */
export function validatePodAnnotationsUpdate(
  annotations: Annotations,
  old: Annotations,
  spec: PodSpec,
  path: Path,
  errors: FieldErrors,
): void {
  for (const key of sortedKeys(old)) {
    if (Object.hasOwn(annotations, key) && annotations[key] === old[key]) continue;
    if (key.startsWith(APP_ARMOR_PREFIX))
      errors.forbidden(path.key(key), 'may not remove or update AppArmor annotations');
    if (key === MIRROR_POD) errors.forbidden(path.key(key), 'may not remove or update mirror pod annotation');
  }
  for (const key of sortedKeys(annotations)) {
    if (Object.hasOwn(old, key)) continue;
    if (key.startsWith(APP_ARMOR_PREFIX)) errors.forbidden(path.key(key), 'may not add AppArmor annotations');
    if (key === MIRROR_POD) errors.forbidden(path.key(key), 'may not add mirror pod annotation');
  }
  validatePodAnnotations(annotations, spec, path, errors);
}

interface ProfileText {
  readonly what: string;
  readonly runtimeDefault: readonly string[];
}
const SECCOMP: ProfileText = { what: 'seccomp', runtimeDefault: ['runtime/default', 'docker/default'] };
const APP_ARMOR: ProfileText = { what: 'apparmor', runtimeDefault: ['runtime/default'] };

/** Where both are given, the seccomp annotation and the field must agree. */
export function validateSeccompMatch(
  annotations: Annotations | undefined,
  spec: PodSpec,
  path: Path,
  errors: FieldErrors,
): void {
  if (!annotations) return;
  const ofPod = spec.securityContext?.seccompProfile;
  if (ofPod !== undefined && Object.hasOwn(annotations, SECCOMP_POD)) {
    matchProfile(
      annotations[SECCOMP_POD] as string,
      ofPod,
      SECCOMP,
      path.child('securityContext', 'seccompProfile'),
      errors,
    );
  }
  for (const [i, container] of allContainers(spec).entries()) {
    const profile = container.securityContext?.seccompProfile;
    const key = SECCOMP_CONTAINER_PREFIX + (container.name ?? '');
    if (profile === undefined || !Object.hasOwn(annotations, key)) continue;
    const at = containerPath(spec, i, path);
    matchProfile(annotations[key] as string, profile, SECCOMP, at.child('securityContext', 'seccompProfile'), errors);
  }
}

/** Where both are given, the AppArmor annotation and the field (or the pod's) must agree. */
export function validateAppArmorMatch(
  annotations: Annotations | undefined,
  spec: PodSpec,
  path: Path,
  errors: FieldErrors,
): void {
  if (!annotations || spec.os?.name === 'windows') return;
  for (const [i, container] of allContainers(spec).entries()) {
    const profile = container.securityContext?.appArmorProfile ?? spec.securityContext?.appArmorProfile;
    const key = APP_ARMOR_PREFIX + (container.name ?? '');
    if (profile === undefined || !Object.hasOwn(annotations, key)) continue;
    const at = containerPath(spec, i, path).child('securityContext', 'appArmorProfile');
    matchProfile(annotations[key] as string, profile, APP_ARMOR, at, errors);
  }
}

function matchProfile(
  text: string,
  profile: SeccompProfile | AppArmorProfile,
  words: ProfileText,
  path: Path,
  errors: FieldErrors,
): void {
  const wrongType = (): void =>
    errors.forbidden(path.child('type'), `${words.what} type in annotation and field must match`);
  if (profile.type === 'Unconfined') {
    if (text !== 'unconfined') wrongType();
  } else if (profile.type === 'RuntimeDefault') {
    if (!words.runtimeDefault.includes(text)) wrongType();
  } else if (profile.type === 'Localhost') {
    if (!text.startsWith(LOCALHOST)) wrongType();
    else if (text.slice(LOCALHOST.length) !== profile.localhostProfile) {
      errors.forbidden(path.child('localhostProfile'), `${words.what} profile in annotation and field must match`);
    }
  }
}
