import { BaseCommand } from '../cli/base-command.ts';
import { type DeleteRequest, deleteOne, deletionLine } from '../cli/delete/delete-objects.ts';
import { DRY_RUN_FLAG, type DryRun, parseDryRun } from '../cli/dry-run.ts';
import { CliError, throwAll } from '../cli/errors.ts';
import { bool, duration, type FlagValues, integer, optionalText, text } from '../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../cli/flags/global-flags.ts';
import { SELECTOR_FLAGS } from '../cli/get/get-flags.ts';
import { readLine } from '../cli/io.ts';
import { MANIFEST_FLAGS, namesManifests } from '../cli/manifests/manifest-source.ts';
import { rawBody, rawText } from '../cli/manifests/raw-request.ts';
import { mapParallel } from '../cli/parallel.ts';
import { objectText } from '../cli/resources/find-resource.ts';
import { parseResourceArgs } from '../cli/resources/resource-args.ts';
import type { Selection } from '../cli/resources/selection.ts';
import type { Session } from '../cli/session.ts';
import { groupVersion } from '../client/resource-path.ts';

const DELETE_FLAGS = {
  ...MANIFEST_FLAGS,
  ...SELECTOR_FLAGS,
  ...DRY_RUN_FLAG,
  all: bool({ summary: 'All objects of the types.' }),
  cascade: optionalText(
    { summary: 'What happens to owned objects: background, foreground or orphan.', default: 'background' },
    'background',
  ),
  force: bool({ summary: 'With --grace-period=0: do not wait for a graceful end.' }),
  'grace-period': integer({ summary: 'Seconds to end gracefully; negative: as the object says.', default: -1 }),
  'ignore-not-found': bool({ summary: 'Be silent about objects that do not exist.' }),
  interactive: bool({ char: 'i', summary: 'Show what would be deleted, and ask.' }),
  now: bool({ summary: 'Like --grace-period=1.' }),
  raw: text({ summary: 'Path to send a DELETE to.' }),
  output: text({ char: 'o', summary: 'name: only print names.', default: '' }),
  timeout: duration({ summary: 'How long to wait for objects to go; 0 = as long as it takes.', default: 0 }),
  wait: bool({ summary: 'Wait until the objects are gone.', default: true }),
};

type DeleteFlags = FlagValues<typeof DELETE_FLAGS> & GlobalFlags;

const CASCADES: Readonly<Record<string, DeleteRequest['propagation']>> = {
  background: 'Background',
  foreground: 'Foreground',
  orphan: 'Orphan',
};
const PARALLEL = 16;

export default class Delete extends BaseCommand {
  static readonly summary = 'Delete objects by name, by label, or as named in files.';
  static readonly description =
    'Waits until the objects are gone (--wait=false returns at once). What belongs to an object by its owner references goes with it unless --cascade=orphan.';
  static readonly usage = 'delete (TYPE[,TYPE…] (NAME… | -l LABELS | --all) | TYPE/NAME… | -f FILE) [flags]';
  static readonly examples = [
    '<%= config.bin %> delete pod web-1 web-2',
    '<%= config.bin %> delete deploy/web svc/web',
    '<%= config.bin %> delete -f app.yaml --ignore-not-found',
    '# All with a label, without waiting\n<%= config.bin %> delete pods,svc -l app=shop --wait=false',
    '# Look first\n<%= config.bin %> delete pods --all -i',
    '# What would be deleted?\n<%= config.bin %> delete deploy --all --dry-run=client',
  ];
  static readonly flagSet = DELETE_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args, given } = await this.line(DELETE_FLAGS);
    const dryRun = parseDryRun(flags['dry-run'], (warning) => this.err(warning));
    const request = this.#request(flags, dryRun);
    if (flags.raw !== undefined) return this.#raw(flags, flags.raw);
    this.#checkArguments(flags, args);
    const session = await this.session(flags);
    const selecting = flags.all || flags.selector !== '' || flags['field-selector'] !== '';
    const ignoreNotFound = given.has('ignore-not-found') ? flags['ignore-not-found'] : selecting;
    const { found, errors } = await this.#find(flags, args, session, selecting, ignoreNotFound);
    if (found.length === 0 && errors.length === 0 && !flags.json) this.out('No resources found\n');
    this.#warnClusterScope(found, session);
    if (flags.interactive && found.length > 0 && !(await this.#confirmed(found))) {
      this.out('deletion is cancelled\n');
      return throwAll(errors);
    }
    const deleted = await this.#deleteAll(session, found, { ...request, ignoreNotFound }, flags, errors);
    if (flags.json) this.out(`${JSON.stringify({ deleted: deleted.map(described) }, undefined, 2)}\n`);
    if (flags.wait && dryRun === 'none') await this.#wait(session, deleted, flags.timeout, errors);
    throwAll(errors);
  }

  async #raw(flags: DeleteFlags, path: string): Promise<void> {
    if (flags.interactive) throw new CliError('--interactive can not be used with --raw');
    if (flags.recursive) throw new CliError('--raw and --recursive are mutually exclusive');
    const body = namesManifests(flags) ? await rawBody(flags, this.terminal.stdin) : undefined;
    const session = await this.session(flags);
    this.out(await rawText(session.client, 'DELETE', path, body));
  }

  /** Only y is a yes. */
  async #confirmed(found: readonly Selection[]): Promise<boolean> {
    this.out(`You are about to delete the following ${found.length} resource(s):\n`);
    for (const { resource, name = '' } of found) this.out(`${objectText(resource, name)}\n`);
    this.out('Do you want to continue? (y/N): ');
    return (await readLine(this.terminal.stdin)).trim().toLowerCase() === 'y';
  }

  #request(flags: DeleteFlags, dryRun: DryRun): Omit<DeleteRequest, 'ignoreNotFound'> {
    const propagation = CASCADES[flags.cascade];
    if (propagation === undefined) {
      throw new CliError(`invalid cascade value (${flags.cascade}). Must be "background", "foreground", or "orphan"`);
    }
    if (!['', 'name'].includes(flags.output)) {
      throw new CliError(`unexpected -o output mode: ${flags.output}. We only support '-o name'`);
    }
    if (flags.now && flags['grace-period'] !== -1) {
      throw new CliError('--now and --grace-period cannot be specified together');
    }
    const gracePeriod = this.#gracePeriod(flags);
    return { propagation, gracePeriod, dryRun };
  }

  /** `--grace-period=0` alone is made 1: only --force skips the graceful end. */
  #gracePeriod({ now, force, 'grace-period': seconds }: DeleteFlags): number {
    if (now) return 1;
    if (seconds > 0 && force) {
      throw new CliError('--force and --grace-period greater than 0 cannot be specified together');
    }
    if (seconds === 0 && !force) return 1;
    if (!force) return seconds;
    this.err(
      'Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n',
    );
    return 0;
  }

  #checkArguments(flags: DeleteFlags, args: readonly string[]): void {
    if (flags.all && (flags.selector !== '' || flags['field-selector'] !== '')) {
      throw new CliError("setting 'all' parameter but found a non empty selector. ");
    }
    if (args.length > 0 || namesManifests(flags)) return;
    throw new CliError(
      "You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'",
    );
  }

  /** The objects to delete; lists are read first. */
  async #find(
    flags: DeleteFlags,
    args: readonly string[],
    session: Session,
    selecting: boolean,
    ignoreNotFound: boolean,
  ) {
    const { findForDeletion, findInFiles } = await import('../cli/delete/find-objects.ts');
    if (namesManifests(flags)) return findInFiles(session, flags, args, this.terminal.stdin);
    const parsed = parseResourceArgs(args);
    if (parsed.kind === 'types' && parsed.names.length === 0 && !selecting) {
      await session.discovery().then(async (discovery) => {
        const { findResources } = await import('../cli/resources/find-resource.ts');
        for (const type of parsed.types) findResources(discovery, type);
      });
      throw new CliError('resource(s) were provided, but no name was specified');
    }
    return findForDeletion(session, parsed, {
      allNamespaces: flags['all-namespaces'],
      selecting,
      labelSelector: flags.selector,
      fieldSelector: flags['field-selector'],
      ignoreNotFound,
    });
  }

  #warnClusterScope(found: readonly Selection[], { namespaceGiven }: Session): void {
    if (!namespaceGiven || found.every(({ resource }) => resource.namespaced)) return;
    this.err('Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n');
  }

  /** In the order of the arguments; lines come in that order too. */
  async #deleteAll(
    session: Session,
    found: readonly Selection[],
    request: DeleteRequest,
    flags: DeleteFlags,
    errors: unknown[],
  ): Promise<{ selection: Selection; uid: string | undefined }[]> {
    const deleted: { selection: Selection; uid: string | undefined }[] = [];
    for (const selection of found) {
      try {
        const result = await deleteOne(session.client, selection, request);
        if (result === undefined) continue;
        deleted.push({ selection, uid: result.uid });
        if (!flags.json) this.out(deletionLine(selection, request, flags.output === 'name'));
      } catch (error) {
        errors.push(error);
      }
    }
    return deleted;
  }

  async #wait(
    session: Session,
    deleted: readonly { selection: Selection; uid: string | undefined }[],
    timeoutMs: number,
    errors: unknown[],
  ): Promise<void> {
    const { waitUntilGone } = await import('../cli/delete/wait-until-gone.ts');
    await mapParallel(deleted, PARALLEL, async ({ selection, uid }) => {
      try {
        await waitUntilGone(session.client, selection, uid, timeoutMs);
      } catch (error) {
        // Who may delete but not look is not kept waiting.
        const { isStatusError } = await import('../api/status-error.ts');
        if (!isStatusError(error, 'Forbidden') && !isStatusError(error, 'MethodNotAllowed')) errors.push(error);
      }
    });
  }
}

/** What machine mode tells of a deletion. */
function described({ selection, uid }: { selection: Selection; uid: string | undefined }): object {
  const { resource, namespace, name } = selection;
  return { apiVersion: groupVersion(resource), kind: resource.kind, namespace, name, uid };
}
