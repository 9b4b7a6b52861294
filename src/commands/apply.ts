import type { JsonObject } from '../api/object.ts';
import {
  type Applied,
  type ApplyOptions,
  CLIENT_SIDE_MANAGER,
  type FieldValidation,
  SERVER_SIDE_MANAGER,
} from '../cli/apply/apply-options.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { DRY_RUN_FLAG, type DryRun, parseDryRun, withDryRun } from '../cli/dry-run.ts';
import { CliError, throwAll } from '../cli/errors.ts';
import { bool, type FlagValues, integer, optionalText, text } from '../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../cli/flags/global-flags.ts';
import { FILE_FLAGS, PRINT_FLAGS } from '../cli/get/get-flags.ts';
import type { ResolvedManifest } from '../cli/manifests/manifest-selection.ts';
import type { Manifest } from '../cli/manifests/read-manifests.ts';

const VALIDATION: Readonly<Record<string, FieldValidation>> = {
  true: 'Strict',
  strict: 'Strict',
  warn: 'Warn',
  ignore: 'Ignore',
  false: 'Ignore',
};

const APPLY_FLAGS = {
  ...FILE_FLAGS,
  ...PRINT_FLAGS,
  ...DRY_RUN_FLAG,
  kustomize: text({ char: 'k', summary: 'Directory to build with kustomize, which must be installed.' }),
  'server-side': bool({ summary: 'Let the server merge.' }),
  'force-conflicts': bool({ summary: 'With --server-side: take over fields of other managers.' }),
  'field-manager': text({ summary: 'Name under which the fields are owned.' }),
  validate: optionalText(
    { summary: 'What to do about unknown fields: strict (or true), warn, ignore (or false).', default: 'strict' },
    'strict',
  ),
  selector: text({ char: 'l', summary: 'Apply only objects with these labels.', default: '' }),
  force: bool({ summary: 'Delete and create again what cannot be changed.' }),
  'grace-period': integer({
    summary: 'Seconds for --force to end gracefully; negative: as the object says.',
    default: -1,
  }),
  overwrite: bool({ summary: 'Change fields that others changed since.', default: true }),
  'openapi-patch': bool({ summary: 'Ignored.', default: true, hidden: true }),
};

type ApplyFlags = FlagValues<typeof APPLY_FLAGS> & GlobalFlags;

export default class Apply extends BaseCommand {
  static readonly summary = 'Make the cluster be what files say: create what is missing, change what differs.';
  static readonly description =
    'Fields that were in the file the last time and no longer are get removed; fields that others set stay. Objects keep the annotation and field managers of kubectl, so both tools can take turns.';
  static readonly usage = 'apply -f FILE… [flags]';
  static readonly examples = [
    '# A file, a directory, stdin\n<%= config.bin %> apply -f app.yaml\n<%= config.bin %> apply -f manifests/ -R\ncat app.yaml | <%= config.bin %> apply -f -',
    '# Let the server merge and keep track of who owns which field\n<%= config.bin %> apply --server-side -f app.yaml',
    '# What would happen?\n<%= config.bin %> apply -f app.yaml --dry-run=server',
    '# Follow the requests through the server\n<%= config.bin %> apply -f app.yaml --trace',
  ];
  static readonly flagSet = APPLY_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(APPLY_FLAGS);
    if (args.length > 0) throw this.usageError(`Unexpected args: [${args.join(' ')}]`);
    const dryRun = this.#check(flags);
    const format = await this.#format(flags);
    const manifests = await this.#manifests(flags);
    const session = await this.session(flags);
    const options = this.#options(flags, dryRun, session.client);
    const { resolveManifests } = await import('../cli/manifests/manifest-selection.ts');
    // Objects of kinds that the server lacks are told about after the others were applied.
    const { resolved, errors } = resolveManifests(await session.discovery(), manifests, session);
    if (resolved.length === 0 && errors.length === 0) throw new CliError('no objects passed to apply');
    const applied = await this.#applyAll(resolved, errors, flags, options, format === undefined);
    if (format !== undefined) await this.#print(applied, format, flags, dryRun);
    throwAll(errors);
  }

  #check(flags: ApplyFlags): DryRun {
    if (flags['force-conflicts'] && !flags['server-side'])
      throw new CliError('--force-conflicts only works with --server-side');
    if (flags['server-side'] && flags.force) throw new CliError('--force cannot be used with --server-side');
    const dryRun = parseDryRun(flags['dry-run'], (warning) => this.err(warning));
    if (dryRun === 'client' && flags['server-side']) {
      throw new CliError("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)");
    }
    if (flags.filename === undefined && flags.kustomize === undefined)
      throw new CliError('must specify one of -f and -k');
    if (!Object.hasOwn(VALIDATION, flags.validate)) {
      throw new CliError(
        `invalid - validate option ${JSON.stringify(flags.validate)}; must be one of: strict (or true), warn, ignore (or false)`,
      );
    }
    return dryRun;
  }

  async #format(flags: ApplyFlags) {
    const output = flags.json && flags.output === '' ? 'json' : flags.output;
    if (output === '') return undefined;
    const { parseOutputFormat } = await import('../cli/print/output-format.ts');
    const format = parseOutputFormat(output, flags.template);
    if (format.kind === 'table')
      throw new CliError(`unable to match a printer suitable for the output format "${output}"`);
    return format;
  }

  async #manifests(flags: ApplyFlags): Promise<Manifest[]> {
    const { readManifests, parseManifests } = await import('../cli/manifests/read-manifests.ts');
    const built =
      flags.kustomize === undefined
        ? ''
        : await (await import('../cli/manifests/kustomize.ts')).kustomizeBuild(flags.kustomize);
    const all = [
      ...(await readManifests(flags.filename ?? [], { recursive: flags.recursive, stdin: this.terminal.stdin })),
      ...parseManifests(built, flags.kustomize ?? ''),
    ];
    const { checkManifest, withLabels } = await import('../cli/manifests/check-manifest.ts');
    if (VALIDATION[flags.validate] !== 'Ignore') for (const manifest of all) checkManifest(manifest);
    return flags.selector === '' ? all : withLabels(all, flags.selector);
  }

  #options(flags: ApplyFlags, dryRun: DryRun, client: ApplyOptions['client']): ApplyOptions {
    return {
      client,
      dryRun,
      fieldManager: flags['field-manager'] ?? (flags['server-side'] ? SERVER_SIDE_MANAGER : CLIENT_SIDE_MANAGER),
      fieldValidation: VALIDATION[flags.validate] ?? 'Strict',
      forceConflicts: flags['force-conflicts'],
      force: flags.force,
      gracePeriod: flags['grace-period'],
      warn: (warning) => this.err(warning),
    };
  }

  /** One after the other, as the order of a file may matter; a failure does not stop the rest. */
  async #applyAll(
    manifests: readonly ResolvedManifest[],
    errors: unknown[],
    flags: ApplyFlags,
    options: ApplyOptions,
    printLines: boolean,
  ): Promise<Applied[]> {
    const [{ applyClientSide }, { applyServerSide }, { objectText }] = await Promise.all([
      import('../cli/apply/client-side-apply.ts'),
      import('../cli/apply/server-side-apply.ts'),
      import('../cli/resources/find-resource.ts'),
    ]);
    const applied: Applied[] = [];
    for (const manifest of manifests) {
      try {
        const result = await (flags['server-side'] ? applyServerSide : applyClientSide)(manifest, options);
        applied.push(result);
        const line = `${objectText(manifest.resource, nameOf(result.object))} ${withDryRun(result.operation, options.dryRun)}\n`;
        if (printLines) this.out(line);
      } catch (error) {
        errors.push(error);
      }
    }
    return applied;
  }

  async #print(
    applied: readonly Applied[],
    format: Parameters<typeof import('../cli/print/object-printer.ts').objectPrinter>[0],
    flags: ApplyFlags,
    dryRun: DryRun,
  ): Promise<void> {
    const { objectPrinter, listOf } = await import('../cli/print/object-printer.ts');
    const printer = objectPrinter(format, {
      showManagedFields: flags['show-managed-fields'],
      allowMissingKeys: flags['allow-missing-template-keys'],
      operation: dryRun === 'none' ? '' : withDryRun('', dryRun).trim(),
    });
    const objects = applied.map(({ object }) => object);
    const [only] = objects;
    if (objects.length === 1 && only !== undefined) this.out(printer.print(only));
    else if (objects.length > 0) this.out(printer.print(listOf(objects)));
  }
}

function nameOf(object: JsonObject): string {
  return (object['metadata'] as { name?: string } | undefined)?.name ?? '';
}
