import type { RbacRequest } from '../../api/rbac/rules.ts';
import { bool, type FlagValues, text } from '../../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../../cli/flags/global-flags.ts';
import { POLICY_FLAGS, PolicyCommand, type PolicySource, SYSTEM_FLAG } from '../../cli/rbac/policy-command.ts';

const WHO_CAN_FLAGS = {
  ...POLICY_FLAGS,
  ...SYSTEM_FLAG,
  'all-namespaces': bool({ char: 'A', summary: 'In any namespace.' }),
  'no-headers': bool({ summary: 'Leave out the headers.' }),
  subresource: text({ summary: 'Sub-resource, such as log.', default: '' }),
};

type WhoCanFlags = FlagValues<typeof WHO_CAN_FLAGS> & GlobalFlags;

export default class RbacWhoCan extends PolicyCommand {
  static readonly summary = 'Who may do that, and which binding lets them?';
  static readonly description =
    'Lists every subject that a binding grants the request: NAMESPACE is * where it holds everywhere. Where the question names no object, subjects who may do it only to some are listed with their names. Members of system:masters may do everything and are in no binding.';
  static readonly usage = 'rbac who-can VERB (TYPE[.GROUP][/SUBRESOURCE] [NAME] | /PATH) [flags]';
  static readonly examples = [
    '# In a namespace\n<%= config.bin %> rbac who-can delete pods -n shop',
    '# Anywhere\n<%= config.bin %> rbac who-can get secrets -A',
    '# One object, a sub-resource, a path\n<%= config.bin %> rbac who-can get secrets db-password\n<%= config.bin %> rbac who-can create pods/exec\n<%= config.bin %> rbac who-can get /metrics',
    '# In manifests\n<%= config.bin %> rbac who-can -f manifests/ create rolebindings',
  ];
  static readonly flagSet = WHO_CAN_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(WHO_CAN_FLAGS);
    const output = this.outputOf(flags);
    const [verb = '', target = '', name = '', ...more] = args;
    if (target === '' || more.length > 0)
      throw this.usageError('you must specify a verb and a resource, and perhaps a name');
    const source = await this.source(flags);
    // All namespaces are looked at one by one: for the question itself one stands for all.
    const asked = { verb, target, name, subresource: flags.subresource, namespace: source.namespace };
    await this.#show(source, await this.question(source, asked), flags, output);
  }

  async #show({ policy }: PolicySource, request: RbacRequest, flags: WhoCanFlags, output: string): Promise<void> {
    const [{ whoCan }, { holdersTable }] = await Promise.all([
      import('../../api/rbac/who-can.ts'),
      import('../../cli/rbac/holders-table.ts'),
    ]);
    const here = request.namespace === '' ? [''] : ['', request.namespace];
    const scopes = flags['all-namespaces'] && request.namespace !== '' ? policy.index.scopes() : here;
    const all = whoCan(policy.index, request, scopes);
    const shown = flags.system ? all : all.filter(({ binding }) => !policy.isSystem(binding));
    if (output !== '') {
      const shownRequest = flags['all-namespaces'] ? { ...request, namespace: '' } : request;
      return this.printAs({ request: shownRequest, holders: shown }, output);
    }
    this.out(
      holdersTable(shown, {
        noHeaders: flags['no-headers'],
        ...(this.width === undefined ? {} : { width: this.width }),
      }),
    );
    if (shown.length === 0) this.err('No binding grants that to anybody.\n');
    const hidden = all.length - shown.length;
    if (hidden > 0) this.err(`Note: ${hidden} of Kubernetes' own left out; --system shows them.\n`);
  }
}
