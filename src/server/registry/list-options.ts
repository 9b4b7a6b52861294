/** ListOptions from a query: parsed and validated as apimachinery internalversion/validation does. */
import { FieldErrors, Path } from '../../api/field-errors.ts';
import { badRequest, invalid, plainError, StatusError } from '../../api/status-error.ts';
import { isWatch } from '../request/request-info.ts';

export interface ListQuery {
  readonly labelSelector: string;
  readonly fieldSelector: string;
  readonly limit: number;
  readonly continueToken: string;
  readonly resourceVersion: string;
  readonly resourceVersionMatch: string;
  readonly sendInitialEvents: boolean | undefined;
  readonly allowWatchBookmarks: boolean;
  readonly timeoutSeconds: number | undefined;
}

/** @throws StatusError 400 for what does not parse, 422 for what does not fit together */
export function parseListQuery(query: URLSearchParams, forbidInitialEvents: boolean): ListQuery {
  const options: ListQuery = {
    labelSelector: query.get('labelSelector') ?? '',
    fieldSelector: query.get('fieldSelector') ?? '',
    limit: integer(query, 'limit') ?? 0,
    continueToken: query.get('continue') ?? '',
    resourceVersion: query.get('resourceVersion') ?? '',
    resourceVersionMatch: query.get('resourceVersionMatch') ?? '',
    sendInitialEvents: query.has('sendInitialEvents') ? isTrue(query.get('sendInitialEvents') ?? '') : undefined,
    allowWatchBookmarks: query.has('allowWatchBookmarks') && isTrue(query.get('allowWatchBookmarks') ?? ''),
    timeoutSeconds: integer(query, 'timeoutSeconds'),
  };
  validate(options, isWatch(query) && !forbidInitialEvents);
  return options;
}

/** Query booleans: everything but `false` and `0` is true, the empty text too. */
function isTrue(text: string): boolean {
  return text !== 'false' && text !== '0';
}

function integer(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (!/^[+-]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: value out of range`);
  return value;
}

function validate(options: ListQuery, watch: boolean): void {
  const errors = new FieldErrors();
  if (watch) validateWatch(options, errors);
  else validateList(options, errors);
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', resource: 'ListOptions' }, '', errors.list);
}

const MATCH = Path.root('resourceVersionMatch');
const INITIAL = Path.root('sendInitialEvents');

function validateList(options: ListQuery, errors: FieldErrors): void {
  const { resourceVersionMatch: match, resourceVersion, continueToken } = options;
  if (options.sendInitialEvents !== undefined) errors.forbidden(INITIAL, 'sendInitialEvents is forbidden for list');
  if (match === '') return;
  if (resourceVersion === '')
    errors.forbidden(MATCH, 'resourceVersionMatch is forbidden unless resourceVersion is provided');
  if (continueToken !== '') errors.forbidden(MATCH, 'resourceVersionMatch is forbidden when continue is provided');
  if (match !== 'Exact' && match !== 'NotOlderThan') errors.notSupported(MATCH, match, ['Exact', 'NotOlderThan', '']);
  if (match === 'Exact' && resourceVersion === '0')
    errors.forbidden(MATCH, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
}

function validateWatch(options: ListQuery, errors: FieldErrors): void {
  const { resourceVersionMatch: match, sendInitialEvents } = options;
  if (sendInitialEvents === undefined) {
    if (match !== '')
      errors.forbidden(MATCH, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided');
    return;
  }
  if (match !== 'NotOlderThan')
    errors.forbidden(MATCH, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
  if (match !== '' && match !== 'NotOlderThan') errors.notSupported(MATCH, match, ['NotOlderThan']);
  if (options.continueToken !== '') errors.forbidden(Path.root('continue'), 'continue is forbidden for watch');
}

/** A resourceVersion as a number; undefined for ''. `code` is what upstream answers for a malformed one: 500 on get and watch, 400 on list. */
export function parseResourceVersion(text: string, code: 400 | 500): number | undefined {
  if (text === '') return undefined;
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  const why = /^\d+$/.test(text) ? 'value out of range' : 'invalid syntax';
  const message = `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: ${why}`;
  throw code === 400 ? badRequest(`invalid resource version: ${message}`) : plainError(message);
}

/** A revision that the server has not reached. */
export function tooLargeVersion(wanted: number, current: number): StatusError {
  const details = {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  };
  return new StatusError(
    504,
    'Timeout',
    `Timeout: Too large resource version: ${wanted}, current: ${current}`,
    details,
  );
}
