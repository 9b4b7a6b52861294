/**
 * The one error of the api layer: a Kubernetes `Status` with its HTTP code.
 * Messages and reasons follow apimachinery pkg/api/errors.
 */
import { aggregateText, type FieldError, fieldErrorBody, fieldErrorText, quote } from './field-errors.ts';

export interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}

export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}

/** The wire form of a `v1` Status. */
export interface Status {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: { resourceVersion?: string; continue?: string; remainingItemCount?: number };
  status: 'Success' | 'Failure';
  message?: string;
  reason?: string;
  details?: StatusDetails;
  code?: number;
}

/** `resource` (plural) or a kind, and its API group ('' for core). */
export interface QualifiedResource {
  group: string;
  resource: string;
}

export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly status: Status;

  constructor(code: number, reason: string, message: string, details?: StatusDetails, options?: ErrorOptions) {
    super(message, options);
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      ...(reason === '' ? {} : { reason }),
      ...(details === undefined ? {} : { details }),
      code,
    };
  }

  get code(): number {
    return this.status.code ?? 500;
  }

  get reason(): string {
    return this.status.reason ?? '';
  }

  /** Wraps a Status that was received from another server. */
  static fromStatus(status: Status): StatusError {
    const error = new StatusError(status.code ?? 500, status.reason ?? '', status.message ?? '', status.details);
    Object.assign(error.status, status);
    return error;
  }
}

export function isStatusError(error: unknown, reason?: string): error is StatusError {
  return error instanceof StatusError && (reason === undefined || error.reason === reason);
}

/** `deployments.apps`, or `pods` for the core group. */
export function qualified({ group, resource }: QualifiedResource): string {
  return group === '' ? resource : `${resource}.${group}`;
}

function details({ group, resource }: QualifiedResource, name: string, more: StatusDetails = {}): StatusDetails {
  return {
    ...(name === '' ? {} : { name }),
    ...(group === '' ? {} : { group }),
    ...(resource === '' ? {} : { kind: resource }),
    ...more,
  };
}

export function notFound(resource: QualifiedResource, name: string): StatusError {
  return new StatusError(404, 'NotFound', `${qualified(resource)} ${quote(name)} not found`, details(resource, name));
}

export function alreadyExists(resource: QualifiedResource, name: string): StatusError {
  return new StatusError(
    409,
    'AlreadyExists',
    `${qualified(resource)} ${quote(name)} already exists`,
    details(resource, name),
  );
}

export function unauthorized(message = 'Unauthorized'): StatusError {
  return new StatusError(401, 'Unauthorized', message);
}

export function forbidden(resource: QualifiedResource, name: string, why: string): StatusError {
  const target = resource.resource === '' ? '' : `${qualified(resource)}${name === '' ? '' : ` ${quote(name)}`} is `;
  return new StatusError(403, 'Forbidden', `${target}forbidden: ${why}`, details(resource, name));
}

export function conflict(resource: QualifiedResource, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(resource)} ${quote(name)}: ${why}`;
  return new StatusError(409, 'Conflict', message, details(resource, name));
}

/** What a stale resourceVersion answers. */
export function objectModified(resource: QualifiedResource, name: string): StatusError {
  return conflict(
    resource,
    name,
    'the object has been modified; please apply your changes to the latest version and try again',
  );
}

/** `kind.resource` holds the Kind ("ConfigMap"), as upstream's NewInvalid does. */
export function invalid(kind: QualifiedResource, name: string, errors: readonly FieldError[]): StatusError {
  const causes = errors.map((e) => ({ reason: e.type, message: fieldErrorBody(e), field: e.field }));
  const head = `${qualified(kind)} ${quote(name)} is invalid`;
  const message = errors.length === 0 ? head : `${head}: ${aggregateText(errors.map(fieldErrorText))}`;
  return new StatusError(422, 'Invalid', message, details(kind, name, causes.length === 0 ? {} : { causes }));
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

export function methodNotSupported(resource: QualifiedResource, action: string): StatusError {
  const message = `${action} is not supported on resources of kind ${quote(qualified(resource))}`;
  return new StatusError(405, 'MethodNotAllowed', message, details(resource, ''));
}

/** The plain 405 for a method that no handler takes. */
export function methodNotAllowed(): StatusError {
  return new StatusError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );
}

export function notAcceptable(message: string): StatusError {
  return new StatusError(406, 'NotAcceptable', message);
}

export function unsupportedMediaType(message: string): StatusError {
  return new StatusError(415, 'UnsupportedMediaType', message);
}

export function requestEntityTooLarge(message: string): StatusError {
  return new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: ${message}`);
}

export function tooManyRequests(message: string, retryAfterSeconds: number): StatusError {
  return new StatusError(429, 'TooManyRequests', message, { retryAfterSeconds });
}

/** A resourceVersion or continue token below the compacted revision. */
export function expired(message: string): StatusError {
  return new StatusError(410, 'Expired', message);
}

export function gone(message: string): StatusError {
  return new StatusError(410, 'Gone', message);
}

export function internalError(message: string, cause?: unknown): StatusError {
  const text = `Internal error occurred: ${message}`;
  return new StatusError(500, 'InternalError', text, { causes: [{ message }] }, { cause });
}

/** A 500 without a reason, as upstream answers for errors that it never classified. */
export function plainError(message: string, cause?: unknown): StatusError {
  return new StatusError(500, '', message, undefined, { cause });
}

export function serverTimeout(message: string, retryAfterSeconds = 0): StatusError {
  return new StatusError(504, 'Timeout', `Timeout: ${message}`, retryAfterSeconds === 0 ? {} : { retryAfterSeconds });
}

export function serviceUnavailable(message: string): StatusError {
  return new StatusError(503, 'ServiceUnavailable', message);
}

/** What an unknown path below a known group answers. */
export function resourceNotFound(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
}
