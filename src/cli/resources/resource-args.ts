/** Arguments that name resources: `pods`, `pods,svc`, `pod a b`, `pod/a svc/b`. Rules and words of cli-runtime's resource builder. */
import { CliError } from '../errors.ts';

export type ResourceArgs =
  | { readonly kind: 'types'; readonly types: readonly string[]; readonly names: readonly string[] }
  | { readonly kind: 'pairs'; readonly pairs: readonly { readonly type: string; readonly name: string }[] };

/** @throws CliError */
export function parseResourceArgs(args: readonly string[], command = 'get'): ResourceArgs {
  const expanded = args.flatMap(expandTypes);
  const slashed = expanded.filter((arg) => arg.includes('/')).length;
  if (slashed === 0) {
    const [types = '', ...names] = expanded;
    if (names.includes('')) throw new CliError('resource name may not be empty');
    return { kind: 'types', types: splitTypes(types), names };
  }
  if (slashed !== expanded.length) {
    throw new CliError(
      `there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kctl ${command} resource/<resource_name>' instead of 'kctl ${command} resource resource/<resource_name>'`,
    );
  }
  return { kind: 'pairs', pairs: expanded.map(splitPair) };
}

/** `pod,svc/web` is `pod/web svc/web`. */
function expandTypes(arg: string): string[] {
  const slash = arg.indexOf('/');
  if (slash < 0 || !arg.slice(0, slash).includes(',')) return [arg];
  const name = arg.slice(slash + 1);
  return arg
    .slice(0, slash)
    .split(',')
    .map((type) => `${type}/${name}`);
}

function splitTypes(text: string): string[] {
  const types = [...new Set(text.split(','))];
  if (text !== '' && types.includes('')) {
    throw new CliError('arguments in resource/name form must have a single resource and name');
  }
  return types.filter((type) => type !== '');
}

function splitPair(arg: string): { type: string; name: string } {
  const parts = arg.split('/');
  const [type = '', name = ''] = parts;
  if (parts.length !== 2) throw new CliError('arguments in resource/name form may not have more than one slash');
  if (type === '' || name === '') {
    throw new CliError('arguments in resource/name form must have a single resource and name');
  }
  return { type, name };
}
