/** APIService; imitates kube-aggregator pkg/apis/apiregistration and pkg/registry/apiservice. */
import { type FieldErrors, Path, quote } from '../../../api/field-errors.ts';
import {
  isDNS1035Label,
  isDNS1123Subdomain,
  isPathSegmentName,
  isPathSegmentPrefix,
  isValidPortNum,
} from '../../../api/names.ts';
import { formatTime } from '../../../api/time.ts';
import type { APIService, APIServiceSpec } from '../../../api/types/apiregistration-v1.ts';
import { defineKind } from '../define.ts';
import type { CellValue } from '../kind.ts';
import { age } from '../printing.ts';
import { reportInvalid } from '../shared/name-rules.ts';
import { keepMetadata, keepSpec } from '../shared/status-metadata.ts';

const NAME = Path.root('metadata').child('name');
const SPEC = Path.root('spec');
const CONDITIONS = Path.root('status').child('conditions');
const STATUSES = ['True', 'False', 'Unknown'];

export const apiservices = defineKind<APIService>('apiregistration.k8s.io', 'v1', 'apiservices', {
  nameErrors: (name, prefix) => (prefix ? isPathSegmentPrefix(name) : isPathSegmentName(name)),
  metadataOnUpdate: 'update+full',
  unconditionalUpdate: false,
  applyDefaults({ spec }) {
    if (spec?.service !== undefined) spec.service.port ??= 443;
  },
  prepareForCreate(obj, { now }) {
    obj.status = obj.spec?.service === undefined ? { conditions: [localCondition(now)] } : {};
  },
  validate: (obj, errors) => validateApiService(obj, errors),
  status: {
    resetFields: ['metadata', 'spec'],
    prepareForUpdate(obj, old) {
      keepSpec(obj, old);
      keepMetadata(obj, old);
    },
    validateUpdate(obj, _old, errors) {
      for (const [i, { status = '' }] of (obj.status?.conditions ?? []).entries()) {
        if (!STATUSES.includes(status)) errors.notSupported(CONDITIONS.index(i).child('status'), status, STATUSES);
      }
    },
  },
  cells,
});

/** What this server serves itself is always there. */
function localCondition(now: Date): { [field: string]: string } {
  return {
    type: 'Available',
    status: 'True',
    lastTransitionTime: formatTime(now),
    reason: 'Local',
    message: 'Local APIServices are always available',
  };
}

function validateApiService({ metadata = {}, spec = {} }: APIService, errors: FieldErrors): void {
  const { group = '', version = '' } = spec;
  const { name = '' } = metadata;
  const wanted = `${version}.${group}`;
  if (name !== '' && name !== wanted && isPathSegmentName(name).length === 0)
    errors.invalid(NAME, name, `must be \`spec.version+"."+spec.group\`: ${quote(wanted)}`);
  if (group !== '') reportInvalid(isDNS1123Subdomain(group), group, SPEC.child('group'), errors);
  else if (version !== 'v1')
    errors.required(SPEC.child('group'), 'only v1 may have an empty group and it better be legacy kube');
  reportInvalid(isDNS1035Label(version), version, SPEC.child('version'), errors);
  validatePriority(spec.groupPriorityMinimum ?? 0, 20_000, SPEC.child('groupPriorityMinimum'), errors);
  validatePriority(spec.versionPriority ?? 0, 1000, SPEC.child('versionPriority'), errors);
  if (spec.service === undefined) validateLocal(spec, errors);
  else validateRemote(spec, errors);
}

function validatePriority(value: number, max: number, path: Path, errors: FieldErrors): void {
  if (value <= 0 || value > max) errors.invalid(path, value, `must be positive and less than ${max}`);
}

function validateLocal({ caBundle = '', insecureSkipTLSVerify = false }: APIServiceSpec, errors: FieldErrors): void {
  const bytes = Buffer.byteLength(caBundle, 'base64');
  if (bytes > 0) errors.invalid(SPEC.child('caBundle'), `${bytes} bytes`, 'local APIServices may not have a caBundle');
  if (insecureSkipTLSVerify) {
    const message = 'local APIServices may not have insecureSkipTLSVerify';
    errors.invalid(SPEC.child('insecureSkipTLSVerify'), true, message);
  }
}

function validateRemote({ caBundle = '', insecureSkipTLSVerify, service }: APIServiceSpec, errors: FieldErrors): void {
  const path = SPEC.child('service');
  if (!service?.namespace) errors.required(path.child('namespace'));
  if (!service?.name) errors.required(path.child('name'));
  const { port = 0 } = service ?? {};
  const faults = isValidPortNum(port);
  if (faults.length > 0) errors.invalid(path.child('port'), port, `port is not valid: ${faults.join(', ')}`);
  if (insecureSkipTLSVerify === true && caBundle !== '')
    errors.invalid(SPEC.child('insecureSkipTLSVerify'), true, 'may not be true if caBundle is present');
}

function cells({ metadata = {}, spec = {}, status = {} }: APIService, now: Date): CellValue[] {
  const { service } = spec;
  const available = status.conditions?.find((condition) => condition.type === 'Available');
  return [
    metadata.name ?? '',
    service === undefined ? 'Local' : `${service.namespace ?? ''}/${service.name ?? ''}`,
    availabilityText(available?.status ?? 'Unknown', available?.reason ?? ''),
    age(metadata.creationTimestamp, now),
  ];
}

/** `True`, or `False (MissingEndpoints)`. */
function availabilityText(status: string, reason: string): string {
  return status === 'True' || reason === '' ? status : `${status} (${reason})`;
}
