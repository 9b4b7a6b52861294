import type { JsonObject } from '../api/object.ts';
import { APPLY_FLAGS, type ApplyFlags, cascadeOf, checkApplyFlags } from '../cli/apply/apply-flags.ts';
import { type Applied, type ApplyOptions, managerOf } from '../cli/apply/apply-options.ts';
import { ApplyProgress } from '../cli/apply/apply-progress.ts';
import type { ApplySet } from '../cli/apply/apply-set.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { parseValidation } from '../cli/create/validation.ts';
import { parseDryRun, withDryRun } from '../cli/dry-run.ts';
import { CliError, throwAll } from '../cli/errors.ts';
import type { GlobalFlags } from '../cli/flags/global-flags.ts';
import type { ResolvedManifest } from '../cli/manifests/manifest-selection.ts';
import { manifestsOf } from '../cli/manifests/manifest-source.ts';
import type { Manifest } from '../cli/manifests/read-manifests.ts';
import type { ObjectPrinter } from '../cli/print/object-printer.ts';
import { objectLine } from '../cli/print/result-printer.ts';
import { objectText } from '../cli/resources/find-resource.ts';
import type { Discovery } from '../client/discovery.ts';

type Flags = ApplyFlags & GlobalFlags;

export default class Apply extends BaseCommand {
  static readonly summary = 'Make the cluster be what files say: create what is missing, change what differs.';
  static readonly description =
    'Fields that were in the file the last time and no longer are get removed; fields that others set stay. Objects keep the annotation and field managers of kubectl, so both tools can take turns. On a terminal long applies show how far they are, and end with a summary.';
  static readonly usage = 'apply -f FILE… [flags]';
  static readonly examples = [
    '# A file, a directory, stdin\n<%= config.bin %> apply -f app.yaml\n<%= config.bin %> apply -f manifests/ -R\ncat app.yaml | <%= config.bin %> apply -f -',
    '# Let the server merge and keep track of who owns which field\n<%= config.bin %> apply --server-side -f app.yaml',
    '# Delete what is in the files no longer\n<%= config.bin %> apply -f manifests/ --prune --applyset=shop',
    '# What would happen?\n<%= config.bin %> apply -f app.yaml --dry-run=server',
    '# Follow the requests through the server\n<%= config.bin %> apply -f app.yaml --trace',
  ];
  static readonly flagSet = APPLY_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args, given } = await this.line(APPLY_FLAGS);
    if (args.length > 0) throw this.usageError(`Unexpected args: [${args.join(' ')}]`);
    const dryRun = parseDryRun(flags['dry-run'], (warning) => this.err(warning));
    const cascade = cascadeOf(flags.cascade);
    checkApplyFlags(flags, dryRun);
    const fieldValidation = parseValidation(flags.validate);
    const printer = await this.#printer(flags);
    const manifests = await this.#manifests(flags);
    const session = await this.session(flags);
    const discovery = await session.discovery();
    const options: ApplyOptions = {
      client: session.client,
      dryRun,
      fieldManager: managerOf(flags['field-manager'], {
        given: given.has('field-manager'),
        serverSide: flags['server-side'],
      }),
      fieldValidation,
      forceConflicts: flags['force-conflicts'],
      subresource: flags.subresource,
      force: flags.force,
      gracePeriod: flags['grace-period'],
      people: this.terminal.stderr.isTTY === true,
      warn: (warning) => this.err(warning),
    };
    await this.#checkAllowlist(flags, discovery);
    const set = await this.#applySet(flags, session.namespace, discovery, options);
    const { resolveManifests } = await import('../cli/manifests/manifest-selection.ts');
    // Objects of kinds that the server lacks are told about after the others were applied.
    const { resolved, errors } = resolveManifests(discovery, manifests, session);
    if (resolved.length === 0 && errors.length === 0) throw new CliError('no objects passed to apply');
    const labelled = set === undefined ? resolved : set.labelled(resolved);
    await set?.announce(labelled);
    const progress = new ApplyProgress(this.terminal.stderr, labelled.length);
    const applied = await this.#applyAll(labelled, errors, flags, options, printer === undefined, progress);
    if (printer !== undefined) this.#print(applied, printer);
    const pruned = (object: JsonObject): void => {
      progress.count('pruned');
      if (printer !== undefined) this.out(printer.print(object));
      else this.out(`${objectLine(object)} ${withDryRun('pruned', dryRun)}\n`);
    };
    if (flags.prune && errors.length === 0)
      await this.#prune(flags, discovery, labelled, applied, set, options, cascade, pruned);
    progress.finish();
    throwAll(errors);
  }

  async #checkAllowlist(flags: Flags, discovery: Discovery): Promise<void> {
    if (!flags.prune || flags.applyset !== '') return;
    const { prunedResources } = await import('../cli/apply/prune.ts');
    prunedResources(discovery, flags['prune-allowlist'] ?? []);
  }

  async #applySet(
    flags: Flags,
    namespace: string,
    discovery: Discovery,
    options: ApplyOptions,
  ): Promise<ApplySet | undefined> {
    if (flags.applyset === '') return undefined;
    const { ApplySet: Loaded } = await import('../cli/apply/apply-set.ts');
    return new Loaded(flags.applyset, namespace, discovery, options);
  }

  /** undefined: a line for each object. */
  async #printer(flags: Flags): Promise<ObjectPrinter | undefined> {
    const output = flags.output || (flags.json ? 'json' : '');
    if (output === '' && flags.template === '') return undefined;
    const [{ parseOutputFormat, unknownFormat }, { objectPrinter }] = await Promise.all([
      import('../cli/print/output-format.ts'),
      import('../cli/print/object-printer.ts'),
    ]);
    const except = ['wide', 'custom-columns', 'custom-columns-file'];
    const format = parseOutputFormat(output, flags.template, except);
    if (format.kind === 'table') throw unknownFormat(output, except);
    return objectPrinter(format, {
      showManagedFields: flags['show-managed-fields'],
      allowMissingKeys: flags['allow-missing-template-keys'],
    });
  }

  async #manifests(flags: Flags): Promise<Manifest[]> {
    const all = await manifestsOf(flags, this.terminal.stdin);
    const { checkManifest, withLabels } = await import('../cli/manifests/check-manifest.ts');
    if (parseValidation(flags.validate) !== 'Ignore') for (const manifest of all) checkManifest(manifest);
    return flags.selector === '' ? all : withLabels(all, flags.selector);
  }

  /** One after the other, as the order of a file may matter; a failure does not stop the rest. */
  async #applyAll(
    manifests: readonly ResolvedManifest[],
    errors: unknown[],
    flags: Flags,
    options: ApplyOptions,
    printLines: boolean,
    progress: ApplyProgress,
  ): Promise<Applied[]> {
    const [{ applyClientSide }, { applyServerSide }] = await Promise.all([
      import('../cli/apply/client-side-apply.ts'),
      import('../cli/apply/server-side-apply.ts'),
    ]);
    const applied: Applied[] = [];
    for (const manifest of manifests) {
      progress.step(objectText(manifest.resource, manifest.name));
      try {
        const result = await (flags['server-side'] ? applyServerSide : applyClientSide)(manifest, options);
        applied.push(result);
        progress.count(result.operation);
        progress.clear();
        const name = objectText(manifest.resource, nameOf(result.object));
        if (printLines) this.out(`${name} ${withDryRun(result.operation, options.dryRun)}\n`);
      } catch (error) {
        progress.count('failed');
        errors.push(error);
      }
    }
    progress.clear();
    return applied;
  }

  async #prune(
    flags: Flags,
    discovery: Discovery,
    manifests: readonly ResolvedManifest[],
    applied: readonly Applied[],
    set: ApplySet | undefined,
    options: ApplyOptions,
    cascade: ReturnType<typeof cascadeOf>,
    pruned: (object: JsonObject) => void,
  ): Promise<void> {
    const { metadataOf, NAMESPACE_NOTE, prune } = await import('../cli/apply/prune.ts');
    const uids = new Set(applied.flatMap(({ object }) => metadataOf(object).uid ?? []));
    if (set !== undefined) return set.prune(manifests, { uids, cascade }, pruned);
    const allowlist = flags['prune-allowlist'] ?? [];
    if (allowlist.length === 0 && flags.namespace) this.err(NAMESPACE_NOTE);
    const namespaces = [...new Set(manifests.flatMap(({ namespace }) => namespace ?? []))];
    await prune(discovery, { allowlist, selector: flags.selector, namespaces, uids, cascade }, options, pruned);
  }

  #print(applied: readonly Applied[], printer: ObjectPrinter): void {
    const objects = applied.map(({ object }) => object);
    const [only] = objects;
    if (objects.length === 1 && only !== undefined) this.out(printer.print(only));
    else if (objects.length > 0) {
      this.out(printer.print({ apiVersion: 'v1', items: objects, kind: 'List', metadata: { resourceVersion: '' } }));
    }
  }
}

function nameOf(object: JsonObject): string {
  return (object['metadata'] as { name?: string } | undefined)?.name ?? '';
}
