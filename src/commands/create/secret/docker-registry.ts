import { entryCollector, readSources } from '../../../cli/create/data-sources.ts';
import { GENERATOR_FLAGS, GeneratorCommand } from '../../../cli/create/generator-command.ts';
import { secretOf } from '../../../cli/create/secret.ts';
import { CliError } from '../../../cli/errors.ts';
import { bool, list, text } from '../../../cli/flags/flag-kinds.ts';

const KEY = '.dockerconfigjson';
const FLAGS = {
  'docker-server': text({ summary: 'Address of the registry.', default: 'https://index.docker.io/v1/' }),
  'docker-username': text({ summary: 'User of the registry.', default: '' }),
  'docker-password': text({ summary: 'Password of the registry.', default: '' }),
  'docker-email': text({ summary: 'Mail address of the user.', default: '' }),
  'from-file': list({ summary: `A file of docker login; ${KEY}=FILE unless it is named so.` }),
  'append-hash': bool({ summary: 'Append a hash of the content to the name.' }),
};

export default class CreateSecretDockerRegistry extends GeneratorCommand {
  static readonly summary = 'Create a Secret with which images are pulled from a registry.';
  static readonly usage =
    'create secret docker-registry NAME --docker-username=USER --docker-password=PASSWORD [flags]';
  static readonly examples = [
    '<%= config.bin %> create secret docker-registry pull --docker-server=registry.example.com --docker-username=ci --docker-password=hunter2',
    '# What docker login wrote\n<%= config.bin %> create secret docker-registry pull --from-file=.dockerconfigjson=$HOME/.docker/config.json',
  ];
  static readonly flagSet = { ...GENERATOR_FLAGS, ...FLAGS };

  protected run(): Promise<void> {
    return this.generate({
      flags: FLAGS,
      namespaced: true,
      failure: 'failed to create secret ',
      build: async (flags, { name }) => {
        const entries = new Map<string, Buffer>();
        const { 'docker-username': username, 'docker-password': password, 'docker-server': server } = flags;
        const files = flags['from-file'] ?? [];
        if (files.length > 0) {
          await readSources({ 'from-file': files }, this.terminal.env, entryCollector(entries, 'Secret', name));
        } else {
          if (username === '' || password === '' || server === '') {
            throw new CliError(
              'either --from-file or the combination of --docker-username, --docker-password and --docker-server is required',
            );
          }
          entries.set(KEY, Buffer.from(dockerConfig(server, username, password, flags['docker-email'])));
        }
        return secretOf(name, `kubernetes.io/${KEY.slice(1)}`, entries, flags['append-hash']);
      },
    });
  }
}

function dockerConfig(server: string, username: string, password: string, email: string): string {
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  return JSON.stringify({ auths: { [server]: { username, password, ...(email === '' ? {} : { email }), auth } } });
}
