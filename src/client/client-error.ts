/** What goes wrong on this side of the wire; what a server answers is a StatusError. */
export type ClientErrorCode =
  /** A kubeconfig or in-cluster file that cannot be read or does not say what is needed. */
  | 'kubeconfig'
  /** No credentials, or a plugin that gives none. */
  | 'credentials'
  /** Nobody listens there. */
  | 'refused'
  /** No such host, no route, a timeout, a broken connection. */
  | 'unreachable'
  /** The server's certificate is not trusted, expired or for another host; or it refused ours. */
  | 'certificate'
  /** An answer that no Kubernetes API server gives. */
  | 'protocol';

export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly code: ClientErrorCode;

  constructor(code: ClientErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export function isClientError(error: unknown, code?: ClientErrorCode): error is ClientError {
  return error instanceof ClientError && (code === undefined || error.code === code);
}

const FILE_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'open FILE: no such file or directory',
  EACCES: 'open FILE: permission denied',
  EISDIR: 'read FILE: is a directory',
  ENOTDIR: 'open FILE: not a directory',
};

/** Why a file cannot be read, in Go's words. */
export function fileErrorText(error: unknown, file: string): string {
  const text = FILE_ERRORS[(error as NodeJS.ErrnoException).code ?? ''];
  return text === undefined ? errorText(error) : text.replace('FILE', () => file);
}

/** The message of anything thrown. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
