import type { JsonObject } from '../api/object.ts';
import { addSource } from '../cli/apply/apply-errors.ts';
import { cascadeOf } from '../cli/apply/apply-flags.ts';
import { lastAppliedText, withLastApplied } from '../cli/apply/last-applied.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { parseValidation, VALIDATE_FLAG } from '../cli/create/validation.ts';
import { deleteOne, deletionLine } from '../cli/delete/delete-objects.ts';
import { waitUntilGone } from '../cli/delete/wait-until-gone.ts';
import { DRY_RUN_FLAG, type DryRun, parseDryRun } from '../cli/dry-run.ts';
import { CliError, throwAll } from '../cli/errors.ts';
import { bool, duration, type FlagValues, integer, optionalText, text } from '../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../cli/flags/global-flags.ts';
import { PRINT_FLAGS } from '../cli/get/get-flags.ts';
import { checkManifest } from '../cli/manifests/check-manifest.ts';
import { type ResolvedManifest, resolveManifests } from '../cli/manifests/manifest-selection.ts';
import { MANIFEST_FLAGS, manifestsOf, requireManifests } from '../cli/manifests/manifest-source.ts';
import { rawBody, rawText } from '../cli/manifests/raw-request.ts';
import { resultPrinter } from '../cli/print/result-printer.ts';
import { readObject } from '../cli/resources/find-objects.ts';
import { targetOf } from '../cli/resources/selection.ts';
import type { Session } from '../cli/session.ts';

const REPLACE_FLAGS = {
  ...MANIFEST_FLAGS,
  ...PRINT_FLAGS,
  ...DRY_RUN_FLAG,
  ...VALIDATE_FLAG,
  cascade: optionalText(
    {
      summary: 'With --force: what happens to owned objects: background, foreground or orphan.',
      default: 'background',
    },
    'background',
  ),
  'field-manager': text({ summary: 'Name under which the fields are owned.', default: 'kubectl-replace' }),
  force: bool({ summary: 'Delete the objects and create them again.' }),
  'grace-period': integer({ summary: 'With --force: seconds to end gracefully.', default: -1 }),
  raw: text({ summary: 'Path to PUT the file to, as it is.' }),
  'save-config': bool({ summary: 'Remember the object in an annotation, as apply does.' }),
  subresource: text({ summary: 'Replace a sub-resource: status, scale.', default: '' }),
  timeout: duration({ summary: 'With --force: how long to wait for the old object to go.', default: 0 }),
  wait: bool({ summary: 'Accepted as kubectl has it; --force always waits.', hidden: true }),
};

type ReplaceFlags = FlagValues<typeof REPLACE_FLAGS> & GlobalFlags;

const FORCE_WAIT_MS = 5 * 60_000;

export default class Replace extends BaseCommand {
  static readonly summary = 'Replace objects as a whole by what files say.';
  static readonly description =
    'The file must hold the complete object. With a resourceVersion in it the object is replaced only if it is still that version.';
  static readonly usage = 'replace -f FILE… [flags]';
  static readonly examples = [
    '<%= config.bin %> replace -f app.yaml',
    '# Change something on the way\n<%= config.bin %> get deploy web -o yaml | sed "s/:1.0/:1.1/" | <%= config.bin %> replace -f -',
    '# Delete it and create it again: also what cannot be changed\n<%= config.bin %> replace --force -f job.yaml',
  ];
  static readonly flagSet = REPLACE_FLAGS;

  protected async run(): Promise<void> {
    const { flags } = await this.line(REPLACE_FLAGS);
    const dryRun = parseDryRun(flags['dry-run'], (warning) => this.err(warning));
    const propagation = cascadeOf(flags.cascade);
    checkFlags(flags, dryRun);
    requireManifests(flags);
    if (flags.raw !== undefined) return this.#raw(flags, flags.raw);
    const fieldValidation = parseValidation(flags.validate);
    const printer = resultPrinter(flags, dryRun);
    const manifests = await manifestsOf(flags, this.terminal.stdin);
    const session = await this.session(flags);
    if (fieldValidation !== 'Ignore') for (const manifest of manifests) checkManifest(manifest, 'replace');
    const { resolved, errors } = resolveManifests(await session.discovery(), manifests, session);
    if (flags.force) await this.#delete(session, resolved, flags, propagation);
    for (const manifest of resolved) {
      const object = remembered(manifest.object, flags['save-config']);
      const options = { fieldManager: flags['field-manager'], fieldValidation, dryRun: dryRun === 'server' };
      try {
        if (manifest.name === '') throw new CliError('resource name may not be empty');
        if (dryRun === 'client') this.out(printer(object, 'replaced'));
        else if (flags.force) {
          const { name: _, ...collection } = targetOf(manifest);
          this.out(printer(await session.client.create<JsonObject>(collection, object, options), 'replaced'));
        } else {
          const body = await withVersion(session, manifest, object);
          const target = targetOf(manifest, flags.subresource);
          this.out(printer(await session.client.update<JsonObject>(target, body, options), 'replaced'));
        }
      } catch (error) {
        errors.push(addSource('replacing', manifest.source, error));
      }
    }
    throwAll(errors);
  }

  async #raw(flags: ReplaceFlags, path: string): Promise<void> {
    const body = await rawBody(flags, this.terminal.stdin);
    const session = await this.session(flags);
    this.out(await rawText(session.client, 'PUT', path, body));
  }

  /** Deletes what is there and waits until it is gone. */
  async #delete(
    { client }: Session,
    manifests: readonly ResolvedManifest[],
    flags: ReplaceFlags,
    propagation: ReturnType<typeof cascadeOf>,
  ): Promise<void> {
    const gracePeriod = flags['grace-period'] < 0 && flags.force ? -1 : flags['grace-period'];
    for (const manifest of manifests) {
      const { object: _, source: __, ...selection } = manifest;
      const request = { propagation, gracePeriod, dryRun: 'none', ignoreNotFound: true } as const;
      const deleted = await deleteOne(client, selection, request).catch((error: unknown) => {
        throw addSource('deleting', manifest.source, error);
      });
      if (deleted === undefined) continue;
      this.out(deletionLine(selection, request, flags.output === 'name'));
      await waitUntilGone(client, selection, deleted.uid, flags.timeout || FORCE_WAIT_MS);
    }
  }
}

/** Without a version of its own the object replaces whatever is there. */
async function withVersion({ client }: Session, manifest: ResolvedManifest, object: JsonObject): Promise<JsonObject> {
  const metadata = object['metadata'] as JsonObject;
  if (metadata['resourceVersion']) return object;
  // What cannot be read is sent all the same: the server says what is wrong.
  const live = await readObject(client, manifest).catch(() => undefined);
  const { resourceVersion } = (live?.['metadata'] ?? {}) as { resourceVersion?: string };
  return resourceVersion === undefined ? object : { ...object, metadata: { ...metadata, resourceVersion } };
}

/** An annotation that is there is kept up to date, too. */
function remembered(object: JsonObject, always: boolean): JsonObject {
  return always || lastAppliedText(object) !== undefined ? withLastApplied(object) : object;
}

function checkFlags(flags: ReplaceFlags, dryRun: DryRun): void {
  if (flags['grace-period'] >= 0 && !flags.force) throw new CliError('--grace-period must have --force specified');
  if (flags.timeout !== 0 && !flags.force) throw new CliError('--timeout must have --force specified');
  if (flags.force && dryRun !== 'none') throw new CliError('--dry-run can not be used when --force is set');
}
