/** How a client proves who it is: headers on every request, a certificate on every connection. */

export interface ClientCertificate {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

export interface Credentials {
  /** Headers of the next request. @throws ClientError 'credentials' */
  headers(): Promise<Readonly<Record<string, string>>>;
  /** For the next connection. @throws ClientError 'credentials' */
  certificate(): Promise<ClientCertificate | undefined>;
  /** Called after a 401; resolves to whether asking again makes sense. */
  renew(): Promise<boolean>;
}

/** Nobody: the server decides what anonymous users may do. */
export const NO_CREDENTIALS: Credentials = {
  headers: async () => ({}),
  certificate: async () => undefined,
  renew: async () => false,
};

export function tokenCredentials(token: string): Credentials {
  return { ...NO_CREDENTIALS, headers: async () => ({ authorization: `Bearer ${token}` }) };
}

export function basicCredentials(username: string, password: string): Credentials {
  const encoded = Buffer.from(`${username}:${password}`).toString('base64');
  return { ...NO_CREDENTIALS, headers: async () => ({ authorization: `Basic ${encoded}` }) };
}

export function certificateCredentials(certificate: ClientCertificate): Credentials {
  return { ...NO_CREDENTIALS, certificate: async () => certificate };
}

/** Several at once: a certificate for the connection and a token for the requests. */
export function allCredentials(parts: readonly Credentials[]): Credentials {
  return {
    async headers() {
      const all = await Promise.all(parts.map((part) => part.headers()));
      return Object.assign({}, ...all) as Record<string, string>;
    },
    async certificate() {
      for (const part of parts) {
        const certificate = await part.certificate();
        if (certificate !== undefined) return certificate;
      }
      return undefined;
    },
    async renew() {
      const renewed = await Promise.all(parts.map((part) => part.renew()));
      return renewed.includes(true);
    },
  };
}

/** Tokens of service accounts are rewritten in place; upstream reads them again after a minute. */
const TOKEN_FILE_MAX_AGE_MS = 60_000;

export function tokenFileCredentials(read: () => Promise<string>, now: () => number): Credentials {
  let token = '';
  let readAt = Number.NEGATIVE_INFINITY;
  return {
    async headers() {
      if (now() - readAt > TOKEN_FILE_MAX_AGE_MS) {
        token = (await read()).trim();
        readAt = now();
      }
      return { authorization: `Bearer ${token}` };
    },
    certificate: async () => undefined,
    async renew() {
      const before = token;
      token = (await read()).trim();
      readAt = now();
      return token !== before;
    },
  };
}

export interface Impersonation {
  readonly user?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** Impersonate-* headers; groups and extras come several times. @returns undefined when nobody is impersonated */
export function impersonationHeaders(impersonation: Impersonation): Record<string, string | string[]> | undefined {
  const { user, uid, groups = [], extra = {} } = impersonation;
  const headers: Record<string, string | string[]> = {};
  if (user) headers['impersonate-user'] = user;
  if (uid) headers['impersonate-uid'] = uid;
  if (groups.length > 0) headers['impersonate-group'] = [...groups];
  for (const [key, values] of Object.entries(extra)) {
    headers[`impersonate-extra-${encodeURIComponent(key.toLowerCase())}`] = [...values];
  }
  return Object.keys(headers).length === 0 ? undefined : headers;
}
