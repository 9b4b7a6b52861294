import { GENERATOR_FLAGS, GeneratorCommand } from '../../cli/create/generator-command.ts';

export default class CreateServiceAccount extends GeneratorCommand {
  static readonly summary = 'Create a service account.';
  static readonly usage = 'create serviceaccount NAME [flags]';
  static readonly examples = [
    '<%= config.bin %> create serviceaccount robot',
    '# And a token for it\n<%= config.bin %> create sa robot\n<%= config.bin %> create token robot --duration=1h',
  ];
  static readonly flagSet = GENERATOR_FLAGS;

  protected run(): Promise<void> {
    return this.generate({
      flags: {},
      namespaced: true,
      failure: 'failed to create serviceaccount: ',
      build: (_, { name }) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } }),
    });
  }
}
