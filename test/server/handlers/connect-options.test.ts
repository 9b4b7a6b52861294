import { expect, it } from 'vitest';
import { connectOptions } from '../../../src/server/handlers/connect-options.ts';

it.each([
  [
    'PodExecOptions',
    'command=ls&command=-l&stdin=true&tty=false&container=c',
    '',
    { command: ['ls', '-l'], stdin: true, container: 'c' },
  ],
  ['PodAttachOptions', 'stdout=1&command=ls', '', { stdout: true }],
  ['PodPortForwardOptions', 'ports=80,81&ports=x', '', { ports: [80, 81] }],
  ['ServiceProxyOptions', 'path=a', 'b/c', { path: 'b/c' }],
  ['PodProxyOptions', '', '', {}],
])('%s from %j', (kind, query, path, expected) => {
  expect(connectOptions(kind, new URLSearchParams(query), path)).toEqual({ kind, apiVersion: 'v1', ...expected });
});
