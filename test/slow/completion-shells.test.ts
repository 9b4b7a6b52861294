/** Tab in the real shells, on a terminal that util-linux's `script` makes, with live values of a server. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestPlane, type TestPlane } from '../helpers/cli.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const ANSWER_MS = 20_000;
const OBJECTS = `
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: default}
spec: {containers: [{name: nginx, image: nginx}, {name: sidecar, image: busybox}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: 'shop:viewer'}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: 'evil$(touch pwned)x'}
`;

/** What is typed, and what stands on the line after Tab. */
const LINES: readonly (readonly [typed: string, completed: string])[] = [
  ['kctl get configmaps,rolebind', 'kctl get configmaps,rolebindings '],
  ['kctl get ns kube-public kube-s', 'kctl get ns kube-public kube-system '],
  ['kctl -n kube-p', 'kctl -n kube-public '],
  ['kctl get --namespace=kube-p', 'kctl get --namespace=kube-public '],
  ['kctl get -nkube-p', 'kctl get -nkube-public '],
  ['kctl get pods --label-c', 'kctl get pods --label-columns='],
  ['kctl logs web --container=si', 'kctl logs web --container=sidecar '],
  ['kctl get clusterrole shop:', 'kctl get clusterrole shop:viewer '],
  ['kctl get clusterrole/shop:', 'kctl get clusterrole/shop:viewer '],
  ['kctl rbac lookup sa:kube-pub', 'kctl rbac lookup sa:kube-public/default '],
  ['kctl get clusterrole evil', 'kctl get clusterrole evil\\$\\(touch\\ pwned\\)x '],
  ['kctl apply -f some', 'kctl apply -f some-file.yaml '],
  ['kctl apply --filename=some', 'kctl apply --filename=some-file.yaml '],
  ['echo hi; kctl get ns kube-p', 'echo hi; kctl get ns kube-public '],
];

interface ShellSet {
  readonly command: string;
  /** The file that it reads at its start, in its home, and what stands there; ^X shows the line. */
  readonly file: string;
  readonly setUp: string;
}

const SHELLS: Readonly<Record<string, ShellSet>> = {
  bash: {
    command: 'bash --rcfile .bashrc -i',
    file: '.bashrc',
    setUp:
      'PS1=; source <(kctl completion bash); show() { echo "<<$READLINE_LINE>>"; READLINE_LINE=; }; bind -x \'"\\C-x": show\'; echo "<<ready>>"',
  },
  zsh: {
    command: 'zsh -i',
    file: '.zshrc',
    setUp:
      'PS1=; autoload -U compinit; compinit -u -D; source <(kctl completion zsh); show() { print -r -- "<<$BUFFER>>"; BUFFER= }; zle -N show; bindkey "^X" show; echo "<<ready>>"',
  },
  fish: {
    command: 'fish -i',
    file: '.config/fish/config.fish',
    setUp:
      'set fish_greeting; function fish_prompt; end; function show; echo "<<"(commandline)">>"; commandline ""; end; bind \\cx show; kctl completion fish | source; echo "<<ready>>"',
  },
};

let plane: TestPlane;

beforeAll(async () => {
  plane = await startTestPlane();
  await plane.kctl(['apply', '-f', '-'], { input: OBJECTS });
  const { directory } = plane;
  await mkdir(join(directory, 'bin'));
  // Where it is missing fish fills it from all manual pages, in a process that goes on after the test.
  await mkdir(join(directory, '.local/share/fish/generated_completions'), { recursive: true });
  const main = existsSync(join(ROOT, 'dist/kctl.js')) ? 'bin/run.js' : 'src/cli/main.ts';
  await writeFile(join(directory, 'bin/kctl'), `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, main)}" "$@"\n`);
  await chmod(join(directory, 'bin/kctl'), 0o755);
  await writeFile(join(directory, 'some-file.yaml'), '');
  for (const { file, setUp } of Object.values(SHELLS)) {
    await mkdir(join(directory, file, '..'), { recursive: true });
    await writeFile(join(directory, file), `${setUp}\n`);
  }
});

afterAll(() => plane.close());

/** A shell on a terminal of its own. */
class Typist {
  readonly #child: ChildProcessWithoutNullStreams;
  #shown = '';

  constructor(command: string, directory: string) {
    const env = {
      PATH: `${join(directory, 'bin')}:${process.env['PATH']}`,
      HOME: directory,
      ZDOTDIR: directory,
      KUBECONFIG: join(directory, 'kubeconfig'),
      // A line longer than the terminal would be shown in pieces.
      COLUMNS: '200',
      TERM: 'dumb',
      LANG: 'C.UTF-8',
      KCTL_COMPLETION_TIMEOUT: '10s',
    };
    this.#child = spawn('script', ['-qfec', command, '/dev/null'], { cwd: directory, env });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#shown += text;
    });
  }

  /** What is shown next between << and >>. */
  async shown(): Promise<string> {
    const giveUp = AbortSignal.timeout(ANSWER_MS);
    for (;;) {
      const match = /<<([^<>]*)>>/.exec(this.#shown);
      if (match !== null) {
        this.#shown = '';
        return match[1] as string;
      }
      await once(this.#child.stdout, 'data', { signal: giveUp }).catch(() => {
        throw new Error(`the shell shows only ${JSON.stringify(this.#shown)}`);
      });
    }
  }

  type(keys: string): Promise<string> {
    this.#child.stdin.write(keys);
    return this.shown();
  }

  async end(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}

const has = (program: string): boolean => spawnSync('which', [program]).status === 0;

describe.each(Object.entries(SHELLS))('%s', (name, { command }) => {
  const absent = ['script', name].filter((program) => !has(program));
  test.skipIf(absent.length > 0)(
    `completes what is typed${absent.length > 0 ? ` (skipped: ${absent.join(' and ')} not installed)` : ''}`,
    async () => {
      const typist = new Typist(command, plane.directory);
      try {
        expect(await typist.shown()).toBe('ready');
        const completed: (readonly [string, string])[] = [];
        for (const [typed] of LINES) completed.push([typed, await typist.type(`${typed}\t\u0018`)]);
        expect(completed).toEqual(LINES);
        expect(existsSync(join(plane.directory, 'pwned'))).toBe(false);
      } finally {
        await typist.end();
      }
    },
  );
});
