/** `proxy --www`: the files of a directory, as Go's http.FileServer shows them. */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, posix } from 'node:path';

export interface FileServer {
  /** Whether a request is for files; `apiPrefix` wins when it is the longer one. */
  serves(req: IncomingMessage, apiPrefix: string): boolean;
  answer(req: IncomingMessage, res: ServerResponse): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.gif': 'image/gif',
  '.htm': 'text/html; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
  '.xml': 'text/xml; charset=utf-8',
};

/** @param prefix a slash is added at its end */
export function fileServer(directory: string, prefix: string): FileServer {
  const base = prefix.endsWith('/') ? prefix : `${prefix}/`;
  return {
    serves: (req, apiPrefix) => {
      const api = apiPrefix.endsWith('/') ? apiPrefix : `${apiPrefix}/`;
      const path = pathOf(req);
      return path?.startsWith(base) === true && !(path.startsWith(api) && api.length > base.length);
    },
    answer: async (req, res) => {
      const path = pathOf(req)?.slice(base.length - 1);
      if (req.method !== 'GET' && req.method !== 'HEAD') return tell(res, 405, 'method not allowed');
      if (path === undefined || path.includes('\0')) return tell(res, 400, 'invalid URL path');
      await show(directory, posix.normalize(path), req, res).catch((error: NodeJS.ErrnoException) => {
        if (res.headersSent) res.destroy();
        else if (error.code === 'EACCES') tell(res, 403, '403 Forbidden');
        else tell(res, 404, '404 page not found');
      });
    },
  };
}

/** Decoded, without the query; undefined when it is no path. */
function pathOf({ url = '/' }: IncomingMessage): string | undefined {
  try {
    return decodeURIComponent(url.replace(/[?#].*$/s, ''));
  } catch {
    return undefined;
  }
}

async function show(directory: string, path: string, req: IncomingMessage, res: ServerResponse): Promise<void> {
  if (path.endsWith('/index.html')) return redirect(res, './');
  const file = join(directory, path);
  const found = await stat(file);
  if (!found.isDirectory()) {
    if (path.endsWith('/')) return redirect(res, `../${posix.basename(path)}`);
    return send(file, found.size, req, res);
  }
  if (!path.endsWith('/')) return redirect(res, `${posix.basename(path)}/`);
  const index = join(file, 'index.html');
  const page = await stat(index).catch(() => undefined);
  if (page?.isFile()) return send(index, page.size, req, res);
  res.writeHead(200, { 'content-type': TYPES['.html'] });
  res.end(req.method === 'HEAD' ? undefined : await listing(file));
}

function send(file: string, size: number, req: IncomingMessage, res: ServerResponse): void {
  const type = TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream';
  res.writeHead(200, { 'content-type': type, 'content-length': size });
  if (req.method === 'HEAD') {
    res.end();
    return;
  }
  createReadStream(file, { end: Math.max(0, size - 1) })
    .on('error', () => res.destroy())
    .pipe(res);
}

async function listing(directory: string): Promise<string> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.map((entry) => `${entry.name}${entry.isDirectory() ? '/' : ''}`).sort();
  const links = names.map(
    (name) => `<a href="${encodeURI(name).replace(/[?#:]/g, encodeURIComponent)}">${html(name)}</a>`,
  );
  return `<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n${links.join('\n')}\n</pre>\n`;
}

function html(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

function redirect(res: ServerResponse, location: string): void {
  res.writeHead(301, { location }).end();
}

function tell(res: ServerResponse, status: number, message: string): void {
  res.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${message}\n`);
}
