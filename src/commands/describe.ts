import type { KubeObject } from '../api/object.ts';
import { isStatusError } from '../api/status-error.ts';
import { BaseCommand, BIN } from '../cli/base-command.ts';
import { CliError, throwAll } from '../cli/errors.ts';
import { bool, type FlagValues, integer, text } from '../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../cli/flags/global-flags.ts';
import { checkManifestFlags, MANIFEST_FLAGS, manifestsOf, namesManifests } from '../cli/manifests/manifest-source.ts';
import type { Selection } from '../cli/resources/selection.ts';
import type { Session } from '../cli/session.ts';

const DESCRIBE_FLAGS = {
  'all-namespaces': bool({ char: 'A', summary: 'In all namespaces.' }),
  'chunk-size': integer({ summary: 'Ask for long lists in parts of this size; 0 = at once.', default: 500, min: 0 }),
  ...MANIFEST_FLAGS,
  selector: text({ char: 'l', summary: 'Only objects with these labels.', default: '' }),
  'show-events': bool({ summary: 'Events about the object too.', default: true }),
};

type DescribeFlags = FlagValues<typeof DESCRIBE_FLAGS> & GlobalFlags;

interface Found {
  readonly selection: Selection;
  readonly object: KubeObject;
}

export default class Describe extends BaseCommand {
  static readonly summary = 'Show objects with everything that belongs to them: events, pods, endpoints.';
  static readonly description =
    'A name that does not exist is taken as the beginning of names. Kinds without a text of their own, and custom resources, are shown field by field.';
  static readonly usage = 'describe (TYPE [NAME_PREFIX] | TYPE/NAME | -f FILE) [flags]';
  static readonly examples = [
    '<%= config.bin %> describe pod web-1',
    '# All whose name begins so\n<%= config.bin %> describe pods web',
    '<%= config.bin %> describe deploy/web svc/web',
    '<%= config.bin %> describe nodes -l disk=ssd --show-events=false',
  ];
  static readonly flagSet = DESCRIBE_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(DESCRIBE_FLAGS);
    if (args.length === 0 && !namesManifests(flags)) {
      throw new CliError(
        `You must specify the type of resource to describe. Use "${BIN} api-resources" for a complete list of supported resources.`,
      );
    }
    const session = await this.session(flags);
    const selections = await this.#selections(session, flags, args);
    const errors: unknown[] = [];
    let first = true;
    for (const selection of selections) {
      const { objects, byPrefix, error } = await this.#find(session, flags, selection, args);
      if (error !== undefined) errors.push(error);
      for (const object of objects) {
        const text = await this.#describe(session, flags, { selection, object });
        this.out(byPrefix ? `${text}\n` : `${first ? '' : '\n\n'}${text}`);
        first = false;
      }
    }
    if (first && errors.length === 0) {
      const everywhere = flags['all-namespaces'] || selections.every(({ namespace }) => namespace === undefined);
      this.err(everywhere ? 'No resources found\n' : `No resources found in ${session.namespace} namespace.\n`);
    }
    throwAll(errors);
  }

  async #selections(session: Session, flags: DescribeFlags, args: readonly string[]): Promise<Selection[]> {
    const discovery = await session.discovery();
    if (namesManifests(flags)) {
      checkManifestFlags(flags);
      const { selectionOf } = await import('../cli/manifests/manifest-selection.ts');
      const manifests = await manifestsOf(flags, this.terminal.stdin);
      return manifests.map((manifest) => selectionOf(discovery, manifest, session));
    }
    const [{ parseResourceArgs }, { selectResources }] = await Promise.all([
      import('../cli/resources/resource-args.ts'),
      import('../cli/resources/selection.ts'),
    ]);
    const parsed = parseResourceArgs(args);
    const scope = {
      namespace: session.namespace,
      allNamespaces: flags['all-namespaces'],
      selecting: flags.selector !== '',
    };
    return selectResources(discovery, parsed, scope);
  }

  /** A single name that is not there stands for all that begin so. */
  async #find(
    { client }: Session,
    flags: DescribeFlags,
    selection: Selection,
    args: readonly string[],
  ): Promise<{ objects: readonly KubeObject[]; byPrefix?: boolean; error?: unknown }> {
    const [{ fetchAll, objectsOf }, { targetOf }] = await Promise.all([
      import('../cli/get/get-requests.ts'),
      import('../cli/resources/selection.ts'),
    ]);
    const query = {
      table: false,
      labelSelector: flags.selector,
      fieldSelector: '',
      chunkSize: flags['chunk-size'],
      subresource: '',
      includeObjects: false,
    };
    const [fetched] = await fetchAll(client, [selection], query);
    if (fetched === undefined) return { objects: [] };
    const { error } = fetched;
    if (error === undefined) return { objects: objectsOf(fetched) as unknown as KubeObject[] };
    const prefix = args.length === 2 && !args.some((arg) => arg.includes('/')) && !namesManifests(flags);
    if (!prefix || !isStatusError(error, 'NotFound')) return { objects: [], error };
    const { items } = await client.list({ ...targetOf(selection), name: undefined });
    const objects = items.filter(({ metadata }) => metadata.name?.startsWith(selection.name ?? ''));
    return objects.length === 0 ? { objects, error } : { objects, byPrefix: true };
  }

  async #describe({ client }: Session, flags: DescribeFlags, { selection, object }: Found): Promise<string> {
    const { describeObject } = await import('../cli/describe/describers.ts');
    const { kind, group, version } = selection.resource;
    const typed = { apiVersion: group === '' ? version : `${group}/${version}`, kind, ...object };
    return describeObject(typed, { kind, group }, { client, showEvents: flags['show-events'], now: Date.now() });
  }
}
