import type { JsonObject } from '../api/object.ts';
import { isStatusError } from '../api/status-error.ts';
import { stringifyYaml } from '../api/yaml-writer.ts';
import { type ApplyOptions, CLIENT_SIDE_MANAGER, SERVER_SIDE_MANAGER } from '../cli/apply/apply-options.ts';
import { applyClientSide } from '../cli/apply/client-side-apply.ts';
import { applyServerSide } from '../cli/apply/server-side-apply.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { diffVersions, type Version } from '../cli/diff/diff-files.ts';
import { maskedVersions } from '../cli/diff/masked-secret.ts';
import { CliError, FailedWith, SilentExit, throwAll } from '../cli/errors.ts';
import { bool, type FlagValues, integer, text } from '../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../cli/flags/global-flags.ts';
import { withLabels } from '../cli/manifests/check-manifest.ts';
import { type ResolvedManifest, resolveManifests } from '../cli/manifests/manifest-selection.ts';
import { MANIFEST_FLAGS, manifestsOf, requireManifests } from '../cli/manifests/manifest-source.ts';
import { mapParallel } from '../cli/parallel.ts';
import { withoutManagedFields } from '../cli/print/object-printer.ts';
import { readObject } from '../cli/resources/find-objects.ts';
import type { Session } from '../cli/session.ts';

const DIFF_FLAGS = {
  ...MANIFEST_FLAGS,
  concurrency: integer({ summary: 'How many objects to compare at a time.', default: 1, min: 1 }),
  'field-manager': text({ summary: 'Name under which the fields would be owned.' }),
  'force-conflicts': bool({ summary: 'With --server-side: take over fields of other managers.' }),
  selector: text({ char: 'l', summary: 'Compare only objects with these labels.', default: '' }),
  'server-side': bool({ summary: 'Let the server merge.' }),
  'show-managed-fields': bool({ summary: 'Compare metadata.managedFields too.' }),
};

type DiffFlags = FlagValues<typeof DIFF_FLAGS> & GlobalFlags;

/** Of failures, as 1 says that there are differences. */
const FAILED = 2;

export default class Diff extends BaseCommand {
  static readonly summary = 'Show what apply would change.';
  static readonly description =
    'The server works out the result (a dry run), so defaults and admission are part of it. Exit code 0: no difference, 1: differences, more: a failure. KUBECTL_EXTERNAL_DIFF names another program than diff -u -N. Values of secrets are not shown.';
  static readonly usage = 'diff -f FILE… [flags]';
  static readonly examples = [
    '<%= config.bin %> diff -f app.yaml',
    '# What a server-side apply would do\n<%= config.bin %> diff --server-side -f manifests/ -R',
    '# In colour\nKUBECTL_EXTERNAL_DIFF="diff --color=always -u -N" <%= config.bin %> diff -f app.yaml',
  ];
  static readonly flagSet = DIFF_FLAGS;

  protected async run(): Promise<void> {
    try {
      await this.#diff();
    } catch (error) {
      throw asFailure(error);
    }
  }

  async #diff(): Promise<void> {
    const { flags, args } = await this.line(DIFF_FLAGS);
    if (args.length > 0) throw this.usageError(`Unexpected args: [${args.join(' ')}]`);
    requireManifests(flags);
    const all = await manifestsOf(flags, this.terminal.stdin);
    const chosen = flags.selector === '' ? all : withLabels(all, flags.selector);
    const session = await this.session(flags);
    const { resolved, errors } = resolveManifests(await session.discovery(), chosen, session);
    throwAll(errors);
    const compared = await mapParallel(resolved, flags.concurrency, (manifest) =>
      this.#versions(session, manifest, flags),
    );
    const live = compared.map(([before]) => before);
    const merged = compared.map(([, after]) => after);
    await diffVersions(live, merged, this.terminal);
  }

  async #versions(session: Session, manifest: ResolvedManifest, flags: DiffFlags): Promise<[Version, Version]> {
    const live = await readObject(session.client, manifest).catch((error: unknown) => {
      if (isStatusError(error, 'NotFound')) return undefined;
      throw error;
    });
    const apply = flags['server-side'] ? applyServerSide : applyClientSide;
    const { object } = await apply(manifest, optionsOf(session, flags));
    const [before, after] = maskedVersions(live, object);
    return [versionOf(manifest, before, flags), versionOf(manifest, after, flags)];
  }
}

function optionsOf({ client }: Session, flags: DiffFlags): ApplyOptions {
  return {
    client,
    dryRun: 'server',
    fieldManager: flags['field-manager'] ?? (flags['server-side'] ? SERVER_SIDE_MANAGER : CLIENT_SIDE_MANAGER),
    fieldValidation: 'Warn',
    forceConflicts: flags['force-conflicts'],
    force: false,
    gracePeriod: -1,
    quiet: true,
    warn: () => undefined,
  };
}

function versionOf(
  { resource, namespace = '', name }: ResolvedManifest,
  object: JsonObject | undefined,
  flags: DiffFlags,
): Version {
  const group = resource.group === '' ? '' : `${resource.group}.`;
  const file = `${group}${resource.version}.${resource.kind}.${namespace}.${name}`;
  // A secret that is not there passes through the mask, which leaves a null.
  if (object === undefined) return { file, text: resource.group === '' && resource.kind === 'Secret' ? 'null\n' : '' };
  return { file, text: stringifyYaml(flags['show-managed-fields'] ? object : withoutManagedFields(object)) };
}

/** The same words with exit code 2. */
function asFailure(error: unknown): unknown {
  if (error instanceof SilentExit || (error instanceof CliError && error.exitCode > 1)) return error;
  return new FailedWith(error, FAILED);
}
