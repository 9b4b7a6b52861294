/** A request without a socket: what a handler writes is kept. */

import { StatusError } from '../../../src/api/status-error.ts';
import { findHandler, type PathHandlers } from '../../../src/server/endpoints/paths.ts';
import { type HttpRequest, type HttpResponse, RequestContext } from '../../../src/server/request/context.ts';

export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  bytes: Buffer;
  text: string;
}

/** Sends `METHOD path?query`; a StatusError becomes its JSON, a path without a handler the status 0. */
export async function ask(
  handlers: PathHandlers,
  target: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Answer> {
  const url = new URL(target, 'https://server');
  const answer: Answer = { status: 0, headers: {}, bytes: Buffer.alloc(0), text: '' };
  const res = {
    headersSent: false,
    destroyed: false,
    writeHead(status: number, sent: Record<string, unknown>) {
      answer.status = status;
      answer.headers = sent;
      res.headersSent = true;
    },
    end(body?: Buffer | string) {
      if (body !== undefined) answer.bytes = Buffer.from(body);
      answer.text = answer.bytes.toString('utf8');
    },
  };
  const ctx = new RequestContext(
    { method, headers } as unknown as HttpRequest,
    res as unknown as HttpResponse,
    url.pathname,
    url.searchParams,
    'audit',
    0,
  );
  const handler = findHandler(handlers, url.pathname);
  try {
    await handler?.(ctx);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    answer.status = error.code;
    answer.headers = { 'content-type': 'application/json' };
    answer.text = JSON.stringify(error.status);
  }
  return answer;
}

// biome-ignore lint/suspicious/noExplicitAny: tests look freely into what was answered
export const json = (answer: Answer): Record<string, any> => JSON.parse(answer.text);
