import { isObject, type JsonObject, setOwn } from '../../api/object.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { ConfigEditor, embedded, entryFilePath } from '../../cli/config/edit-config.ts';
import { CliError } from '../../cli/errors.ts';
import { bool, type FlagValues, list, text } from '../../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../../cli/flags/global-flags.ts';

const CREDENTIALS_FLAGS = {
  'embed-certs': bool({ summary: 'Put the content of the certificate files into the kubeconfig.' }),
  username: text({ summary: 'User name for basic authentication.', default: '' }),
  password: text({ summary: 'Password for basic authentication.', default: '' }),
  'exec-command': text({ summary: 'Program that prints credentials.', default: '' }),
  'exec-api-version': text({ summary: 'Version of its answers: client.authentication.k8s.io/v1.', default: '' }),
  'exec-arg': list({ summary: 'Argument of the program; may be repeated.' }),
  'exec-env': list({ summary: 'KEY=VALUE of its environment; KEY- removes one.' }),
  'exec-interactive-mode': text({ summary: 'Never, IfAvailable or Always.', default: '' }),
  'exec-provide-cluster-info': bool({ summary: 'Tell the program about the cluster.' }),
  'auth-provider': text({ summary: 'Authentication provider, for clients that still have them.', default: '' }),
  'auth-provider-arg': list({ summary: 'KEY=VALUE for the provider.' }),
};

type CredentialsFlags = FlagValues<typeof CREDENTIALS_FLAGS> & GlobalFlags;

export default class ConfigSetCredentials extends BaseCommand {
  static readonly summary = 'Set a user of the kubeconfig.';
  static readonly description = 'Fields that are not named stay as they are; a token takes the place of a password.';
  static readonly usage = 'config set-credentials NAME [--client-certificate=FILE --client-key=FILE] [--token=TOKEN]';
  static readonly examples = [
    '<%= config.bin %> config set-credentials alice --client-certificate=alice.crt --client-key=alice.key --embed-certs',
    '# A token of a service account\n<%= config.bin %> config set-credentials robot --token="$(<%= config.bin %> create token robot)"',
    '# A program that knows\n<%= config.bin %> config set-credentials me --exec-command=get-token --exec-api-version=client.authentication.k8s.io/v1',
  ];
  static readonly flagSet = CREDENTIALS_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args, given } = await this.line(CREDENTIALS_FLAGS);
    const [name] = args;
    if (name === undefined || args.length > 1) throw this.usageError(`Unexpected args: [${args.join(' ')}]`);
    checkMethods(flags);
    const editor = await ConfigEditor.open(flags, this.terminal.env);
    const value: JsonObject = { ...editor.get('users', name) };
    await setCertificates(value, flags, editor.directoryOf('users', name));
    setSecrets(value, flags, given);
    setProvider(value, flags);
    setExec(value, flags, given);
    editor.set('users', name, value);
    await editor.save();
    this.tell(flags, `User ${JSON.stringify(name)} set.\n`);
  }
}

function checkMethods(flags: CredentialsFlags): void {
  const basic = flags.username !== '' || flags.password !== '';
  const methods = [...(flags.token ? ['--token'] : []), ...(basic ? ['--username/--password'] : [])];
  if (methods.length > 1) {
    throw new CliError(
      `you cannot specify more than one authentication method at the same time: ${methods.join(', ')}`,
    );
  }
  checkChanges('exec-env', flags['exec-env']);
  checkChanges('auth-provider-arg', flags['auth-provider-arg']);
  if (flags['embed-certs'] && !flags['client-certificate'] && !flags['client-key']) {
    throw new CliError('you must specify a --client-certificate or --client-key to embed');
  }
}

async function setCertificates(value: JsonObject, flags: CredentialsFlags, directory: string): Promise<void> {
  for (const field of ['client-certificate', 'client-key'] as const) {
    const path = flags[field];
    if (!path) continue;
    delete value[field];
    delete value[`${field}-data`];
    if (flags['embed-certs']) value[`${field}-data`] = await embedded(path, field);
    else value[field] = entryFilePath(path, directory);
  }
}

function setSecrets(value: JsonObject, flags: CredentialsFlags, given: ReadonlySet<string>): void {
  const basic = given.has('username') || given.has('password');
  if (given.has('token') || basic) {
    for (const field of basic ? ['token', 'tokenFile'] : ['username', 'password', 'tokenFile']) delete value[field];
  }
  if (given.has('token')) value['token'] = flags.token;
  if (given.has('username')) value['username'] = flags.username;
  if (given.has('password')) value['password'] = flags.password;
}

/** `KEY=VALUE` sets, `KEY-` removes. @throws CliError for anything else */
function checkChanges(flag: string, changes: readonly string[] = []): void {
  const bad = changes.find((change) => !change.includes('=') && !change.endsWith('-'));
  if (bad !== undefined) throw new CliError(`invalid ${flag} format: ${bad}`);
}

function setProvider(value: JsonObject, flags: CredentialsFlags): void {
  const known = isObject(value['auth-provider']) ? value['auth-provider'] : undefined;
  if (flags['auth-provider'] === '' && known === undefined) return;
  const name = flags['auth-provider'] || known?.['name'];
  const config: JsonObject = { ...(known?.['config'] as JsonObject | undefined) };
  for (const arg of flags['auth-provider-arg'] ?? []) {
    const at = arg.indexOf('=');
    if (at >= 0) setOwn(config, arg.slice(0, at), arg.slice(at + 1));
    else delete config[arg.replace(/-$/, '')];
  }
  value['auth-provider'] = { name, config };
}

function setExec(value: JsonObject, flags: CredentialsFlags, given: ReadonlySet<string>): void {
  const known = isObject(value['exec']) ? value['exec'] : undefined;
  if (flags['exec-command'] === '' && known === undefined) return;
  const exec: JsonObject = { ...known };
  if (given.has('exec-command')) exec['command'] = flags['exec-command'];
  if (given.has('exec-api-version')) exec['apiVersion'] = flags['exec-api-version'];
  if (given.has('exec-arg')) exec['args'] = flags['exec-arg'];
  if (given.has('exec-interactive-mode')) exec['interactiveMode'] = flags['exec-interactive-mode'];
  if (given.has('exec-provide-cluster-info')) exec['provideClusterInfo'] = flags['exec-provide-cluster-info'];
  if (given.has('exec-env')) exec['env'] = environment(exec['env'], flags['exec-env'] ?? []);
  value['exec'] = exec;
}

function environment(known: unknown, changes: readonly string[]): JsonObject[] {
  const entries = new Map((Array.isArray(known) ? known.filter(isObject) : []).map((each) => [each['name'], each]));
  for (const change of changes) {
    const at = change.indexOf('=');
    if (at >= 0) entries.set(change.slice(0, at), { name: change.slice(0, at), value: change.slice(at + 1) });
    else entries.delete(change.replace(/-$/, ''));
  }
  return [...entries.values()];
}
