import { entryCollector, readSources, SOURCE_FLAGS } from '../../../cli/create/data-sources.ts';
import { GENERATOR_FLAGS, GeneratorCommand } from '../../../cli/create/generator-command.ts';
import { secretOf } from '../../../cli/create/secret.ts';
import { bool, text } from '../../../cli/flags/flag-kinds.ts';

const FLAGS = {
  ...SOURCE_FLAGS,
  'append-hash': bool({ summary: 'Append a hash of the content to the name.' }),
  type: text({ summary: 'Type of the secret; Opaque when none is given.', default: '' }),
};

export default class CreateSecretGeneric extends GeneratorCommand {
  static readonly summary = 'Create a Secret from files, directories or literal values.';
  static readonly usage =
    'create secret generic NAME [--type=TYPE] [--from-file=[KEY=]FILE] [--from-literal=KEY=VALUE]';
  static readonly examples = [
    '# From a literal value\n<%= config.bin %> create secret generic login --from-literal=password=hunter2',
    '# A key pair under names of its own\n<%= config.bin %> create secret generic ssh --from-file=ssh-privatekey=id_ed25519 --type=kubernetes.io/ssh-auth',
    '# Lines of KEY=VALUE\n<%= config.bin %> create secret generic app --from-env-file=app.env',
  ];
  static readonly flagSet = { ...GENERATOR_FLAGS, ...FLAGS };

  protected run(): Promise<void> {
    return this.generate({
      flags: FLAGS,
      namespaced: true,
      failure: 'failed to create secret ',
      build: async (flags, { name }) => {
        const entries = new Map<string, Buffer>();
        await readSources(flags, this.terminal.env, entryCollector(entries, 'Secret', name));
        return secretOf(name, flags.type, entries, flags['append-hash']);
      },
    });
  }
}
