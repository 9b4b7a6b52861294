import type { KubeObject } from '../api/object.ts';
import { parseLabelSelector } from '../api/selectors.ts';
import { isStatusError } from '../api/status-error.ts';
import { BaseCommand, BIN } from '../cli/base-command.ts';
import { CliError, PlainError, throwAll, UsageError } from '../cli/errors.ts';
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
    const { found, errors } = await this.#named(session, flags, args);
    const [missing] = errors;
    if (errors.length === 1 && args.length === 2 && isStatusError(missing, 'NotFound')) {
      await this.#describePrefix(session, flags, args, missing);
      return;
    }
    await this.#describeAll(session, flags, found, errors);
    if (found.length === 0 && errors.length === 0) {
      this.err(
        flags['all-namespaces'] ? 'No resources found\n' : `No resources found in ${session.namespace} namespace.\n`,
      );
    }
    throwAll(errors.map(asTold));
  }

  /** What cannot be described is added to the errors. */
  async #describeAll(
    session: Session,
    flags: DescribeFlags,
    found: readonly Found[],
    errors: unknown[],
  ): Promise<void> {
    let separator = '';
    for (const one of found) {
      try {
        this.out(separator + (await this.#describe(session, flags, one)));
        separator = '\n\n';
      } catch (error) {
        errors.push(error);
      }
    }
  }

  /** Everything that the line names, and what of it is not there. */
  async #named(
    session: Session,
    flags: DescribeFlags,
    args: readonly string[],
  ): Promise<{ found: Found[]; errors: unknown[] }> {
    const { selections, errors } = namesManifests(flags)
      ? await this.#inFiles(session, flags, args)
      : { selections: await selected(session, flags, args), errors: [] };
    const { fetchAll, objectsOf } = await import('../cli/get/get-requests.ts');
    // What a file holds was selected by the labels that stand there.
    const labelSelector = namesManifests(flags) ? '' : flags.selector;
    const fetched = await fetchAll(session.client, selections, {
      ...LIST,
      labelSelector,
      chunkSize: flags['chunk-size'],
    });
    const found = fetched
      .filter(({ error }) => error === undefined)
      .flatMap((one) => objectsOf(one).map((object) => ({ selection: one.selection, object: object as never })));
    return { found, errors: [...errors, ...fetched.flatMap(({ error }) => (error === undefined ? [] : [error]))] };
  }

  async #inFiles(
    session: Session,
    flags: DescribeFlags,
    args: readonly string[],
  ): Promise<{ selections: Selection[]; errors: unknown[] }> {
    checkManifestFlags(flags);
    if (args.length > 0) {
      throw new CliError(
        'when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well',
      );
    }
    const { resolveManifests } = await import('../cli/manifests/manifest-selection.ts');
    const wanted = parseLabelSelector(flags.selector);
    const manifests = await manifestsOf(flags, this.terminal.stdin);
    const { resolved, errors } = resolveManifests(await session.discovery(), manifests, session);
    const selections = resolved.filter(({ object }) =>
      wanted.matches((object as unknown as KubeObject).metadata?.labels),
    );
    return { selections, errors };
  }

  /** A name that is not there stands for all that begin so. @throws `missing` when there are none */
  async #describePrefix(
    session: Session,
    flags: DescribeFlags,
    [type = '', prefix = '']: readonly string[],
    missing: unknown,
  ): Promise<void> {
    const selections = await selected(session, { 'all-namespaces': false, selector: '' }, [type]);
    if (selections.length > 1) throw new CliError('you may only specify a single resource type');
    const { fetchAll, objectsOf } = await import('../cli/get/get-requests.ts');
    const [fetched] = await fetchAll(session.client, selections, { ...LIST, chunkSize: flags['chunk-size'] });
    if (fetched?.error !== undefined) throw fetched.error;
    let some = false;
    for (const object of fetched === undefined ? [] : (objectsOf(fetched) as unknown as KubeObject[])) {
      if (fetched === undefined || !object.metadata.name?.startsWith(prefix)) continue;
      this.out(`${await this.#describe(session, flags, { selection: fetched.selection, object })}\n`);
      some = true;
    }
    if (!some) throw missing;
  }

  async #describe({ client }: Session, flags: DescribeFlags, { selection, object }: Found): Promise<string> {
    const { describeObject } = await import('../cli/describe/describers.ts');
    const { kind, group, version } = selection.resource;
    const typed = { apiVersion: group === '' ? version : `${group}/${version}`, kind, ...object };
    return describeObject(typed, { kind, group }, { client, showEvents: flags['show-events'], now: Date.now() });
  }
}

const LIST = { table: false, labelSelector: '', fieldSelector: '', subresource: '', includeObjects: false };

async function selected(
  session: Session,
  flags: Pick<DescribeFlags, 'all-namespaces' | 'selector'>,
  args: readonly string[],
): Promise<Selection[]> {
  const [{ parseResourceArgs }, { selectResources }] = await Promise.all([
    import('../cli/resources/resource-args.ts'),
    import('../cli/resources/selection.ts'),
  ]);
  const scope = {
    namespace: session.namespace,
    allNamespaces: flags['all-namespaces'],
    selecting: flags.selector !== '',
  };
  return selectResources(await session.discovery(), parseResourceArgs(args), scope);
}

/** kubectl collects the errors of single objects and tells each in its own words. */
function asTold(error: unknown): unknown {
  const own = error instanceof CliError && !(error instanceof UsageError);
  return own ? new PlainError(error.message.replace(/^error: /, '')) : error;
}
