import { GENERATOR_FLAGS, GeneratorCommand } from '../../cli/create/generator-command.ts';

export default class CreateNamespace extends GeneratorCommand {
  static readonly summary = 'Create a namespace.';
  static readonly usage = 'create namespace NAME [flags]';
  static readonly examples = [
    '<%= config.bin %> create namespace shop',
    '# Only the manifest\n<%= config.bin %> create ns shop --dry-run=client -o yaml',
  ];
  static readonly flagSet = GENERATOR_FLAGS;

  protected run(): Promise<void> {
    return this.generate({
      flags: {},
      build: (_, { name }) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
    });
  }
}
