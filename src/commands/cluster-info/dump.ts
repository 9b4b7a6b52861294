import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { JsonObject } from '../../api/object.ts';
import { isStatusError } from '../../api/status-error.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { bool, duration, type FlagValues, list, text } from '../../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../../cli/flags/global-flags.ts';
import { PRINT_FLAGS } from '../../cli/get/get-flags.ts';
import { type ResultPrinter, resultPrinter } from '../../cli/print/result-printer.ts';
import { typedObject } from '../../cli/print/typed-object.ts';
import type { RestClient } from '../../client/rest-client.ts';

const DUMP_FLAGS = {
  ...PRINT_FLAGS,
  output: text({ char: 'o', summary: 'json or yaml.', default: 'json' }),
  'all-namespaces': bool({ char: 'A', summary: 'Of all namespaces.' }),
  namespaces: list({ summary: 'Of these namespaces; kube-system and that of the context when none is named.' }),
  'output-directory': text({ summary: 'Write files into this directory; - is stdout.', default: '' }),
  'pod-running-timeout': duration({ summary: 'Ignored.', default: 20_000, hidden: true }),
};

type DumpFlags = FlagValues<typeof DUMP_FLAGS> & GlobalFlags;

/** In the order of kubectl: file, and where the list is. */
const LISTS = [
  ['events', '/api/v1', 'events'],
  ['replication-controllers', '/api/v1', 'replicationcontrollers'],
  ['services', '/api/v1', 'services'],
  ['daemonsets', '/apis/apps/v1', 'daemonsets'],
  ['deployments', '/apis/apps/v1', 'deployments'],
  ['replicasets', '/apis/apps/v1', 'replicasets'],
  ['pods', '/api/v1', 'pods'],
] as const;

interface Pod {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly containers?: readonly { readonly name: string }[] };
}

export default class ClusterInfoDump extends BaseCommand {
  static readonly summary = 'Write down what there is in a cluster, for whoever is to find out what is wrong.';
  static readonly usage = 'cluster-info dump [--namespaces=NAME,… | -A] [--output-directory=DIR] [flags]';
  static readonly examples = [
    '<%= config.bin %> cluster-info dump --output-directory=dump',
    '# Everything, on one page\n<%= config.bin %> cluster-info dump -A -o yaml > cluster.yaml',
  ];
  static readonly flagSet = DUMP_FLAGS;

  protected async run(): Promise<void> {
    const { flags } = await this.line(DUMP_FLAGS);
    const printer = resultPrinter(flags, 'none', true);
    const { client, namespace } = await this.session(flags);
    const show = async (file: string, path: string): Promise<JsonObject> => {
      const answer = await client.json<JsonObject>('GET', path);
      await this.#write(flags, `${file}.${flags.output}`, printed(printer, answer));
      return answer;
    };
    await show('nodes', '/api/v1/nodes');
    for (const each of await this.#namespaces(client, flags, namespace)) {
      for (const [file, version, resource] of LISTS) {
        const answer = await show(join(each, file), `${version}/namespaces/${each}/${resource}`);
        if (resource === 'pods') await this.#logs(client, flags, each, (answer['items'] ?? []) as readonly Pod[]);
      }
    }
    const { 'output-directory': directory } = flags;
    if (directory !== '' && directory !== '-') this.out(`Cluster info dumped to ${directory}\n`);
  }

  async #namespaces(client: RestClient, flags: DumpFlags, own: string): Promise<string[]> {
    if (!flags['all-namespaces']) {
      const named = flags.namespaces ?? [];
      return named.length > 0 ? named : [...new Set(['kube-system', own])];
    }
    const { items } = await client.list(NAMESPACES);
    return items.map(({ metadata }) => metadata?.name ?? '');
  }

  async #logs(client: RestClient, flags: DumpFlags, namespace: string, pods: readonly Pod[]): Promise<void> {
    for (const { metadata, spec } of pods) {
      let all = '';
      for (const { name } of spec.containers ?? []) {
        const title = `logs for container ${name} of pod ${namespace}/${metadata.name} ====`;
        all += `==== START ${title}\n${await logOf(client, namespace, metadata.name, name)}==== END ${title}\n`;
      }
      await this.#write(flags, join(namespace, metadata.name, 'logs.txt'), all);
    }
  }

  async #write({ 'output-directory': directory }: DumpFlags, file: string, content: string): Promise<void> {
    if (directory === '' || directory === '-') return this.out(content);
    const path = join(directory, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}

const NAMESPACES = { group: '', version: 'v1', resource: 'namespaces' };

/** Items of a list carry no kind of their own. */
function printed(printer: ResultPrinter, list: JsonObject): string {
  const typed = typedObject(list);
  // kubectl reads lists as Protobuf, where an empty one is none.
  return printer(Array.isArray(typed['items']) && typed['items'].length === 0 ? { ...typed, items: null } : typed, '');
}

/** A log that cannot be had is told in its place. */
async function logOf(client: RestClient, namespace: string, pod: string, container: string): Promise<string> {
  try {
    return await client.text('GET', `/api/v1/namespaces/${namespace}/pods/${pod}/log`, { query: { container } });
  } catch (error) {
    if (!isStatusError(error)) throw error;
    return `Request log error: ${error.message}\n`;
  }
}
