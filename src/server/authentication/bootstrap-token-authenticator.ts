/** Tokens of joining nodes, kept as secrets; imitates kubernetes plugin/pkg/auth/authenticator/token/bootstrap. */
import { timingSafeEqual } from 'node:crypto';
import type { Secret } from '../../api/types/core-v1.ts';
import type { ObjectAccess } from '../kinds/subresource.ts';
import { forApiAudiences } from './audiences.ts';
import type { TokenAuthenticator } from './authenticator.ts';

const TOKEN = /^([a-z0-9]{6})\.([a-z0-9]{16})$/;
const GROUP = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/;
const DEFAULT_GROUP = 'system:bootstrappers';

export interface BootstrapTokenOptions {
  readonly objects: Pick<ObjectAccess, 'get'>;
  readonly now: () => Date;
  readonly apiAudiences: readonly string[];
}

export function bootstrapTokenAuthenticator({ objects, now, apiAudiences }: BootstrapTokenOptions): TokenAuthenticator {
  return {
    name: 'bootstrap-token',
    async authenticateToken(token, audiences) {
      const [, id, secret] = TOKEN.exec(token) ?? [];
      if (id === undefined || secret === undefined) return undefined;
      const stored = await objects.get('', 'secrets', 'kube-system', `bootstrap-token-${id}`);
      const groups = stored === undefined ? undefined : groupsOf(stored as Secret, id, secret, now());
      if (groups === undefined) return undefined;
      const user = { name: `system:bootstrap:${id}`, uid: '', groups, extra: {} };
      return forApiAudiences({ user }, apiAudiences, audiences);
    },
  };
}

/** The user's groups; undefined when the secret does not vouch for the token. */
function groupsOf(stored: Secret, id: string, secret: string, now: Date): string[] | undefined {
  const data = (key: string) => Buffer.from(stored.data?.[key] ?? '', 'base64').toString('utf8');
  if (stored.type !== 'bootstrap.kubernetes.io/token' || stored.metadata?.deletionTimestamp !== undefined)
    return undefined;
  if (!same(data('token-secret'), secret) || data('token-id') !== id) return undefined;
  if (isOver(data('expiration'), now) || data('usage-bootstrap-authentication') !== 'true') return undefined;
  const extra = data('auth-extra-groups');
  const groups = extra === '' ? [] : extra.split(',').map((group) => group.trim());
  if (!groups.every((group) => GROUP.test(group))) return undefined;
  return [...new Set([DEFAULT_GROUP, ...groups])].sort();
}

function same(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** A time that cannot be read counts as passed. */
function isOver(expiration: string, now: Date): boolean {
  if (expiration === '') return false;
  const time = Date.parse(expiration);
  return Number.isNaN(time) || time <= now.getTime();
}
