import { GENERATOR_FLAGS, GeneratorCommand } from '../../../cli/create/generator-command.ts';
import { serviceOf, TCP_FLAG } from '../../../cli/create/service.ts';
import { text } from '../../../cli/flags/flag-kinds.ts';

const FLAGS = {
  ...TCP_FLAG,
  'external-name': text({ summary: 'Name of the host.', default: '' }),
};

export default class CreateServiceExternalName extends GeneratorCommand {
  static readonly summary = 'Create a service that is another name for a host.';
  static readonly usage = 'create service externalname NAME --external-name=HOST [flags]';
  static readonly examples = [
    '<%= config.bin %> create service externalname db --external-name=db.example.com',
    '# Only the manifest\n<%= config.bin %> create svc externalname db --external-name=db.example.com --dry-run=client -o yaml',
  ];
  static readonly flagSet = { ...GENERATOR_FLAGS, ...FLAGS };

  protected run(): Promise<void> {
    return this.generate({
      flags: FLAGS,
      required: ['external-name'],
      namespaced: true,
      failure: 'failed to create ExternalName service: ',
      build: (flags, { name }) =>
        serviceOf({ name, type: 'ExternalName', tcp: flags.tcp ?? [], externalName: flags['external-name'] }),
    });
  }
}
