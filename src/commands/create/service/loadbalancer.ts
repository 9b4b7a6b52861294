import { GENERATOR_FLAGS, GeneratorCommand } from '../../../cli/create/generator-command.ts';
import { serviceOf, TCP_FLAG } from '../../../cli/create/service.ts';

const FLAGS = TCP_FLAG;

export default class CreateServiceLoadBalancer extends GeneratorCommand {
  static readonly summary = 'Create a service with an address outside the cluster.';
  static readonly usage = 'create service loadbalancer NAME --tcp=PORT[:TARGETPORT] [flags]';
  static readonly examples = [
    '<%= config.bin %> create service loadbalancer web --tcp=80:8080',
    '# Only the manifest\n<%= config.bin %> create svc loadbalancer web --tcp=80 --dry-run=client -o yaml',
  ];
  static readonly flagSet = { ...GENERATOR_FLAGS, ...FLAGS };

  protected run(): Promise<void> {
    return this.generate({
      flags: FLAGS,
      namespaced: true,
      failure: 'failed to create LoadBalancer service: ',
      build: (flags, { name }) => serviceOf({ name, type: 'LoadBalancer', tcp: flags.tcp ?? [] }),
    });
  }
}
