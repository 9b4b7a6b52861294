import { bindingOf, SUBJECT_FLAGS } from '../../cli/create/binding.ts';
import { GENERATOR_FLAGS, GeneratorCommand } from '../../cli/create/generator-command.ts';
import { text } from '../../cli/flags/flag-kinds.ts';

const FLAGS = {
  ...SUBJECT_FLAGS,
  clusterrole: text({ summary: 'Cluster role to give, everywhere.', default: '' }),
};

export default class CreateClusterRoleBinding extends GeneratorCommand {
  static readonly summary = 'Give a cluster role to users, groups and service accounts, in all namespaces.';
  static readonly usage = 'create clusterrolebinding NAME --clusterrole=ROLE [--user=USER] [--group=GROUP] [flags]';
  static readonly examples = [
    '<%= config.bin %> create clusterrolebinding auditors --clusterrole=view --group=audit',
    '# A service account\n<%= config.bin %> create clusterrolebinding robot --clusterrole=cluster-admin --serviceaccount=ci:robot',
  ];
  static readonly flagSet = { ...GENERATOR_FLAGS, ...FLAGS };

  protected run(): Promise<void> {
    return this.generate({
      flags: FLAGS,
      required: ['clusterrole'],
      failure: 'failed to create clusterrolebinding: ',
      build: (flags, { name }) =>
        bindingOf('ClusterRoleBinding', name, { kind: 'ClusterRole', name: flags.clusterrole }, flags as never),
    });
  }
}
