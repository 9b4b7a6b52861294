/** What a bootstrap token's secret says; imitates k8s.io/cluster-bootstrap/token/util and /jws. */
import { createHmac } from 'node:crypto';
import type { Secret } from '../../api/types/core-v1.ts';

export const TOKEN_TYPE = 'bootstrap.kubernetes.io/token';
export const TOKEN_NAME_PREFIX = 'bootstrap-token-';
const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

export interface BootstrapToken {
  readonly id: string;
  readonly secret: string;
  /** Whether cluster-info is to be signed with it. */
  readonly signs: boolean;
}

/** Undefined for secrets that are no proper token. */
export function bootstrapToken(secret: Secret): BootstrapToken | undefined {
  if (secret.type !== TOKEN_TYPE) return undefined;
  const id = text(secret, 'token-id');
  const value = text(secret, 'token-secret');
  const proper = /^[a-z0-9]{6}$/.test(id) && value !== '' && secret.metadata?.name === TOKEN_NAME_PREFIX + id;
  return proper ? { id, secret: value, signs: text(secret, 'usage-bootstrap-signing') === 'true' } : undefined;
}

/** Milliseconds until it expires, 0 when it has (or says so unreadably); undefined when it never does. */
export function remainingMs(secret: Secret, nowMs: number): number | undefined {
  const expiration = text(secret, 'expiration');
  if (expiration === '') return undefined;
  const end = RFC3339.test(expiration) ? Date.parse(expiration) : Number.NaN;
  return Number.isNaN(end) ? 0 : Math.max(0, end - nowMs);
}

/** A detached JWS, `header..signature`. */
export function detachedSignature(content: string, { id, secret }: BootstrapToken): string {
  const header = base64url(JSON.stringify({ alg: 'HS256', kid: id }));
  const signed = `${header}.${base64url(content)}`;
  return `${header}..${createHmac('sha256', `${id}.${secret}`).update(signed).digest('base64url')}`;
}

function base64url(content: string): string {
  return Buffer.from(content).toString('base64url');
}

function text({ data }: Secret, key: string): string {
  return Buffer.from(data?.[key] ?? '', 'base64').toString();
}
