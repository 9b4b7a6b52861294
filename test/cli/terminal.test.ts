/** What people see on a terminal: widths, colours, progress, suggestions. Nothing of it reaches a pipe. */
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestPlane, type TestPlane } from '../helpers/cli.ts';

let plane: TestPlane;
const SHOP = new URL('fixtures/shop.yaml', import.meta.url).pathname;

beforeAll(async () => {
  plane = await startTestPlane();
  await plane.kctl(['apply', '-f', SHOP]);
  await plane.makeOld();
});

afterAll(() => plane.close());

const LINES: readonly (readonly string[])[] = [
  ['get', 'cm,deploy,svc', '-o', 'wide'],
  ['get', 'cm', '--show-labels'],
  ['get', 'cm', 'nope'],
  ['events'],
  ['label', 'cm', 'settings', '--list'],
  ['patch', 'cm', 'settings', '-p', '{}'],
  ['scale', 'deploy', 'web', '--replicas=2', '--dry-run=client'],
  ['create', 'deployment', 'x', '--image=y', '--dry-run=client', '-o', 'yaml'],
  ['wait', 'cm/settings', '--for=jsonpath={.data.number}=1'],
  ['config', 'get-contexts'],
];

describe.each(LINES.map((line) => [line.join(' '), line] as const))('%s', (_, line) => {
  test('is the same in a pipe and on terminals of 80 and 160 columns', async () => {
    const piped = await plane.kctl(line);
    expect(piped.stdout + piped.stderr).not.toContain('\u001b');
    for (const columns of [80, 160]) {
      const shown = await plane.kctl(line, { columns });
      expect(stripVTControlCharacters(shown.stdout)).toBe(piped.stdout);
      expect(stripVTControlCharacters(shown.stderr)).toBe(piped.stderr);
      expect(shown.code).toBe(piped.code);
      const plain = await plane.kctl(line, { columns, env: { NO_COLOR: '1' } });
      expect(plain).toEqual(piped);
    }
    expect(piped).toMatchSnapshot();
  });
});

test('cluster-info is green and yellow', async () => {
  const { stdout } = await plane.kctl(['cluster-info'], { columns: 80 });
  expect(stdout).toContain('\u001b[0;32mKubernetes control plane\u001b[0m is running at \u001b[0;33mhttps://');
  const plain = await plane.kctl(['cluster-info'], { columns: 80, env: { NO_COLOR: '1' } });
  expect(plain.stdout).toBe(stripVTControlCharacters(stdout));
});

describe('apply', () => {
  const many = Array.from(
    { length: 12 },
    (_, i) => `---\nkind: ConfigMap\napiVersion: v1\nmetadata: {name: many-${i}}\n`,
  ).join('');

  test('ends with a summary on a terminal', async () => {
    const { stdout, stderr } = await plane.kctl(['apply', '-f', SHOP], { columns: 80 });
    expect(stdout.split('\n')).toHaveLength(6);
    expect(stderr).toMatch(/^5 objects in \d+\.\d s: 5 unchanged\n$/);
  });

  test('shows how far it is, no wider than the terminal', async () => {
    const { stdout, stderr } = await plane.kctl(['apply', '-f', '-'], { columns: 40, input: many });
    expect(stdout).toMatch(/^(configmap\/many-\d+ created\n){12}$/);
    expect(stderr).toContain('applying 1 of 12: configmap/many-0');
    for (const shown of stderr.split('\r\u001b[K')) expect(shown.split('\n')[0]?.length).toBeLessThan(40);
    expect(stderr).toMatch(/12 objects in \d+\.\d s: 12 created\n$/);
  });

  test('says nothing of it in a pipe', async () => {
    const { stderr } = await plane.kctl(['apply', '-f', '-'], { input: many });
    expect(stderr).toBe('');
  });

  test('names the object of a conflict', async () => {
    const line = ['apply', '--server-side', '-f', '-', '--field-manager'];
    const text = (color: string) =>
      `{kind: ConfigMap, apiVersion: v1, metadata: {name: fought}, data: {color: ${color}}}`;
    await plane.kctl([...line, 'a'], { input: text('red') });
    const shown = await plane.kctl([...line, 'b'], { columns: 80, input: text('blue') });
    const first = 'error: Apply failed with 1 conflict: conflict with "a": .data.color\n';
    expect(shown.stderr).toContain(`${first}of configmap/fought in the namespace default, from "STDIN"\nPlease review`);
    const piped = await plane.kctl([...line, 'b'], { input: text('blue') });
    expect(piped.stderr).toContain(`${first}Please review`);
  });

  test('tells what failed, too', async () => {
    const bad = 'kind: ConfigMap\napiVersion: v1\nmetadata: {name: X_}\n';
    const { stderr, code } = await plane.kctl(['apply', '-f', '-'], { columns: 80, input: `${bad}${many}` });
    expect(stderr).toContain('13 objects in');
    expect(stderr).toContain('12 unchanged, 1 failed');
    expect(code).toBe(1);
  });
});

describe('--json', () => {
  test.each([
    ['create', 'cm', 'fresh', '--dry-run=client'],
    ['label', 'cm', 'settings', 'a=b', '--dry-run=server'],
    ['annotate', 'cm', 'settings', 'a=b', '--dry-run=server'],
    ['patch', 'cm', 'settings', '-p', '{}'],
    ['scale', 'deploy', 'web', '--replicas=2'],
    ['wait', 'cm/settings', '--for=create'],
    ['apply', '-f', SHOP, '--dry-run=server'],
    ['cluster-info'],
    ['config', 'get-clusters'],
    ['config', 'get-users'],
    ['config', 'view'],
    ['config', 'set-context', 'extra', '--namespace=x'],
    ['config', 'delete-context', 'extra'],
    ['delete', 'cm', 'extra-9', '--dry-run=server'],
    ['delete', 'cm', '-l', 'app=none'],
    ['rollout', 'history', 'deploy/web'],
    ['get', 'cm', 'settings'],
    ['version'],
  ])('%s %s', async (...args) => {
    const { stdout, code } = await plane.kctl([...args, '--json']);
    expect(code).toBe(0);
    expect(typeof JSON.parse(stdout)).toBe('object');
  });
});
