/** The same command lines to kubectl and kctl, made comparable. */
import type { TestPlane } from './cli.ts';
import type { Result } from './command.ts';

export interface FullStep {
  readonly args: readonly string[];
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export type Step = readonly string[] | FullStep;

/** A command line whose words have no blanks in them. */
export function words(line: string): string[] {
  return line.split(' ');
}

export function fullStep(step: Step): FullStep {
  return 'args' in step ? step : { args: step };
}

/** What every step said, without what differs from one namespace, tool and moment to the next. */
export async function play(
  plane: TestPlane,
  tool: 'kubectl' | 'kctl',
  steps: readonly Step[],
  { namespace, replace = {} }: { namespace?: string; replace?: Readonly<Record<string, string>> },
): Promise<(Result & { line: string })[]> {
  if (namespace !== undefined) await plane.kubectl(['create', 'namespace', namespace]);
  const results: (Result & { line: string })[] = [];
  for (const step of steps) {
    const { args, ...options } = fullStep(step);
    const filled = args.map((arg) => filledIn(arg, replace));
    const scope = namespace === undefined ? [] : ['-n', namespace];
    const { stdout, stderr, code } = await plane[tool]([...scope, ...filled], options);
    const neutral = (text: string): string => neutralText(text, namespace ?? 'default');
    results.push({ line: args.join(' '), stdout: neutral(stdout), stderr: neutral(stderr), code });
  }
  return results;
}

function filledIn(arg: string, replace: Readonly<Record<string, string>>): string {
  return Object.entries(replace).reduce((text, [name, value]) => text.replaceAll(name, value), arg);
}

export function neutralText(text: string, namespace: string): string {
  return text
    .replaceAll(namespace, 'NAMESPACE')
    .replaceAll(/\bkubectl\b/g, 'kctl')
    .replaceAll(/^[WEI]\d{4} .*?\] /gm, '')
    .replaceAll(/"?(uid|creationTimestamp|resourceVersion|restartedAt)"?: \S+/g, '$1: …')
    .replaceAll(/(LIVE|MERGED)-\w+/g, '$1')
    .replaceAll(/20\d\d-\d\d-\d\d \d\d:\d\d:[\d.]+ /g, 'TIME ')
    .replaceAll(/(resource version to be 1, was) \d+/g, '$1 …');
}
