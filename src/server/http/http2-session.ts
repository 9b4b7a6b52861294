/** Ends HTTP/2 sessions that only cost: idle ones, and streams whose request never ends. */
import type { ServerHttp2Session, ServerHttp2Stream } from 'node:http2';

export interface SessionTimeouts {
  /** Without an open stream: the session ends, as Go's IdleTimeout. PINGs do not count. */
  readonly idleMs: number;
  /** From a stream's headers to the last byte of its request. */
  readonly requestMs: number;
}

/** What a peer that was told to go away may take. */
const LINGER_MS = 500;
const NO_ERROR = 0;
const CANCEL = 8;

export function superviseSession(session: ServerHttp2Session, { idleMs, requestMs }: SessionTimeouts): void {
  let open = 0;
  const idle = setTimeout(() => (open === 0 ? dismiss(session) : undefined), idleMs);
  idle.unref();
  session.on('stream', (stream) => {
    open++;
    limitRequest(stream, requestMs);
    stream.once('close', () => {
      open--;
      if (open === 0) idle.refresh();
    });
  });
  session.on('close', () => clearTimeout(idle));
  session.on('error', () => {});
}

function dismiss(session: ServerHttp2Session): void {
  if (session.closed || session.destroyed) return;
  session.close();
  setTimeout(() => session.destroy(), LINGER_MS).unref();
}

/** A stream whose client has said everything is its handler's business from then on. */
function limitRequest(stream: ServerHttp2Stream, requestMs: number): void {
  if (stream.endAfterHeaders) return;
  const late = setTimeout(() => stream.close(stream.headersSent ? NO_ERROR : CANCEL), requestMs);
  late.unref();
  const done = (): void => clearTimeout(late);
  stream.once('end', done);
  stream.once('close', done);
}
