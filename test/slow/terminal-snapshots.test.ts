/**
 * What the commands show on terminals of 80 and 160 columns, in colour and without (`-u` after a change). The colours of
 * the snapshots stand as <31>…<39>. kubectl's commands, which look the same on every terminal: test/cli/terminal.test.ts.
 */
import { readFile } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestPlane, type TestPlane } from '../helpers/cli.ts';

const TRACE = new URL('terminal-snapshots/trace.json', import.meta.url).pathname;
const OBJECTS = new URL('terminal-snapshots/objects.yaml', import.meta.url).pathname;
const REFUSAL =
  'secrets is forbidden: User "jane" cannot list resource "secrets" in API group "" in the namespace "shop"';

const LINES: readonly (readonly string[])[] = [
  ['api-resources', '--api-group=apps'],
  ['explain', 'deployments.spec.strategy.type'],
  ['auth', 'can-i', '--list', '-A', '--as', 'jane', '--as-group', 'dev'],
  ['auth', 'can-i', 'delete', 'pods', '-n', 'shop', '--as', 'jane', '--explain'],
  ['auth', 'can-i', 'list', 'pods', '-n', 'shop', '--as', 'jane', '--as-group', 'dev', '--explain'],
  ['auth', 'check', '-f', OBJECTS, '--as', 'jane'],
  ['rbac', 'explain', '--error', REFUSAL],
  ['rbac', 'explain', 'user:jane', 'delete', 'pods', '-n', 'shop', '--fix'],
  ['rbac', 'who-can', 'list', 'pods', '-A', '--system'],
  ['rbac', 'matrix', '-n', 'shop'],
  ['rbac', 'lookup', 'user:jane', '--group', 'dev'],
  ['rbac', 'lookup', 'group:dev', '--rules'],
  ['rbac', 'diff', 'clusterrole:view', 'clusterrole:edit'],
  ['rbac', 'lint'],
  ['rbac', 'graph', '-n', 'shop'],
  ['trace', 'replay', TRACE],
  ['trace', 'replay', TRACE, '--teach'],
  ['gt', 'pods'],
  ['get', 'pdos'],
  ['get', 'pods', '--al-namespaces'],
  ['auth', 'can-i', 'gte', 'pods'],
  ['config', 'use-context', 'kctk'],
  ['get', 'secrets', '-n', 'shop', '--as', 'jane'],
  ['describe', 'role', 'reader', '-n', 'shop'],
];

let plane: TestPlane;

beforeAll(async () => {
  plane = await startTestPlane();
  expect(await plane.kctl(['apply', '-f', OBJECTS])).toMatchObject({ code: 0 });
  expect(await readFile(TRACE, 'utf8')).toContain('authorization');
});

afterAll(() => plane.close());

/** Errors below the output; escape sequences as they can be read. */
async function shown(line: readonly string[], columns: number, env: Record<string, string>): Promise<string> {
  const { stdout, stderr, code } = await plane.kctl(line, { columns, env });
  const text = `${stdout}${stderr}[${code}]`;
  return text.replaceAll(OBJECTS, 'objects.yaml').replaceAll(/\u001b\[([\d;]*)m/g, '<$1>');
}

describe.each(LINES.map((line) => [line.filter((word) => !word.startsWith('/')).join(' '), line] as const))(
  '%s',
  (_, line) => {
    test.each([80, 160])('%d columns', async (columns) => {
      const colored = await shown(line, columns, {});
      expect(colored).toMatchSnapshot();
      const plain = await shown(line, columns, { NO_COLOR: '1' });
      expect(plain).toBe(colored.replaceAll(/<[\d;]*>/g, ''));
      expect(plain).toBe(stripVTControlCharacters(plain));
    });
  },
);
