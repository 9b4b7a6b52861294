import type { JsonObject } from '../../api/object.ts';
import { isStatusError } from '../../api/status-error.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { CliError } from '../../cli/errors.ts';
import { duration, type FlagValues, list, text } from '../../cli/flags/flag-kinds.ts';
import { PRINT_FLAGS } from '../../cli/get/get-flags.ts';
import { resultPrinter } from '../../cli/print/result-printer.ts';

const TOKEN_FLAGS = {
  ...PRINT_FLAGS,
  audience: list({ summary: 'Whom the token is for; may be repeated. The API server when none is given.' }),
  duration: duration({ summary: 'How long it is to live; 0 = as the server likes.', default: 0 }),
  'bound-object-kind': text({ summary: 'It dies with an object of this kind: Pod, Secret or Node.', default: '' }),
  'bound-object-name': text({ summary: 'Name of that object.', default: '' }),
  'bound-object-uid': text({ summary: 'UID of that object; looked up when missing.', default: '' }),
};

type TokenFlags = FlagValues<typeof TOKEN_FLAGS>;

const BOUND_VERSIONS: Readonly<Record<string, string>> = { Node: 'v1', Pod: 'v1', Secret: 'v1' };
const MS_PER_SECOND = 1000;

export default class CreateToken extends BaseCommand {
  static readonly summary = 'Ask for a token of a service account.';
  static readonly description = 'The token is printed alone, so that it can be used at once.';
  static readonly usage = 'create token SERVICE_ACCOUNT [--duration=1h] [--audience=NAME] [flags]';
  static readonly examples = [
    '<%= config.bin %> create token robot --duration=10m',
    '# Act as the service account\n<%= config.bin %> get pods --token="$(<%= config.bin %> create token robot)"',
    '# It dies with a pod\n<%= config.bin %> create token robot --bound-object-kind=Pod --bound-object-name=web-1',
  ];
  static readonly flagSet = TOKEN_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(TOKEN_FLAGS);
    if (args.length !== 1) throw this.usageError(`exactly one NAME is required, got ${args.length}`);
    const output = flags.output || (flags.json ? 'json' : '');
    const printer = output === '' ? undefined : resultPrinter(flags, 'none', true);
    checkFlags(flags);
    const session = await this.session(flags);
    const target = {
      group: '',
      version: 'v1',
      resource: 'serviceaccounts',
      namespace: session.namespace,
      name: args[0] as string,
      subresource: 'token',
    };
    const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: specOf(flags) };
    const answer = await session.client.create<JsonObject>(target, request).catch((error: unknown) => {
      if (!isStatusError(error)) throw error;
      throw new CliError(`failed to create token: ${error.message}`, { cause: error });
    });
    const token = (answer['status'] as { token?: string } | undefined)?.token ?? '';
    if (token === '') throw new CliError('failed to create token: no token in server response');
    const { typedObject } = await import('../../cli/print/typed-object.ts');
    this.out(printer === undefined ? `${token}\n` : printer(typedObject(answer), 'created'));
  }
}

function checkFlags(flags: TokenFlags): void {
  const { 'bound-object-kind': kind, 'bound-object-name': name, 'bound-object-uid': uid } = flags;
  if (flags.duration < 0) throw new CliError('--duration must be greater than or equal to 0');
  if (flags.duration % MS_PER_SECOND !== 0) {
    throw new CliError('--duration cannot be expressed in units less than seconds');
  }
  if (kind === '') {
    if (name !== '') throw new CliError('--bound-object-name can only be set if --bound-object-kind is provided');
    if (uid !== '') throw new CliError('--bound-object-uid can only be set if --bound-object-kind is provided');
    return;
  }
  if (!Object.hasOwn(BOUND_VERSIONS, kind)) {
    throw new CliError(`supported --bound-object-kind values are ${Object.keys(BOUND_VERSIONS).join(', ')}`);
  }
  if (name === '') throw new CliError('--bound-object-name is required if --bound-object-kind is provided');
}

function specOf(flags: TokenFlags): JsonObject {
  const { 'bound-object-kind': kind, 'bound-object-name': name, 'bound-object-uid': uid } = flags;
  const reference = { kind, apiVersion: BOUND_VERSIONS[kind], name, ...(uid === '' ? {} : { uid }) };
  return {
    audiences: flags.audience ?? [],
    ...(flags.duration === 0 ? {} : { expirationSeconds: flags.duration / MS_PER_SECOND }),
    ...(kind === '' ? {} : { boundObjectRef: reference }),
  };
}
