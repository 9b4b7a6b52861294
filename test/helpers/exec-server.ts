/** An API server with one pod, `web`, whose exec runs the programs of this machine: for what copies through it. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Pod } from '../../src/api/types/core-v1.ts';

const [STDIN, STDOUT, STDERR, ERROR, CLOSE] = [0, 1, 2, 3, 255] as const;

const POD: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default' },
  spec: { containers: [{ name: 'main' }, { name: 'side' }] },
  status: { phase: 'Running' },
};

export interface ExecServer {
  readonly kubeconfig: string;
  /** What was run, in order: container and words. */
  readonly commands: string[];
  close(): void;
}

export async function startExecServer(): Promise<ExecServer> {
  const commands: string[] = [];
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: (offered) => [...offered][0] ?? false });
  const server = createServer((req, res) => {
    const found = req.url?.split('?')[0]?.endsWith('/pods/web') === true;
    const { pathname } = new URL(req.url ?? '/', 'http://x');
    const name = pathname.split('/').at(-1);
    const missing = {
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      code: 404,
      reason: 'NotFound',
      message: `pods "${name}" not found`,
    };
    res.writeHead(found ? 200 : 404, { 'content-type': 'application/json' });
    res.end(JSON.stringify(found ? POD : missing));
  });
  server.on('upgrade', (req, socket, head) => {
    const url = new URL(req.url ?? '/', 'http://x');
    const words = url.searchParams.getAll('command');
    commands.push([url.searchParams.get('container'), ...words].join(' '));
    sockets.handleUpgrade(req, socket, head, (ws) => runHere(ws, words));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    commands,
    kubeconfig: `{apiVersion: v1, kind: Config, current-context: c, contexts: [{name: c, context: {cluster: c, user: u}}], clusters: [{name: c, cluster: {server: 'http://127.0.0.1:${port}'}}], users: [{name: u, user: {token: secret}}]}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function runHere(socket: WebSocket, [program = '', ...args]: readonly string[]): void {
  const child = spawn(program, args);
  const send = (channel: number) => (bytes: Buffer) => socket.send(Buffer.concat([Buffer.from([channel]), bytes]));
  child.stdout.on('data', send(STDOUT));
  child.stderr.on('data', send(STDERR));
  child.stdin.on('error', () => {});
  socket.on('message', (data: Buffer) => {
    if (data[0] === STDIN) child.stdin.write(data.subarray(1));
    if (data[0] === CLOSE) child.stdin.end();
  });
  socket.on('close', () => child.kill());
  child.on('close', (code) => {
    const causes = [{ reason: 'ExitCode', message: String(code) }];
    const message = `command terminated with non-zero exit code: exit status ${code}`;
    const status =
      code === 0
        ? { metadata: {}, status: 'Success' }
        : { metadata: {}, status: 'Failure', reason: 'NonZeroExitCode', message, details: { causes } };
    send(ERROR)(Buffer.from(JSON.stringify(status)));
    socket.close(1000);
  });
}
