/** Browsers cannot send headers with WebSockets: the token comes as a sub-protocol. Imitates apiserver pkg/authentication/request/websocket. */
import type { Authenticated, Authenticator, TokenAuthenticator } from './authenticator.ts';
import { authenticateToken } from './bearer-token-authenticator.ts';
import { rejected } from './rejection.ts';

const PREFIX = 'base64url.bearer.authorization.k8s.io.';
const HEADER = 'sec-websocket-protocol';

/** Takes the token out of the header, so that no upgrade answers with it. */
export function websocketTokenAuthenticator(
  tokens: TokenAuthenticator,
  apiAudiences: readonly string[],
): Authenticator {
  return {
    name: 'websocket-token',
    authenticate({ req, audiences = apiAudiences, warn }) {
      const header = req?.headers[HEADER];
      if (req === undefined || typeof header !== 'string' || req.headers.upgrade?.toLowerCase() !== 'websocket') {
        return undefined;
      }
      const protocols = header.split(',').map((protocol) => protocol.trim());
      const secrets = protocols.filter((protocol) => protocol.startsWith(PREFIX));
      if (secrets.length === 0) return undefined;
      if (secrets.length > 1) throw rejected('multiple base64.bearer.authorization tokens specified');
      const others = protocols.filter((protocol) => !protocol.startsWith(PREFIX));
      if (others.length === 0) throw rejected('missing additional subprotocol');
      const token = Buffer.from((secrets[0] as string).slice(PREFIX.length), 'base64url').toString('utf8');
      const answer = authenticateToken(tokens, token, audiences, warn);
      const strip = (found: Authenticated): Authenticated => {
        req.headers[HEADER] = others.join(', ');
        return found;
      };
      return answer instanceof Promise ? answer.then(strip) : strip(answer);
    },
  };
}
