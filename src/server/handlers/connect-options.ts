/** What a connection asks for, as admission sees it: PodExecOptions and its kin, read from the query. */
import type { KubeObject } from '../../api/object.ts';

type Reader = (values: readonly string[]) => unknown;

const flag: Reader = ([value = '']) => (value !== 'false' && value !== '0' ? true : undefined);
const text: Reader = ([value = '']) => value || undefined;
const texts: Reader = (values) => values;
const numbers: Reader = (values) =>
  values
    .flatMap((value) => value.split(','))
    .map(Number)
    .filter(Number.isInteger);

const STREAMS: Readonly<Record<string, Reader>> = {
  stdin: flag,
  stdout: flag,
  stderr: flag,
  tty: flag,
  container: text,
};
const FIELDS: Readonly<Record<string, Readonly<Record<string, Reader>>>> = {
  PodExecOptions: { ...STREAMS, command: texts },
  PodAttachOptions: STREAMS,
  PodPortForwardOptions: { ports: numbers },
  PodProxyOptions: { path: text },
  ServiceProxyOptions: { path: text },
  NodeProxyOptions: { path: text },
};

/** `path`: what follows `/proxy` in the URL. */
export function connectOptions(kind: string, query: URLSearchParams, path: string): KubeObject {
  const options: Record<string, unknown> = { kind, apiVersion: 'v1' };
  for (const [field, read] of Object.entries(FIELDS[kind] ?? {})) {
    const values = field === 'path' && path !== '' ? [path] : query.getAll(field);
    const value = values.length === 0 ? undefined : read(values);
    if (value !== undefined) options[field] = value;
  }
  return options as unknown as KubeObject;
}
