/** VolumeAttachment; imitates pkg/apis/storage and pkg/registry/storage/volumeattachment. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { byteLength, isDNS1123Subdomain, rangeMessage } from '../../../api/names.ts';
import type { VolumeAttachment, VolumeAttachmentSource, VolumeError } from '../../../api/types/storage-v1.ts';
import { defineKind } from '../define.ts';
import { age } from '../printing.ts';
import { validateImmutable } from '../shared/field-rules.ts';
import { VOLUME_ATTACHMENT_SPEC } from '../shared/go-structs.ts';
import {
  metadataFieldLabelError,
  reportInvalid,
  validateCSIDriverName,
  validateDNSSubdomain,
} from '../shared/name-rules.ts';
import { applyPersistentVolumeSpecDefaults, validatePersistentVolumeSpec } from '../shared/persistent-volume-spec.ts';
import { goValue } from '../shared/pod-go-values.ts';
import { keepMetadata, keepSpec } from '../shared/status-metadata.ts';

const SPEC = Path.root('spec');
const STATUS = Path.root('status');
const MAX_METADATA_BYTES = 256 * 1024;
const MAX_MESSAGE_BYTES = 1024;

export const volumeattachments = defineKind<VolumeAttachment>('storage.k8s.io', 'v1', 'volumeattachments', {
  deleteReturns: 'object',
  unconditionalUpdate: false,
  metadataOnUpdate: 'full',
  applyDefaults(obj) {
    const inline = obj.spec?.source?.inlineVolumeSpec;
    if (inline !== undefined) applyPersistentVolumeSpecDefaults(inline, { inline: true });
  },
  prepareForCreate(obj) {
    obj.status = { attached: false };
  },
  validate(obj, errors) {
    validateAttachment(obj, errors);
    validateNewAttachment(obj, errors);
  },
  validateUpdate(obj, old, errors) {
    validateAttachment(obj, errors);
    validateAttachment(obj, errors);
    validateImmutable(obj.spec, old.spec, SPEC, errors, goValue(obj.spec, VOLUME_ATTACHMENT_SPEC));
  },
  status: {
    prepareForUpdate(obj, old) {
      keepSpec(obj, old);
      keepMetadata(obj, old);
    },
    validateUpdate(obj, old, errors) {
      validateAttachment(obj, errors);
      validateAttachment(obj, errors);
      validateImmutable(obj.spec, old.spec, SPEC, errors, goValue(obj.spec, VOLUME_ATTACHMENT_SPEC));
    },
    resetFields: ['metadata', 'spec'],
  },
  fieldLabelError: metadataFieldLabelError,
  cells: (obj, now) => [
    obj.metadata?.name ?? '',
    obj.spec?.attacher ?? '',
    obj.spec?.source?.persistentVolumeName ?? '',
    obj.spec?.nodeName ?? '',
    obj.status?.attached ?? false,
    age(obj.metadata?.creationTimestamp, now),
  ],
});

function validateAttachment(obj: VolumeAttachment, errors: FieldErrors): void {
  const { attacher = '', nodeName = '', source = {} } = obj.spec ?? {};
  if (attacher === '') errors.required(SPEC.child('attacher'));
  validateSource(source, SPEC.child('source'), errors);
  reportInvalid(isDNS1123Subdomain(nodeName), nodeName, SPEC.child('nodeName'), errors);
  const { attachmentMetadata, attachError, detachError } = obj.status ?? {};
  const size = Object.entries(attachmentMetadata ?? {}).reduce((sum, [k, v]) => sum + byteLength(k) + byteLength(v), 0);
  if (size > MAX_METADATA_BYTES) errors.tooLong(STATUS.child('attachmentMetadata'), MAX_METADATA_BYTES);
  validateVolumeError(attachError, STATUS.child('attachError'), errors);
  validateVolumeError(detachError, STATUS.child('detachError'), errors);
}

/** What is asked of new objects only (ValidateVolumeAttachmentV1). */
function validateNewAttachment(obj: VolumeAttachment, errors: FieldErrors): void {
  const { attacher = '', source = {} } = obj.spec ?? {};
  if (attacher !== '') validateCSIDriverName(attacher, Path.root('spec.attacher'), errors);
  const name = source.persistentVolumeName;
  if (name !== undefined) validateDNSSubdomain(name, Path.root('spec.source.persistentVolumeName'), errors);
}

const EXACTLY_ONE = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';

function validateSource(source: VolumeAttachmentSource, path: Path, errors: FieldErrors): void {
  const { inlineVolumeSpec: inline, persistentVolumeName: name } = source;
  if (inline === undefined && name === undefined) errors.required(path, EXACTLY_ONE);
  else if (inline !== undefined && name !== undefined) errors.forbidden(path, EXACTLY_ONE);
  else if (name === '')
    errors.required(path.child('persistentVolumeName'), 'must specify non empty persistentVolumeName');
  else if (inline !== undefined)
    validatePersistentVolumeSpec(inline, path.child('inlineVolumeSpec'), errors, { pvName: '', inline: true });
}

function validateVolumeError(error: VolumeError | undefined, path: Path, errors: FieldErrors): void {
  if (error === undefined) return;
  if (byteLength(error.message ?? '') > MAX_MESSAGE_BYTES) errors.tooLong(path.child('message'), MAX_METADATA_BYTES);
  const code = error.errorCode;
  if (code !== undefined && code < 0) errors.invalid(path.child('errorCode'), code, rangeMessage(0, 2 ** 31 - 1));
}
