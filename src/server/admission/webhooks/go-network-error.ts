/** What Go's net, crypto/tls and net/http call the failures of a connection. */
const DIAL: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connect: connection refused',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  EADDRNOTAVAIL: 'connect: cannot assign requested address',
  ETIMEDOUT: 'connect: connection timed out',
  EACCES: 'connect: permission denied',
  EINVAL: 'connect: invalid argument',
};
const LOOKUP: Readonly<Record<string, string>> = {
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'server misbehaving',
};

interface NetworkError extends NodeJS.ErrnoException {
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
  readonly errors?: readonly unknown[];
}

/** `dial tcp 127.0.0.1:1: connect: connection refused`; several addresses: the first tells. */
export function networkErrorText(error: unknown): string {
  const known = error as NetworkError;
  const first = known.errors?.[0];
  if (first instanceof Error) return networkErrorText(first);
  const { code = '', address, port, hostname, message } = known;
  if (LOOKUP[code] !== undefined) return `dial tcp: lookup ${hostname ?? ''}: ${LOOKUP[code]}`;
  if (address !== undefined && DIAL[code] !== undefined)
    return `dial tcp ${joinHostPort(address, port ?? 0)}: ${DIAL[code]}`;
  if (code === 'EPIPE') return 'write: broken pipe';
  // Without a system call the other side just closed; with one it sent a reset.
  if (code === 'ECONNRESET') return known.syscall === undefined ? 'EOF' : 'read: connection reset by peer';
  if (code.startsWith('ERR_SSL_')) return tlsText(code);
  if (code.startsWith('HPE_')) return 'net/http: HTTP/1.x transport connection broken: malformed HTTP response';
  return message;
}

/** `[::1]:443` */
export function joinHostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function tlsText(code: string): string {
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/.test(code))
    return 'http: server gave HTTP response to HTTPS client';
  const alert = /_ALERT_(.*)$/.exec(code)?.[1];
  const words = (alert ?? code.slice('ERR_SSL_'.length)).toLowerCase().replaceAll('_', ' ');
  return alert === undefined ? `tls: ${words}` : `remote error: tls: ${words}`;
}
