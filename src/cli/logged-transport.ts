/** `-v 6` and more: requests and answers on stderr, in the form of client-go's round_trippers.go. */
import { STATUS_CODES } from 'node:http';
import type { Transport, TransportRequest, TransportResponse } from '../client/transport.ts';
import type { Output } from './io.ts';

export interface LogOptions {
  readonly server: string;
  readonly output: Output;
  /** 6: one line an answer; 7: what is asked, with headers; 8: bodies too, shortened; 9: as curl, whole bodies. */
  readonly level: number;
}

/** Bytes of a body that are shown. */
const BODY_LIMIT = 1024;
const LONG_BODY_LIMIT = 1024 * 1024;

export function loggedTransport(inner: Transport, options: LogOptions): Transport {
  const log = (line: string): void => void options.output.write(`${klogHead()} ${line}\n`);
  return {
    async send(request: TransportRequest) {
      const url = options.server + request.path;
      if (options.level >= 7) logRequest(request, url, options.level, log);
      const started = performance.now();
      const response = await inner.send(request);
      const ms = Math.round(performance.now() - started);
      log(responseLine(request, response, url, options.level, ms));
      if (options.level < 8) return response;
      return { ...response, body: loggedBody(response.body, options.level, log) };
    },
    close: () => inner.close(),
  };
}

/** `I1122 09:57:51.126768   23796 http.ts:1]` */
function klogHead(now = new Date()): string {
  const [date = '', time = ''] = now.toISOString().split('T');
  const pid = String(process.pid).padStart(7);
  return `I${date.slice(5).replace('-', '')} ${time.slice(0, -1)}000 ${pid} logged-transport.ts]`;
}

function logRequest(request: TransportRequest, url: string, level: number, log: (line: string) => void): void {
  const { method, headers = {}, body } = request;
  if (level >= 8) log(`"Request Body" body=${JSON.stringify(shortened(body?.toString() ?? '', level))}`);
  if (level >= 9) {
    const flags = Object.entries(headers).map(([name, value]) => `-H ${JSON.stringify(`${title(name)}: ${value}`)}`);
    log(`"Request" curlCommand=<\n\tcurl -v -X${method}  ${flags.join(' ')} '${url}'\n >`);
  } else log(`"Request" verb=${JSON.stringify(method)} url=${JSON.stringify(url)} headers=${headerBlock(headers)}`);
}

function responseLine(
  { method }: TransportRequest,
  { status, headers }: TransportResponse,
  url: string,
  level: number,
  ms: number,
): string {
  const asked = level === 7 || level === 8 ? '' : ` verb=${JSON.stringify(method)} url=${JSON.stringify(url)}`;
  const told = level >= 8 ? ` headers=${headerBlock(headers)}` : '';
  return `"Response"${asked} status="${`${status} ${STATUS_CODES[status] ?? ''}`.trimEnd()}"${told} milliseconds=${ms}`;
}

/** klog's form of a text of several lines. */
function headerBlock(headers: TransportResponse['headers']): string {
  const lines = Object.keys(headers)
    .sort()
    .flatMap((name) => [headers[name] ?? []].flat().map((value) => `\t${title(name)}: ${masked(name, value)}\n`));
  return `<\n${lines.join('')} >`;
}

function masked(name: string, value: string): string {
  return /^authorization$/i.test(name) ? value.replace(/ .*/, ' <masked>') : value;
}

/** `Content-Type` */
function title(name: string): string {
  return name.toLowerCase().replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
}

function limitOf(level: number): number {
  return level >= 9 ? LONG_BODY_LIMIT : BODY_LIMIT;
}

/** @param length of the whole */
function shortened(text: string, level: number, length = text.length): string {
  const limit = limitOf(level);
  return length <= limit ? text : `${text.slice(0, limit)} [truncated ${length - limit} chars]`;
}

/** What is read is told at the end of it, so that watches go on. */
async function* loggedBody(
  body: TransportResponse['body'],
  level: number,
  log: (line: string) => void,
): AsyncGenerator<Buffer> {
  let shown = '';
  let length = 0;
  try {
    for await (const chunk of body) {
      if (length < limitOf(level)) shown += chunk.toString();
      length += chunk.length;
      yield chunk;
    }
  } finally {
    log(`"Response Body" body=${JSON.stringify(shortened(shown, level, length))}`);
  }
}
