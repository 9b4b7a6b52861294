/** The pods that objects make: where their spec is, and which of their containers somebody means. */
import { isObject, type JsonObject } from '../../api/object.ts';
import { CliError } from '../errors.ts';

export interface SpecContainer extends JsonObject {
  name: string;
}

export interface ChosenContainers {
  readonly containers: SpecContainer[];
  readonly initContainers: SpecContainer[];
}

/** Of pods, of pod templates, and of the template of a cron job's job; undefined where there is none. */
export function podSpecOf(object: JsonObject): JsonObject | undefined {
  let spec = object['spec'];
  if (!isObject(spec)) return undefined;
  if (object['kind'] === 'Pod') return spec;
  if (isObject(spec['jobTemplate'])) spec = spec['jobTemplate']['spec'];
  const template = isObject(spec) ? spec['template'] : undefined;
  return isObject(template) && isObject(template['spec']) ? template['spec'] : undefined;
}

/** @throws CliError for what makes no pods */
export function requirePodSpec(object: JsonObject): JsonObject {
  const spec = podSpecOf(object);
  if (spec !== undefined) return spec;
  throw new CliError(`the object is not a pod or does not have a pod template: ${goTypeOf(object)}`);
}

/** `*v1.ConfigMap` */
export function goTypeOf({ apiVersion, kind }: JsonObject): string {
  return `*${String(apiVersion).split('/').at(-1)}.${String(kind)}`;
}

/** @param pattern a name, in which * stands for any text */
export function chosenContainers(spec: JsonObject, pattern: string): ChosenContainers {
  const matches = nameMatcher(pattern);
  const chosen = (value: unknown): SpecContainer[] =>
    Array.isArray(value) ? (value as SpecContainer[]).filter(({ name }) => matches(name)) : [];
  return { containers: chosen(spec['containers']), initContainers: chosen(spec['initContainers']) };
}

function nameMatcher(pattern: string): (name: string) => boolean {
  const [head = '', ...parts] = pattern.split('*');
  const tail = parts.pop();
  if (tail === undefined) return (name) => name === pattern;
  return (name) => {
    if (name.length < head.length + tail.length || !name.startsWith(head) || !name.endsWith(tail)) return false;
    return hasInOrder(name.slice(head.length, name.length - tail.length), parts);
  };
}

function hasInOrder(text: string, parts: readonly string[]): boolean {
  let from = 0;
  for (const part of parts) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return true;
}
