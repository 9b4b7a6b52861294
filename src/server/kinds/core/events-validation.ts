/** Imitates ValidateEventCreate and ValidateEventUpdate of kubernetes pkg/apis/core/validation/events.go. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { byteLength, isDNS1123Subdomain, isQualifiedName } from '../../../api/names.ts';
import { equalJson } from '../../../api/object.ts';
import type { Event } from '../../../api/types/core-v1.ts';
import { validateImmutable } from '../shared/field-rules.ts';
import { reportInvalid } from '../shared/name-rules.ts';
import { type GoShape, goValue } from '../shared/pod-go-values.ts';

const MAX_LENGTH = 128;
const MAX_NOTE = 1024;
const REFERENCE: GoShape = [
  ['Kind', 'kind', ''],
  ['Namespace', 'namespace', ''],
  ['Name', 'name', ''],
  ['UID', 'uid', ''],
  ['APIVersion', 'apiVersion', ''],
  ['ResourceVersion', 'resourceVersion', ''],
  ['FieldPath', 'fieldPath', ''],
];
const SOURCE: GoShape = [
  ['Component', 'component', ''],
  ['Host', 'host', ''],
];

/** What every event must satisfy, and all that `v1` asks of one. */
export function validateEvent(event: Event, errors: FieldErrors): void {
  if (isZeroTime(event.eventTime)) validateNamespaceOfOldEvent(event, errors);
  else validateNewEvent(event, errors);
  const namespace = event.metadata?.namespace ?? '';
  reportInvalid(isDNS1123Subdomain(namespace), namespace, Path.root('namespace'), errors);
}

/** The further rules of `events.k8s.io/v1`, under the names of core events as upstream says them. */
export function validateStrictEvent(event: Event, errors: FieldErrors): void {
  validateSeries(event, errors);
  if (isZeroTime(event.eventTime)) errors.required(Path.root('eventTime'));
  const { type = '', source = {} } = event;
  if (type !== 'Normal' && type !== 'Warning') errors.invalid(Path.root('type'), '', `has invalid value: ${type}`);
  const unset = (field: string) => errors.invalid(Path.root(field), '', 'needs to be unset');
  if (!isZeroTime(event.firstTimestamp)) unset('firstTimestamp');
  if (!isZeroTime(event.lastTimestamp)) unset('lastTimestamp');
  if ((event.count ?? 0) !== 0) unset('count');
  if (source.component || source.host) unset('source');
}

/** In `events.k8s.io/v1` only the series of an event may change. */
export function validateStrictEventUpdate(event: Event, old: Event, errors: FieldErrors): void {
  if (!equalJson(event.series, old.series)) validateSeries(event, errors);
  const same = (field: keyof Event, zero: unknown, shown: unknown, path: string = field) =>
    validateImmutable(event[field] ?? zero, old[field] ?? zero, Path.root(path), errors, shown);
  const sameText = (field: keyof Event, path?: string) => same(field, '', event[field] ?? '', path);
  const sameTime = (field: keyof Event) => same(field, null, event[field] ?? null);
  same('involvedObject', {}, goValue(event.involvedObject ?? {}, REFERENCE));
  sameText('reason');
  sameText('message');
  same('source', {}, goValue(event.source ?? {}, SOURCE));
  sameTime('firstTimestamp');
  sameTime('lastTimestamp');
  same('count', 0, event.count ?? 0);
  sameText('reason');
  sameText('type');
  sameTime('eventTime');
  sameText('action');
  same('related', null, goValue(event.related, REFERENCE));
  sameText('reportingComponent', 'reportingController');
  sameText('reportingInstance');
}

function isZeroTime(time: string | null | undefined): boolean {
  return time === undefined || time === null;
}

function validateNamespaceOfOldEvent(event: Event, errors: FieldErrors): void {
  const namespace = event.metadata?.namespace ?? '';
  const involved = event.involvedObject?.namespace ?? '';
  const agree = involved === '' ? namespace === '' || namespace === 'default' : namespace === involved;
  if (!agree) refuseNamespace(involved, errors);
}

function refuseNamespace(involved: string, errors: FieldErrors): void {
  errors.invalid(Path.root('involvedObject').child('namespace'), involved, 'does not match event.namespace');
}

function validateNewEvent(event: Event, errors: FieldErrors): void {
  const namespace = event.metadata?.namespace ?? '';
  const clusterScoped = !event.involvedObject?.namespace;
  if (clusterScoped && namespace !== 'default' && namespace !== 'kube-system') refuseNamespace('', errors);
  const { reportingComponent = '', reportingInstance = '', action = '', reason = '', message = '' } = event;
  const controllerPath = Path.root('reportingController');
  if (reportingComponent === '') errors.required(controllerPath);
  reportInvalid(isQualifiedName(reportingComponent), reportingComponent, controllerPath, errors);
  validateText('reportingInstance', reportingInstance, errors);
  validateText('action', action, errors);
  validateText('reason', reason, errors);
  if (byteLength(message) > MAX_NOTE) tooLong('message', MAX_NOTE, errors);
}

function validateText(field: string, text: string, errors: FieldErrors): void {
  if (text === '') errors.required(Path.root(field));
  if (byteLength(text) > MAX_LENGTH) tooLong(field, MAX_LENGTH, errors);
}

function tooLong(field: string, max: number, errors: FieldErrors): void {
  errors.invalid(Path.root(field), '', `can have at most ${max} characters`);
}

function validateSeries({ series }: Event, errors: FieldErrors): void {
  if (series === undefined) return;
  if ((series.count ?? 0) < 2) errors.invalid(Path.root('series.count'), '', 'should be at least 2');
  if (isZeroTime(series.lastObservedTime)) errors.required(Path.root('series.lastObservedTime'));
}
