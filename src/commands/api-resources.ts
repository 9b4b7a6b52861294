import { BaseCommand } from '../cli/base-command.ts';
import { CliError } from '../cli/errors.ts';
import { bool, list, text } from '../cli/flags/flag-kinds.ts';
import { noSuchFormat } from '../cli/print/output-format.ts';
import { resourceText } from '../cli/resources/find-resource.ts';
import {
  type ResourceFilter,
  resourceList,
  resourceTable,
  selectedResources,
} from '../cli/resources/resource-table.ts';

const RESOURCES_FLAGS = {
  'api-group': text({ summary: "Only of this group; '' is the core group." }),
  categories: list({ summary: 'Only of these categories, such as all.' }),
  namespaced: bool({ summary: 'Only those in namespaces; =false: only the others.', default: true }),
  'no-headers': bool({ summary: 'Leave out the headers.' }),
  output: text({ char: 'o', summary: 'wide, name, json, yaml or kyaml.', default: '' }),
  'sort-by': text({ summary: 'name or kind.', default: '' }),
  verbs: list({ summary: 'Only those that take all of these verbs.' }),
  'show-managed-fields': bool({ summary: 'Accepted for scripts: resources have none.', hidden: true }),
  cached: bool({ summary: 'Accepted for scripts: nothing is cached.', hidden: true }),
};

const FORMATS = ['json', 'kyaml', 'name', 'wide', 'yaml'];

export default class ApiResources extends BaseCommand {
  static readonly summary = 'List the resources that the server has.';
  static readonly usage = 'api-resources [flags]';
  static readonly examples = [
    '<%= config.bin %> api-resources',
    '<%= config.bin %> api-resources --api-group=apps -o wide',
    '# Everything that can be listed in a namespace\n<%= config.bin %> api-resources --verbs=list --namespaced -o name',
  ];
  static readonly flagSet = RESOURCES_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args, given } = await this.line(RESOURCES_FLAGS);
    if (args.length > 0) throw this.usageError(`unexpected arguments: [${args.join(' ')}]`);
    const output = flags.output || (flags.json ? 'json' : '');
    if (!['', ...FORMATS].includes(output)) throw noSuchFormat(output, FORMATS);
    if (!['', 'name', 'kind'].includes(flags['sort-by'])) throw new CliError('--sort-by accepts only name or kind');
    const session = await this.session(flags);
    const found = selectedResources((await session.discovery()).preferred(), {
      group: flags['api-group'],
      namespaced: given.has('namespaced') ? flags.namespaced : undefined,
      verbs: flags.verbs ?? [],
      categories: flags.categories ?? [],
      sortBy: flags['sort-by'] as ResourceFilter['sortBy'],
    });
    if (output === 'name') return this.out(found.map((entry) => `${resourceText(entry)}\n`).join(''));
    if (output === 'json') return this.out(`${JSON.stringify(resourceList(found), undefined, 4)}\n`);
    if (output === 'yaml') {
      const { stringifyYaml } = await import('../api/yaml-writer.ts');
      return this.out(stringifyYaml(resourceList(found)));
    }
    if (output === 'kyaml') {
      const { stringifyKyaml } = await import('../cli/print/kyaml.ts');
      return this.out(stringifyKyaml(resourceList(found), false));
    }
    this.out(resourceTable(found, { wide: output === 'wide', noHeaders: flags['no-headers'] }));
  }
}
