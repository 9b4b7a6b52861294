import { GENERATOR_FLAGS, GeneratorCommand } from '../../../cli/create/generator-command.ts';
import { serviceOf, TCP_FLAG } from '../../../cli/create/service.ts';
import { integer } from '../../../cli/flags/flag-kinds.ts';

const FLAGS = {
  ...TCP_FLAG,
  'node-port': integer({ summary: 'Port of the nodes; 0: the server chooses.', default: 0 }),
};

export default class CreateServiceNodePort extends GeneratorCommand {
  static readonly summary = 'Create a service that every node opens a port for.';
  static readonly usage = 'create service nodeport NAME --tcp=PORT[:TARGETPORT] [flags]';
  static readonly examples = [
    '<%= config.bin %> create service nodeport web --tcp=80:8080',
    '# On a port of your choice\n<%= config.bin %> create svc nodeport web --tcp=80 --node-port=30080',
  ];
  static readonly flagSet = { ...GENERATOR_FLAGS, ...FLAGS };

  protected run(): Promise<void> {
    return this.generate({
      flags: FLAGS,
      namespaced: true,
      failure: 'failed to create NodePort service: ',
      build: (flags, { name }) =>
        serviceOf({ name, type: 'NodePort', tcp: flags.tcp ?? [], nodePort: flags['node-port'] }),
    });
  }
}
