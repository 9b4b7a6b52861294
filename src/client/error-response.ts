/** Answers that are failures, as errors. Imitates apimachinery api/errors.NewGenericServerResponse. */
import { parseJson } from '../api/json.ts';
import { isObject } from '../api/object.ts';
import { type Status, StatusError } from '../api/status-error.ts';
import type { TransportResponse } from './transport.ts';

/** Reason and message for an answer that carries no Status. */
const GENERIC: Readonly<Record<number, readonly [reason: string, message: string]>> = {
  400: ['BadRequest', 'the server rejected our request for an unknown reason'],
  401: ['Unauthorized', 'the server has asked for the client to provide credentials'],
  403: ['Forbidden', 'the server does not allow access to the requested resource'],
  404: ['NotFound', 'the server could not find the requested resource'],
  405: ['MethodNotAllowed', 'the server does not allow this method on the requested resource'],
  406: ['NotAcceptable', 'the server was unable to respond with a content type that the client supports'],
  409: ['Conflict', 'the server reported a conflict'],
  415: ['UnsupportedMediaType', 'the server was unable to process the content type of the request'],
  422: ['Invalid', 'the server rejected our request due to an error in our request'],
  429: ['TooManyRequests', 'the server has received too many requests and has asked us to try again later'],
  500: ['InternalError', 'an error on the server has prevented the request from succeeding'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: [
    'Timeout',
    'the server was unable to return a response in the time allotted, but may still be processing the request',
  ],
};

const MAX_TEXT = 2048;

/** The Status that a failed answer carries, or one made from its code and text. */
export function errorOfResponse(response: Pick<TransportResponse, 'status' | 'headers'>, body: Buffer): StatusError {
  const status = statusOf(body);
  const error = status === undefined ? genericError(response.status, body) : StatusError.fromStatus(status);
  const seconds = retryAfterSeconds(response);
  if (seconds !== undefined) error.status.details = { retryAfterSeconds: seconds, ...error.status.details };
  return error;
}

/** What the server asks to wait before the next try. */
export function retryAfterSeconds({ headers }: Pick<TransportResponse, 'headers'>): number | undefined {
  const value = headers['retry-after'];
  return typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : undefined;
}

function statusOf(body: Buffer): Status | undefined {
  if (body[0] !== 0x7b) return undefined;
  try {
    const value = parseJson(body);
    return isObject(value) && value['kind'] === 'Status' ? (value as unknown as Status) : undefined;
  } catch {
    return undefined;
  }
}

function genericError(code: number, body: Buffer): StatusError {
  const text = body.subarray(0, MAX_TEXT).toString('utf8').trim();
  const [reason, message] =
    GENERIC[code] ?? (code >= 500 ? GENERIC[500]! : ['', `the server responded with the status code ${code}`]);
  const causes = text === '' ? [] : [{ reason: 'UnexpectedServerResponse', message: text }];
  return new StatusError(code, reason, text === '' ? message : `${message}: ${text}`, { causes });
}
