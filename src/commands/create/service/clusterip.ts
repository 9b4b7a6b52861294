import { GENERATOR_FLAGS, GeneratorCommand } from '../../../cli/create/generator-command.ts';
import { serviceOf, TCP_FLAG } from '../../../cli/create/service.ts';
import { text } from '../../../cli/flags/flag-kinds.ts';

const FLAGS = {
  ...TCP_FLAG,
  clusterip: text({ summary: 'Address of the service; None makes it headless.', default: '' }),
};

export default class CreateServiceClusterIp extends GeneratorCommand {
  static readonly summary = 'Create a service with an address inside the cluster.';
  static readonly usage = 'create service clusterip NAME [--tcp=PORT[:TARGETPORT]] [flags]';
  static readonly examples = [
    '<%= config.bin %> create service clusterip web --tcp=80:8080',
    '# Headless: names only, no address\n<%= config.bin %> create svc clusterip db --clusterip=None',
  ];
  static readonly flagSet = { ...GENERATOR_FLAGS, ...FLAGS };

  protected run(): Promise<void> {
    return this.generate({
      flags: FLAGS,
      namespaced: true,
      failure: 'failed to create ClusterIP service: ',
      build: (flags, { name }) =>
        serviceOf({ name, type: 'ClusterIP', tcp: flags.tcp ?? [], clusterIP: flags.clusterip }),
    });
  }
}
