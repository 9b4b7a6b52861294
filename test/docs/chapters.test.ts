// Plays README's "Follow one request" and "Certificates in one minute" with the real kubectl and the built kctl.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { type ControlPlane, startControlPlane } from '../../src/control-plane.ts';
import { run } from '../helpers/command.ts';
import { consoleEnvironment, type Step, stepsOf } from './console.ts';
import { codeBlocks, section } from './markdown.ts';

const root = join(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const dir = mkdtempSync(join(tmpdir(), 'kctl-chapters-'));
const home = join(dir, 'home');
let plane: ControlPlane;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  mkdirSync(home);
  plane = await startControlPlane({
    dataDir: join(home, '.local/share/kctl'),
    durability: 'memory',
    securePort: 0,
  });
  env = consoleEnvironment(dir, plane.kubeconfigFile as string);
});

afterAll(async () => {
  await plane.close();
  rmSync(dir, { recursive: true, force: true });
});

/** Times and homes differ too. */
function normalisedStep({ command, output }: Step): Step {
  return {
    command,
    // A second connection may resume the session of the first.
    output: output
      .filter((line) => !line.includes('session resumed'))
      .map((line) =>
        line
          .replaceAll(/20\d\d-\d\d-\d\dT[\d:]+Z/g, 'INSTANT')
          .replaceAll(`${home}/`, '~/')
          .replace(/\d+ watchers? w\w+/, 'N watchers were'),
      ),
  };
}

async function played({ command }: Step): Promise<Step> {
  const { stdout } = await run('bash', ['-c', `${command} 2>&1`], { cwd: home, env });
  return normalisedStep(stepsOf(`$ ${command}\n${stdout}`)[0] as Step);
}

describe.each(['Follow one request', 'Certificates in one minute'])('%s', (title) => {
  const steps = codeBlocks(section(readme, title), 'console').flatMap(stepsOf);
  test.each(steps)('$command', async (step) => {
    expect(await played(step)).toEqual(normalisedStep(step));
  });
});

test('docs/certificates.md names commands that are there', () => {
  const page = readFileSync(join(root, 'docs/certificates.md'), 'utf8');
  const named = [...page.matchAll(/`((?:certs|token|kubeconfig)\b[ a-z-]*)/g)].map(([, words = '']) =>
    words.trim().split(' '),
  );
  const ids = Object.keys(COMMANDS);
  for (const words of named) {
    expect(
      ids.some(
        (id) => words.join(':') === id || words.join(':').startsWith(`${id}:`) || id.startsWith(`${words.join(':')}:`),
      ),
      words.join(' '),
    ).toBe(true);
  }
});
