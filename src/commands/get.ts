import { BaseCommand, BIN } from '../cli/base-command.ts';
import { CliError, PlainError, throwAll, UsageError } from '../cli/errors.ts';
import type { FlagValues } from '../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../cli/flags/global-flags.ts';
import { GET_FLAGS } from '../cli/get/get-flags.ts';
import type { TableOutputOptions } from '../cli/get/get-output.ts';
import type { GetQuery } from '../cli/get/get-requests.ts';
import type { Terminal } from '../cli/io.ts';
import { checkManifestFlags, manifestsOf, namesManifests } from '../cli/manifests/manifest-source.ts';
import { rawText } from '../cli/manifests/raw-request.ts';
import { parseResourceArgs, type ResourceArgs } from '../cli/resources/resource-args.ts';
import type { Selection } from '../cli/resources/selection.ts';
import type { Session } from '../cli/session.ts';

type GetFlags = FlagValues<typeof GET_FLAGS> & GlobalFlags;

export default class Get extends BaseCommand {
  static readonly summary = 'Show one or many resources.';
  static readonly description =
    'Tables are laid out by the server. Kinds may be named by their plural, singular or short name, with a group (deployments.apps) and a version (deployments.v1.apps).';
  static readonly usage = 'get (TYPE[,TYPE…] [NAME…] | TYPE/NAME… | -f FILE) [flags]';
  static readonly examples = [
    '# All pods of the namespace, with more columns\n<%= config.bin %> get pods -o wide',
    '# Two kinds in all namespaces, by label\n<%= config.bin %> get deploy,svc -A -l app=shop',
    '# One object as YAML\n<%= config.bin %> get deploy/web -o yaml',
    "# One field\n<%= config.bin %> get svc web -o jsonpath='{.spec.clusterIP}'",
    '# Columns of your own, sorted\n<%= config.bin %> get pods -o custom-columns=NAME:.metadata.name,NODE:.spec.nodeName --sort-by .spec.nodeName',
    '# Follow changes\n<%= config.bin %> get pods -w',
    '# Why is it slow, who let me in? What client and server did\n<%= config.bin %> get pods --trace',
  ];
  static readonly flagSet = GET_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(GET_FLAGS);
    if (flags.raw !== undefined) return this.#raw(flags, args);
    this.#check(flags, args);
    const [{ parseOutputFormat }, { objectPrinter }] = await Promise.all([
      import('../cli/print/output-format.ts'),
      import('../cli/print/object-printer.ts'),
    ]);
    const format = parseOutputFormat(flags.json && flags.output === '' ? 'json' : flags.output, flags.template);
    const printer =
      format.kind === 'table'
        ? undefined
        : objectPrinter(format, {
            showManagedFields: flags['show-managed-fields'],
            noHeaders: flags['no-headers'],
            allowMissingKeys: flags['allow-missing-template-keys'],
          });
    const parsed = parseResourceArgs(args);
    const session = await this.session(flags);
    const selections = await select(session, flags, parsed, this.terminal.stdin);
    const query = queryOf(flags, printer === undefined);
    const table = tableOptionsOf(flags, format.kind === 'table' && format.wide);
    if (flags.watch || flags['watch-only']) {
      const { watchResource } = await import('../cli/get/get-watch.ts');
      return watchResource(session.client, selections, {
        query,
        table,
        only: flags['watch-only'],
        outputEvents: flags['output-watch-events'],
        printer,
        write: (text) => this.out(text),
      });
    }
    const [{ fetchAll }, output] = await Promise.all([
      import('../cli/get/get-requests.ts'),
      import('../cli/get/get-output.ts'),
    ]);
    const fetched = await fetchAll(session.client, selections, query);
    const failures = output.failuresOf(fetched, flags['ignore-not-found']);
    const single = isSingle(parsed, flags);
    if (printer === undefined)
      this.#tables(
        output.tableOutput(fetched, table),
        failures,
        () => output.nothingFound(fetched, session.namespace, flags['all-namespaces']),
        flags,
      );
    else if (!(single && fetched[0]?.error !== undefined)) {
      this.out(output.objectOutput(fetched, printer, { single, sortBy: flags['sort-by'] }));
    }
    throwAll(failures);
  }

  #tables(text: string, failures: readonly unknown[], nothing: () => string, flags: GetFlags): void {
    this.out(text);
    if (text === '' && failures.length === 0 && !flags['ignore-not-found']) this.err(nothing());
  }

  async #raw(flags: GetFlags, args: readonly string[]): Promise<void> {
    if (args.length > 0) throw new CliError('arguments may not be passed when --raw is specified');
    if (flags.output !== '') throw new CliError('--raw and --output are mutually exclusive');
    const session = await this.session(flags);
    this.out(await rawText(session.client, 'GET', flags.raw as string));
  }

  #check(flags: GetFlags, args: readonly string[]): void {
    if (flags['output-watch-events'] && !flags.watch && !flags['watch-only']) {
      throw new CliError('--output-watch-events option can only be used with --watch or --watch-only');
    }
    if (args.length > 0 || namesManifests(flags)) return;
    this.err(
      `You must specify the type of resource to get. Use "${BIN} api-resources" for a complete list of supported resources.\n\n`,
    );
    throw new UsageError(
      `Required resource not specified.\nUse "${BIN} explain <resource>" for a detailed description of that resource (e.g. ${BIN} explain pods).`,
      `See '${this.commandName} -h' for help and examples`,
    );
  }
}

async function select(
  session: Session,
  flags: GetFlags,
  args: ResourceArgs,
  stdin: Terminal['stdin'],
): Promise<Selection[]> {
  const { selectResources } = await import('../cli/resources/selection.ts');
  const scope = {
    namespace: session.namespace,
    allNamespaces: flags['all-namespaces'],
    selecting: flags.selector !== '' || flags['field-selector'] !== '',
  };
  const discovery = await session.discovery();
  if (!namesManifests(flags)) return bySubresource(selectResources(discovery, args, scope), flags);
  const { selectionOf } = await import('../cli/manifests/manifest-selection.ts');
  checkManifestFlags(flags);
  const manifests = await manifestsOf(flags, stdin);
  if (args.kind === 'pairs' || args.types.length > 0) {
    throw new CliError(
      'when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well',
    );
  }
  return manifests.map((manifest) => {
    try {
      return selectionOf(discovery, manifest, session);
    } catch (error) {
      // kubectl's get tells these without `error: `.
      throw error instanceof PlainError ? new PlainError(error.message.replace(/^error: /, '')) : error;
    }
  });
}

/** A list has no sub-resources. */
function bySubresource(selections: Selection[], { subresource }: GetFlags): Selection[] {
  if (subresource === '' || selections.every(({ name }) => name !== undefined)) return selections;
  throw new CliError('subresource cannot be used when bulk resources are specified');
}

/** Whether exactly one object was named: then it is printed without a List around it. */
function isSingle(args: ResourceArgs, flags: GetFlags): boolean {
  if (namesManifests(flags)) return flags.filename?.length === 1 && !flags.recursive;
  if (args.kind === 'pairs') return args.pairs.length === 1;
  return args.types.length === 1 && args.names.length === 1;
}

function queryOf(flags: GetFlags, table: boolean): GetQuery {
  return {
    table: table && flags['server-print'],
    labelSelector: flags.selector,
    fieldSelector: flags['field-selector'],
    chunkSize: flags['sort-by'] === '' ? flags['chunk-size'] : 0,
    subresource: flags.subresource,
    includeObjects: flags['sort-by'] !== '',
  };
}

function tableOptionsOf(flags: GetFlags, wide: boolean): TableOutputOptions {
  return {
    wide,
    noHeaders: flags['no-headers'],
    showKind: flags['show-kind'],
    allNamespaces: flags['all-namespaces'],
    labelColumns: flags['label-columns'] ?? [],
    showLabels: flags['show-labels'],
    sortBy: flags['sort-by'],
    now: Date.now(),
  };
}
