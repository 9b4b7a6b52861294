/**
 * The yardstick: a node:https server in a process of its own that answers fixed bytes. Arguments: KEY CERT DATABASE.
 * Its parent tells it by IPC what to answer next; it reports `{ port }` once it listens.
 *
 * - `read`: every request gets the answer.
 * - `write`: parses the JSON body, commits one row per request with one fsync per batch (WAL, synchronous = FULL).
 * - `watch`: a GET becomes a watcher; any other request is a write whose event goes to every watcher after the commit.
 */
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import Database from 'better-sqlite3';

export interface Behaviour {
  readonly mode: 'read' | 'write' | 'watch';
  readonly status: number;
  readonly body: string;
  /** With `watch`: the event's text around the written `data.seq`. */
  readonly event?: readonly [string, string];
}

interface Write {
  readonly bytes: Buffer;
  readonly commit: () => void;
}

const [keyFile = '', certFile = '', databaseFile = ''] = process.argv.slice(2);
const database = new Database(databaseFile);
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
database.exec('CREATE TABLE rows (id INTEGER PRIMARY KEY, value BLOB)');
const insert = database.prepare('INSERT INTO rows (value) VALUES (?)');
const commitAll = database.transaction((writes: readonly Write[]) => {
  for (const write of writes) insert.run(write.bytes);
});

let behaviour: Behaviour = { mode: 'read', status: 200, body: '' };
let body = Buffer.alloc(0);
let pending: Write[] = [];
const watchers = new Set<ServerResponse>();

function commitSoon(write: Write): void {
  pending.push(write);
  if (pending.length > 1) return;
  setImmediate(() => {
    const batch = pending;
    pending = [];
    commitAll(batch);
    for (const { commit } of batch) commit();
  });
}

function answer(res: ServerResponse): void {
  res.writeHead(behaviour.status, { 'content-type': 'application/json', 'content-length': body.length });
  res.end(body);
}

function watch(res: ServerResponse): void {
  res.writeHead(200, { 'content-type': 'application/json' });
  res.flushHeaders();
  watchers.add(res);
  res.on('close', () => watchers.delete(res));
}

function broadcast(seq: string): void {
  const [before, after] = behaviour.event as readonly [string, string];
  const frame = Buffer.from(before + seq + after);
  for (const watcher of watchers) watcher.write(frame);
}

function write(req: IncomingMessage, res: ServerResponse): void {
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => {
    const bytes = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
    const object = JSON.parse(bytes.toString('utf8')) as { data?: { seq?: string } };
    const commit = (): void => {
      answer(res);
      if (behaviour.mode === 'watch') broadcast(object.data?.seq ?? '');
    };
    commitSoon({ bytes, commit });
  });
}

const server = createServer({ key: readFileSync(keyFile), cert: readFileSync(certFile) }, (req, res) => {
  if (req.method !== 'GET') write(req, res);
  else if (behaviour.mode === 'watch') watch(res);
  else answer(res);
});
process.on('message', (message: Behaviour) => {
  behaviour = message;
  body = Buffer.from(message.body);
  process.send?.('ok');
});
process.on('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
