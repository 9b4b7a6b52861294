/** The command that explains a refusal. */
import type { GlobalFlags } from '../flags/global-flags.ts';
import { parseForbidden } from '../rbac/forbidden-text.ts';
import { resourceWord } from '../rbac/words.ts';

type AskedAs = Pick<GlobalFlags, 'as' | 'as-group' | 'context' | 'kubeconfig'>;

/** `kctl auth can-i list secrets -n shop --explain`; undefined for other messages. */
export function forbiddenHint(message: string, flags: AskedAs): string | undefined {
  const request = refusedRequest(message);
  if (request === undefined) return undefined;
  const { verb, isResource, path, group, resource, subresource, name, namespace } = request;
  const what = isResource ? resourceWord(group, subresource === '' ? resource : `${resource}/${subresource}`) : path;
  const words = [
    ...['kctl', 'auth', 'can-i', verb, what, ...(name === '' ? [] : [name])],
    ...(namespace === '' ? [] : ['-n', namespace]),
    ...(flags.kubeconfig === undefined ? [] : ['--kubeconfig', flags.kubeconfig]),
    ...(flags.context === undefined ? [] : ['--context', flags.context]),
    ...(flags.as === undefined ? [] : ['--as', flags.as]),
    ...(flags['as-group'] ?? []).flatMap((each) => ['--as-group', each]),
    '--explain',
  ];
  return words.map(shellWord).join(' ');
}

function refusedRequest(message: string) {
  try {
    return parseForbidden(message)[0]?.request;
  } catch {
    return undefined;
  }
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
