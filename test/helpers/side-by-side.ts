/** The same command lines to kubectl and kctl, made comparable. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { TestPlane } from './cli.ts';
import type { Result } from './command.ts';

export interface FullStep {
  readonly args: readonly string[];
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export type Step = readonly string[] | FullStep;

export type Told = Result & { readonly line: string };

/** In the arguments: the manifests of a shop, and a directory of files (see prepareFiles). */
export const SHOP = new URL('../cli/fixtures/shop.yaml', import.meta.url).pathname;

/** A command line whose words have no blanks in them. */
export function words(line: string): string[] {
  return line.split(' ');
}

function fullStep(step: Step): FullStep {
  return 'args' in step ? step : { args: step };
}

export interface PlayOptions {
  /** Created first; otherwise that of the kubeconfig. */
  readonly namespace?: string;
  /** Stands for DIR; the namespace stands for OWN. */
  readonly directory: string;
}

/** What every step said, without what differs from one namespace, tool and moment to the next. */
export async function play(
  plane: TestPlane,
  tool: 'kubectl' | 'kctl',
  steps: readonly Step[],
  { namespace, directory }: PlayOptions,
): Promise<Told[]> {
  if (namespace !== undefined) await plane.kctl(['create', 'namespace', namespace]);
  const results: Told[] = [];
  for (const step of steps) {
    const { args, ...options } = fullStep(step);
    const scope = namespace === undefined ? [] : ['-n', namespace];
    const fill = (text: string): string =>
      text
        .replaceAll('SHOP', SHOP)
        .replaceAll('DIR', directory)
        .replaceAll('OWN', namespace ?? 'default');
    const input = options.input === undefined ? {} : { input: fill(options.input) };
    const { stdout, stderr, code } = await plane[tool]([...scope, ...args.map(fill)], { ...options, ...input });
    const neutral = (text: string): string => neutralText(text.replaceAll(directory, 'DIR'), namespace ?? 'default');
    results.push({ line: args.join(' '), stdout: neutral(stdout), stderr: neutral(stderr), code });
  }
  return results;
}

const CLASH = String.raw`'\S+' already has a value \([^)]*\)(?:, and --overwrite is false)?`;
const CLASHES = new RegExp(String.raw`${CLASH}(?:(?:\n|; )${CLASH})+`, 'g');

function neutralText(text: string, namespace: string): string {
  return (
    text
      .replaceAll(namespace, 'NAMESPACE')
      .replaceAll(/\bkubectl\b/g, 'kctl')
      .replaceAll(/^[WEI]\d{4} .*?\] /gm, '')
      // Logged by kubectl when its own timeout meets an answer that is under way.
      .replaceAll(/^"Unexpected error when reading response body".*\n/gm, '')
      // On a busy machine a short --timeout ends kubectl's watch before it brought anything.
      .replaceAll(/^"Warning: watch ended with error".*\n/gm, '')
      .replaceAll(/"?(uid|creationTimestamp|resourceVersion|restartedAt)"?: \S+/g, '$1: …')
      .replaceAll(/\bkube-api-access-\w{5}\b/g, 'kube-api-access-…')
      .replaceAll(/(LIVE|MERGED)-\w+/g, '$1')
      .replaceAll(/20\d\d-\d\d-\d\d \d\d:\d\d:[\d.]+ /g, 'TIME ')
      .replaceAll(/(resource version to be 1, was) \d+/g, '$1 …')
      .replaceAll(/generateName: x\n {2}name: x\w+/g, 'generateName: x\n  name: …')
      .replaceAll(/(?<=applyset-)[\w-]{43}(?=-v1)/g, '…')
      .replaceAll(/(?<=applyset.kubernetes.io\/tooling: kctl\/)\S+/g, '…')
      .replaceAll(CLASHES, sortedClashes)
  );
}

/** kubectl walks a Go map to find what a change would overwrite, so that its order differs from run to run. */
function sortedClashes(text: string): string {
  const separator = text.includes('\n') ? '\n' : '; ';
  return text.split(separator).sort().join(separator);
}

/**
 * Compares line by line.
 * @param deliberate lines that are answered otherwise on purpose, and why
 */
export function compare(kubectl: readonly Told[], kctl: readonly Told[], deliberate: (told: Told) => boolean): void {
  const same = kubectl.map((told, i) => ({ told, i })).filter(({ told }) => !deliberate(told));
  expect(same.map(({ i }) => kctl[i])).toEqual(same.map(({ told }) => told));
}

/** The files that command lines name. */
export async function prepareFiles(directory: string): Promise<void> {
  const files: Record<string, string | Buffer> = {
    'd/a.txt': 'hello\n',
    'd/b.bin': Buffer.from([0xff, 0xfe, 0]),
    'd/sub/c': 'x',
    env: '# c\nA=1\n B=two words\nC\n\nD=a=b\n',
    badenv: '1 A=1\n',
    'cert.pem': '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
    'p.yaml': 'data:\n  z: "26"\n',
    jp: '{.items[*].metadata.name}',
    cc: 'NAME DATA\n.metadata.name .data\n',
  };
  await mkdir(join(directory, 'd', 'sub'), { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(directory, name), content);
}
