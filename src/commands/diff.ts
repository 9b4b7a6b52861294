import type { JsonObject } from '../api/object.ts';
import { isStatusError } from '../api/status-error.ts';
import { stringifyYaml } from '../api/yaml-writer.ts';
import { type ApplyOptions, managerOf } from '../cli/apply/apply-options.ts';
import { applyClientSide } from '../cli/apply/client-side-apply.ts';
import { metadataOf, NAMESPACE_NOTE, type PruneRequest, pruneCandidates, prunedResources } from '../cli/apply/prune.ts';
import { applyServerSide } from '../cli/apply/server-side-apply.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { type Comparison, differencesJson, diffVersions, type Version } from '../cli/diff/diff-files.ts';
import { maskedVersions } from '../cli/diff/masked-secret.ts';
import { CliError, FailedWith, SilentExit, throwAll } from '../cli/errors.ts';
import { bool, type FlagValues, integer, text, texts } from '../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../cli/flags/global-flags.ts';
import { withLabels } from '../cli/manifests/check-manifest.ts';
import { type ResolvedManifest, resolveManifests } from '../cli/manifests/manifest-selection.ts';
import { MANIFEST_FLAGS, manifestsOf, requireManifests } from '../cli/manifests/manifest-source.ts';
import { mapParallel } from '../cli/parallel.ts';
import { withoutManagedFields } from '../cli/print/object-printer.ts';
import { readObject } from '../cli/resources/find-objects.ts';
import type { Selection } from '../cli/resources/selection.ts';
import type { Session } from '../cli/session.ts';

const DIFF_FLAGS = {
  ...MANIFEST_FLAGS,
  concurrency: integer({ summary: 'How many objects to compare at a time.', default: 1, min: 1 }),
  'field-manager': text({
    summary: 'Name under which the fields would be owned; with --server-side kubectl.',
    default: 'kubectl-client-side-apply',
  }),
  'force-conflicts': bool({ summary: 'With --server-side: take over fields of other managers.' }),
  prune: bool({ summary: 'Show also what apply --prune would delete.' }),
  'prune-allowlist': texts({ summary: 'With --prune: only this kind, as GROUP/VERSION/KIND; may be repeated.' }),
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
    const { flags, args, given } = await this.line(DIFF_FLAGS);
    if (args.length > 0) throw this.usageError(`Unexpected args: [${args.join(' ')}]`);
    requireManifests(flags);
    const all = await manifestsOf(flags, this.terminal.stdin);
    const chosen = flags.selector === '' ? all : withLabels(all, flags.selector);
    const session = await this.session(flags);
    const discovery = await session.discovery();
    if (flags.prune) prunedResources(discovery, flags['prune-allowlist'] ?? []);
    const { resolved, errors } = resolveManifests(discovery, chosen, session);
    throwAll(errors);
    const options = optionsOf(session, flags, given.has('field-manager'));
    const compared = await mapParallel(resolved, flags.concurrency, (manifest) => versions(manifest, flags, options));
    const pruned = flags.prune ? await this.#pruned(session, flags, resolved, compared) : [];
    const comparisons = [...compared.map(({ comparison }) => comparison), ...pruned];
    if (!flags.json) return diffVersions(comparisons, this.terminal);
    const { text, differences } = differencesJson(comparisons);
    this.out(text);
    if (differences > 0) throw new SilentExit(1);
  }

  async #pruned(
    session: Session,
    flags: DiffFlags,
    manifests: readonly ResolvedManifest[],
    compared: readonly Compared[],
  ): Promise<Comparison[]> {
    const allowlist = flags['prune-allowlist'] ?? [];
    if (allowlist.length === 0) this.err(NAMESPACE_NOTE);
    const request: PruneRequest = {
      allowlist,
      selector: flags.selector,
      namespaces: [...new Set(manifests.flatMap(({ namespace }) => namespace ?? []))],
      uids: new Set(compared.flatMap(({ live }) => (live === undefined ? [] : (metadataOf(live).uid ?? [])))),
      cascade: 'Background',
    };
    const found = await pruneCandidates(await session.discovery(), request, session.client);
    return found.map(({ selection, object }) => {
      const { name, namespace = '' } = metadataOf(object);
      const [before] = maskedVersions(object, undefined);
      return { file: fileOf({ ...selection, name, namespace }), before: shown(before) };
    });
  }
}

interface Compared {
  readonly live: JsonObject | undefined;
  readonly comparison: Comparison;
}

async function versions(manifest: ResolvedManifest, flags: DiffFlags, options: ApplyOptions): Promise<Compared> {
  const live = await readObject(options.client, manifest).catch((error: unknown) => {
    if (isStatusError(error, 'NotFound')) return undefined;
    throw error;
  });
  const apply = flags['server-side'] ? applyServerSide : applyClientSide;
  const { object } = await apply(manifest, options);
  const [before, after] = maskedVersions(live, object).map((version) =>
    version === undefined || flags['show-managed-fields'] ? version : withoutManagedFields(version),
  );
  // A secret that is not there passes through the mask, which leaves a null.
  const secret = manifest.resource.group === '' && manifest.resource.kind === 'Secret';
  const absent = secret ? 'null\n' : '';
  return { live, comparison: { file: fileOf(manifest), before: shown(before, absent), after: shown(after, absent) } };
}

function shown(object: JsonObject | undefined, absent = ''): Version {
  return { object, text: object === undefined ? absent : stringifyYaml(object) };
}

function optionsOf({ client }: Session, flags: DiffFlags, given: boolean): ApplyOptions {
  return {
    client,
    dryRun: 'server',
    fieldManager: managerOf(flags['field-manager'], { given, serverSide: flags['server-side'] }),
    fieldValidation: 'Warn',
    forceConflicts: flags['force-conflicts'],
    force: false,
    gracePeriod: -1,
    quiet: true,
    warn: () => undefined,
  };
}

function fileOf({ resource, namespace = '', name }: Selection & { readonly name: string }): string {
  const group = resource.group === '' ? '' : `${resource.group}.`;
  return `${group}${resource.version}.${resource.kind}.${namespace}.${name}`;
}

/** The same words with exit code 2. */
function asFailure(error: unknown): unknown {
  if (error instanceof SilentExit || (error instanceof CliError && error.exitCode > 1)) return error;
  return new FailedWith(error, FAILED);
}
