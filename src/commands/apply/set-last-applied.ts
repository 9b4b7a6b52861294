import type { JsonObject } from '../../api/object.ts';
import { annotationPatch, appliedText, lastAppliedText } from '../../cli/apply/last-applied.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { DRY_RUN_FLAG, type DryRun, parseDryRun } from '../../cli/dry-run.ts';
import { CliError, throwAll } from '../../cli/errors.ts';
import { bool, texts } from '../../cli/flags/flag-kinds.ts';
import { PRINT_FLAGS } from '../../cli/get/get-flags.ts';
import { type ResolvedManifest, resolveManifests } from '../../cli/manifests/manifest-selection.ts';
import { manifestsOf } from '../../cli/manifests/manifest-source.ts';
import { goJson } from '../../cli/print/go-json.ts';
import { resultPrinter } from '../../cli/print/result-printer.ts';
import { noResources, readObject } from '../../cli/resources/find-objects.ts';
import { targetOf } from '../../cli/resources/selection.ts';
import type { Session } from '../../cli/session.ts';

const SET_FLAGS = {
  ...PRINT_FLAGS,
  ...DRY_RUN_FLAG,
  'create-annotation': bool({ summary: 'Also for objects that were never applied.' }),
  filename: texts({ char: 'f', summary: 'File, directory, URL or - for stdin; may be repeated.' }),
};

/** kubectl's name for what has no name of its own. */
const FIELD_MANAGER = 'kubectl';

interface Pending {
  readonly manifest: ResolvedManifest;
  readonly live: JsonObject;
  /** undefined: it is so already. */
  readonly patch?: JsonObject;
}

export default class SetLastApplied extends BaseCommand {
  static readonly summary = 'Remember a file as what was applied last, and change nothing else.';
  static readonly description = 'For files that were changed by other means: the next apply compares with this one.';
  static readonly usage = 'apply set-last-applied -f FILE… [flags]';
  static readonly examples = [
    '<%= config.bin %> apply set-last-applied -f app.yaml',
    '# Of an object that was created without apply\n<%= config.bin %> apply set-last-applied -f app.yaml --create-annotation',
  ];
  static readonly flagSet = SET_FLAGS;

  protected async run(): Promise<void> {
    const { flags } = await this.line(SET_FLAGS);
    const dryRun = parseDryRun(flags['dry-run'], (warning) => this.err(warning));
    const printer = resultPrinter(flags, dryRun);
    if ((flags.filename ?? []).length === 0) throw noResources();
    const manifests = await manifestsOf({ ...flags, recursive: false }, this.terminal.stdin);
    const session = await this.session(flags);
    const { resolved, errors } = resolveManifests(await session.discovery(), manifests, session);
    throwAll(errors);
    const pending: Pending[] = [];
    for (const manifest of resolved) pending.push(await pendingOf(session, manifest, flags['create-annotation']));
    for (const each of pending) {
      if (each.patch === undefined) this.out(`set-last-applied ${each.manifest.name}: no changes required.\n`);
      else this.out(printer(await this.#send(session, each, each.patch, dryRun), 'configured'));
    }
  }

  async #send(
    { client }: Session,
    { manifest, live }: Pending,
    patch: JsonObject,
    dryRun: DryRun,
  ): Promise<JsonObject> {
    if (dryRun === 'client') return live;
    return client.patch<JsonObject>(targetOf(manifest), 'merge', goJson(patch), {
      fieldManager: FIELD_MANAGER,
      dryRun: dryRun === 'server',
    });
  }
}

async function pendingOf({ client }: Session, manifest: ResolvedManifest, create: boolean): Promise<Pending> {
  const live = await readObject(client, manifest);
  const before = lastAppliedText(live);
  if (before === undefined && !create) {
    throw new CliError(
      `no last-applied-configuration annotation found on resource: ${manifest.name}, to create the annotation, run the command with --create-annotation`,
    );
  }
  const after = appliedText(manifest.object);
  return { manifest, live, ...(before === after ? {} : { patch: annotationPatch(after) }) };
}
