/** Arguments that name resources: `pods`, `pods,svc`, `pod a b`, `pod/a svc/b`. Rules and words of cli-runtime's resource builder. */
import { CliError } from '../errors.ts';

export type ResourceArgs =
  | { readonly kind: 'types'; readonly types: readonly string[]; readonly names: readonly string[] }
  | { readonly kind: 'pairs'; readonly pairs: readonly { readonly type: string; readonly name: string }[] };

/** @throws CliError */
export function parseResourceArgs(args: readonly string[]): ResourceArgs {
  const slashed = args.filter((arg) => arg.includes('/')).length;
  if (slashed === 0) {
    const [types = '', ...names] = args;
    if (names.includes('')) throw new CliError('resource name may not be empty');
    return { kind: 'types', types: splitTypes(types), names };
  }
  if (slashed !== args.length) {
    throw new CliError(
      `there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kctl get resource/<resource_name>' instead of 'kctl get resource resource/<resource_name>'`,
    );
  }
  return { kind: 'pairs', pairs: args.map(splitPair) };
}

/** Whether the arguments are one or several types and no name: what some commands take for all of it. */
export function isType(args: readonly string[]): boolean {
  return args.length === 1 && !args[0]?.includes('/');
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
  if (type === '' || name === '' || type.includes(',')) {
    throw new CliError('arguments in resource/name form must have a single resource and name');
  }
  return { type, name };
}
