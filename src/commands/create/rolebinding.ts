import { bindingOf, SUBJECT_FLAGS } from '../../cli/create/binding.ts';
import { GENERATOR_FLAGS, GeneratorCommand } from '../../cli/create/generator-command.ts';
import { CliError } from '../../cli/errors.ts';
import { text } from '../../cli/flags/flag-kinds.ts';

// Not the user of the connection, which global --user chooses elsewhere: kubectl has the same name for both.
const FLAGS = {
  ...SUBJECT_FLAGS,
  clusterrole: text({ summary: 'Cluster role to give, in this namespace only.', default: '' }),
  role: text({ summary: 'Role to give.', default: '' }),
};

export default class CreateRoleBinding extends GeneratorCommand {
  static readonly summary = 'Give a role to users, groups and service accounts.';
  static readonly usage = 'create rolebinding NAME (--role=ROLE | --clusterrole=ROLE) [--user=USER] [--group=GROUP]';
  static readonly examples = [
    '<%= config.bin %> create rolebinding readers --role=pod-reader --user=alice --group=dev',
    '# A cluster role, in one namespace only\n<%= config.bin %> create rolebinding robot-edits -n shop --clusterrole=edit --serviceaccount=shop:robot',
  ];
  static readonly flagSet = { ...GENERATOR_FLAGS, ...FLAGS };

  protected run(): Promise<void> {
    return this.generate({
      flags: FLAGS,
      namespaced: true,
      failure: 'failed to create rolebinding: ',
      build: (flags, { name }) => {
        if ((flags.role === '') === (flags.clusterrole === '')) {
          throw new CliError('exactly one of clusterrole or role must be specified');
        }
        const role =
          flags.role === ''
            ? ({ kind: 'ClusterRole', name: flags.clusterrole } as const)
            : ({ kind: 'Role', name: flags.role } as const);
        return bindingOf('RoleBinding', name, role, flags as never);
      },
    });
  }
}
