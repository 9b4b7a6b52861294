/** CSIDriver; imitates pkg/apis/storage and pkg/registry/storage/csidriver. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { equalJson } from '../../../api/object.ts';
import type { CSIDriver, CSIDriverSpec, TokenRequest } from '../../../api/types/storage-v1.ts';
import { defineKind } from '../define.ts';
import { age } from '../printing.ts';
import { validateImmutable } from '../shared/field-rules.ts';
import { metadataFieldLabelError } from '../shared/name-rules.ts';

const SPEC = Path.root('spec');
const FS_GROUP_POLICIES = ['File', 'None', 'ReadWriteOnceWithFSType'];
const LIFECYCLE_MODES = ['Persistent', 'Ephemeral'];
const COUNTED = ['tokenRequests', 'requiresRepublish', 'seLinuxMount'] as const;
const TOKENS_UNSET =
  'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes';

export const csidrivers = defineKind<CSIDriver>('storage.k8s.io', 'v1', 'csidrivers', {
  deleteReturns: 'object',
  unconditionalUpdate: false,
  applyDefaults(obj) {
    obj.spec ??= {};
    const { spec } = obj;
    spec.attachRequired ??= true;
    spec.podInfoOnMount ??= false;
    spec.storageCapacity ??= false;
    spec.fsGroupPolicy ??= 'ReadWriteOnceWithFSType';
    if ((spec.volumeLifecycleModes ?? []).length === 0) spec.volumeLifecycleModes = ['Persistent'];
    spec.requiresRepublish ??= false;
    spec.seLinuxMount ??= false;
  },
  prepareForCreate: (obj) => dropAlphaFields(obj, undefined),
  prepareForUpdate(obj, old) {
    dropAlphaFields(obj, old);
    countChange(obj, old);
  },
  validate: (obj, errors) => validateSpec(obj.spec ?? {}, errors),
  validateUpdate(obj, old, errors) {
    validateSpec(obj.spec ?? {}, errors);
    validateImmutable(obj.spec?.attachRequired, old.spec?.attachRequired, SPEC.child('attachedRequired'), errors);
    const path = SPEC.child('volumeLifecycleModes');
    validateImmutable(obj.spec?.volumeLifecycleModes, old.spec?.volumeLifecycleModes, path, errors);
  },
  warnings: ({ spec = {} }) =>
    (spec.tokenRequests ?? []).length > 0 && spec.serviceAccountTokenInSecrets === undefined ? [TOKENS_UNSET] : [],
  fieldLabelError: metadataFieldLabelError,
  cells(obj, now) {
    const { spec = {} } = obj;
    const audiences = (spec.tokenRequests ?? []).map((request) => request.audience ?? '');
    const modes = spec.volumeLifecycleModes ?? [];
    return [
      obj.metadata?.name ?? '',
      spec.attachRequired ?? true,
      spec.podInfoOnMount ?? false,
      spec.storageCapacity ?? false,
      audiences.length === 0 ? '<unset>' : audiences.join(','),
      spec.requiresRepublish ?? false,
      modes.length === 0 ? '<none>' : modes.join(','),
      age(obj.metadata?.creationTimestamp, now),
    ];
  },
});

/** VolumeLimitScaling is off. */
function dropAlphaFields(obj: CSIDriver, old: CSIDriver | undefined): void {
  if (old?.spec?.preventPodSchedulingIfMissing === undefined) delete obj.spec?.preventPodSchedulingIfMissing;
}

/** A driver begins without a generation; only these fields may change without a new driver, and count. */
function countChange(obj: CSIDriver, old: CSIDriver): void {
  const changed = COUNTED.some((field) => !equalJson(obj.spec?.[field] ?? null, old.spec?.[field] ?? null));
  if (changed) obj.metadata = { ...obj.metadata, generation: (old.metadata?.generation ?? 0) + 1 };
}

function validateSpec(spec: CSIDriverSpec, errors: FieldErrors): void {
  if (spec.attachRequired === undefined) errors.required(SPEC.child('attachedRequired'));
  if (spec.podInfoOnMount === undefined) errors.required(SPEC.child('podInfoOnMount'));
  if (spec.storageCapacity === undefined) errors.required(SPEC.child('storageCapacity'));
  const { fsGroupPolicy, nodeAllocatableUpdatePeriodSeconds: period, serviceAccountTokenInSecrets: inSecrets } = spec;
  if (fsGroupPolicy !== undefined && !FS_GROUP_POLICIES.includes(fsGroupPolicy))
    errors.notSupported(SPEC.child('fsGroupPolicy'), fsGroupPolicy, FS_GROUP_POLICIES);
  validateTokenRequests(spec.tokenRequests ?? [], SPEC.child('tokenRequests'), errors);
  for (const mode of spec.volumeLifecycleModes ?? []) {
    if (!LIFECYCLE_MODES.includes(mode)) errors.notSupported(SPEC.child('volumeLifecycleModes'), mode, LIFECYCLE_MODES);
  }
  if (spec.seLinuxMount === undefined) errors.required(SPEC.child('seLinuxMount'));
  if (period !== undefined && period < 10) {
    const path = SPEC.child('nodeAllocatableUpdatePeriodSeconds');
    errors.invalid(path, period, 'must be greater than or equal to 10 seconds');
  }
  if (inSecrets !== undefined && (spec.tokenRequests ?? []).length === 0) {
    const detail = 'serviceAccountTokenInSecrets is set but no tokenRequests are specified';
    errors.invalid(SPEC.child('serviceAccountTokenInSecrets'), inSecrets, detail);
  }
}

function validateTokenRequests(requests: readonly TokenRequest[], path: Path, errors: FieldErrors): void {
  const seen = new Set<string>();
  for (const [i, { audience = '', expirationSeconds: seconds }] of requests.entries()) {
    const at = path.index(i);
    if (seen.has(audience)) {
      errors.duplicate(at.child('audience'), audience);
      continue;
    }
    seen.add(audience);
    if (seconds === undefined) continue;
    if (seconds < 600)
      errors.invalid(at.child('expirationSeconds'), seconds, 'may not specify a duration less than 10 minutes');
    if (seconds > 2 ** 32)
      errors.invalid(at.child('expirationSeconds'), seconds, 'may not specify a duration larger than 2^32 seconds');
  }
}
