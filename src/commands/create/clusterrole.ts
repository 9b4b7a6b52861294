import type { JsonObject } from '../../api/object.ts';
import { GENERATOR_FLAGS, GeneratorCommand, type GeneratorContext } from '../../cli/create/generator-command.ts';
import { distinctVerbs, RULE_FLAGS, rulesFor } from '../../cli/create/role-rules.ts';
import { CliError } from '../../cli/errors.ts';
import type { FlagValues } from '../../cli/flags/flag-kinds.ts';
import { list, pairs } from '../../cli/flags/flag-kinds.ts';

const FLAGS = {
  ...RULE_FLAGS,
  'non-resource-url': list({ summary: 'Paths that are no resources: /healthz, /logs/*.' }),
  'aggregation-rule': pairs({ summary: 'Labels of the cluster roles whose rules this one collects: KEY=VALUE.' }),
};
const URL_VERBS = ['get', 'post', 'put', 'delete', 'patch', 'head', 'options', '*'];

export default class CreateClusterRole extends GeneratorCommand {
  static readonly summary = 'Create a cluster role.';
  static readonly description = 'Rules for resources of all namespaces, for those without one, and for other paths.';
  static readonly usage =
    'create clusterrole NAME (--verb=VERB (--resource=RESOURCE | --non-resource-url=PATH) | --aggregation-rule=KEY=VALUE)';
  static readonly examples = [
    '<%= config.bin %> create clusterrole node-reader --verb=get,list,watch --resource=nodes',
    '# Paths\n<%= config.bin %> create clusterrole probes --verb=get --non-resource-url=/healthz,/livez/*',
    '# What other roles add up to\n<%= config.bin %> create clusterrole monitoring --aggregation-rule=example.com/monitoring=true',
  ];
  static readonly flagSet = { ...GENERATOR_FLAGS, ...FLAGS };

  protected run(): Promise<void> {
    return this.generate({
      flags: FLAGS,
      build: async (flags, context) => ({
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: context.name },
        ...(await content(flags, context)),
      }),
    });
  }
}

async function content(flags: FlagValues<typeof FLAGS>, context: GeneratorContext): Promise<JsonObject> {
  const verbs = distinctVerbs(flags.verb ?? []);
  const { resource: resources = [], 'resource-name': resourceNames = [], 'non-resource-url': urls = [] } = flags;
  const matchLabels = Object.fromEntries(flags['aggregation-rule'] ?? []);
  if (Object.keys(matchLabels).length > 0) {
    if ([verbs, resources, resourceNames, urls].some((given) => given.length > 0)) {
      throw new CliError(
        'aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames',
      );
    }
    return { aggregationRule: { clusterRoleSelectors: [{ matchLabels }] } };
  }
  if (verbs.length === 0) throw new CliError('at least one verb must be specified');
  if (resources.length === 0 && urls.length === 0) {
    throw new CliError('one of resource or nonResourceURL must be specified');
  }
  checkUrls(urls, verbs);
  const request = { verbs, resources, resourceNames };
  const rules = resources.length === 0 ? [] : rulesFor(await context.discovery(), request, context.warn);
  return { rules: urls.length === 0 ? rules : [...rules, { nonResourceURLs: urls, verbs }] };
}

function checkUrls(urls: readonly string[], verbs: readonly string[]): void {
  for (const verb of urls.length === 0 ? [] : verbs) {
    if (!URL_VERBS.includes(verb)) throw new CliError(`invalid verb: '${verb}' for nonResourceURL`);
  }
  for (const url of urls) {
    if (url === '*') continue;
    if (url === '' || !url.startsWith('/')) throw new CliError('nonResourceURL should start with /');
    if (url.slice(0, -1).includes('*')) {
      throw new CliError("nonResourceURL only supports wildcard matches when '*' is at the end");
    }
  }
}
