import { GENERATOR_FLAGS, GeneratorCommand } from '../../cli/create/generator-command.ts';
import { distinctVerbs, RULE_FLAGS, rulesFor } from '../../cli/create/role-rules.ts';
import { CliError } from '../../cli/errors.ts';

export default class CreateRole extends GeneratorCommand {
  static readonly summary = 'Create a role with one rule a group.';
  static readonly description =
    'Resources are looked up on the server, so their groups need not be typed. Give the role to somebody with create rolebinding.';
  static readonly usage = 'create role NAME --verb=VERB --resource=RESOURCE[.GROUP][/SUBRESOURCE] [flags]';
  static readonly examples = [
    '# Read pods and their logs\n<%= config.bin %> create role pod-reader --verb=get,list,watch --resource=pods,pods/log',
    '# Two objects only\n<%= config.bin %> create role settings --verb=get,update --resource=configmaps --resource-name=app --resource-name=web',
    '# What is missing to somebody?\n<%= config.bin %> rbac explain user:alice list pods',
  ];
  static readonly flagSet = { ...GENERATOR_FLAGS, ...RULE_FLAGS };

  protected run(): Promise<void> {
    return this.generate({
      flags: RULE_FLAGS,
      namespaced: true,
      build: async (flags, { name, discovery, warn }) => {
        const verbs = distinctVerbs(flags.verb ?? []);
        const resources = flags.resource ?? [];
        if (verbs.length === 0) throw new CliError('at least one verb must be specified');
        if (resources.length === 0) throw new CliError('at least one resource must be specified');
        const resourceNames = flags['resource-name'] ?? [];
        const rules = rulesFor(await discovery(), { verbs, resources, resourceNames }, warn);
        return { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name }, rules };
      },
    });
  }
}
