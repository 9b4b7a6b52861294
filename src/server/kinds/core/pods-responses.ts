import type { SubresourceResponse } from '../subresource.ts';

/** The Status that says that something was done. */
export function success(code: number): SubresourceResponse {
  return { status: code, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code } };
}
