/** Tokens from a CSV file (`--token-auth-file`): token,user,uid,"group1,group2". Imitates apiserver plugin tokenfile. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { UserInfo } from '../request/user.ts';
import { forApiAudiences } from './audiences.ts';
import type { TokenAuthenticator } from './authenticator.ts';

export interface StaticToken {
  readonly token: string;
  readonly user: UserInfo;
}

/** Looks tokens up by their digest, so that the time taken tells nothing about them. */
export function staticTokenAuthenticator(
  tokens: readonly StaticToken[],
  apiAudiences: readonly string[],
): TokenAuthenticator {
  const known = new Map(
    tokens.map(({ token, user }) => [digest(token).toString('base64'), { digest: digest(token), user }]),
  );
  return {
    name: 'static-token',
    authenticateToken(token, audiences) {
      const wanted = digest(token);
      const entry = known.get(wanted.toString('base64'));
      if (entry === undefined || !timingSafeEqual(entry.digest, wanted)) return undefined;
      return forApiAudiences({ user: entry.user }, apiAudiences, audiences);
    },
  };
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/**
 * Reads a token file. Empty tokens are left out, of repeated ones the last counts. `name` is for messages.
 * @throws Error in kube-apiserver's words for a line of fewer than three columns or bad quotes.
 */
export function parseTokenFile(text: string, name: string): StaticToken[] {
  const tokens: StaticToken[] = [];
  for (const record of parseCsv(text, name)) {
    if (record.length < 3) {
      throw new Error(
        `token file '${name}' must have at least 3 columns (token, user name, user uid), found ${record.length}`,
      );
    }
    const [token = '', user = '', uid = '', groups = ''] = record;
    if (token === '') continue;
    tokens.push({ token, user: { name: user, uid, groups: groups === '' ? [] : groups.split(','), extra: {} } });
  }
  return tokens;
}

/** RFC 4180 records; blank lines are left out. */
function parseCsv(text: string, name: string): string[][] {
  const records: string[][] = [];
  const field = /"((?:[^"]|"")*)"(?=,|\r?\n|$)|([^",\r\n]*)/y;
  let record: string[] = [];
  for (let at = 0; at < text.length || record.length > 0; ) {
    field.lastIndex = at;
    const match = field.exec(text);
    const end = at + (match?.[0].length ?? 0);
    record.push(match?.[1]?.replace(/""/g, '"') ?? match?.[2] ?? '');
    const next = text[end];
    if (next !== undefined && next !== ',' && next !== '\n' && next !== '\r') {
      throw new Error(`token file '${name}': bare or unclosed quote in record ${records.length + 1}`);
    }
    if (next === ',') {
      at = end + 1;
      if (at === text.length) record.push('');
      if (at < text.length) continue;
    }
    if (record.length > 1 || record[0] !== '') records.push(record);
    record = [];
    at = next === '\r' ? end + 2 : Math.max(at, end + 1);
  }
  return records;
}
