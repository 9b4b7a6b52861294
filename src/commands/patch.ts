import { equalJson, type JsonObject } from '../api/object.ts';
import { isStatusError } from '../api/status-error.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { DRY_RUN_FLAG, type DryRun, parseDryRun } from '../cli/dry-run.ts';
import { CliError, throwAll } from '../cli/errors.ts';
import { bool, type FlagValues, text } from '../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../cli/flags/global-flags.ts';
import { PRINT_FLAGS } from '../cli/get/get-flags.ts';
import { MANIFEST_FLAGS, namesManifests } from '../cli/manifests/manifest-source.ts';
import { type LocalPatch, patchLocally, patchText } from '../cli/patch/local-patch.ts';
import { type ResultPrinter, resultPrinter } from '../cli/print/result-printer.ts';
import { type FoundObject, findObjects, localObjects } from '../cli/resources/find-objects.ts';
import { targetOf } from '../cli/resources/selection.ts';
import type { Session } from '../cli/session.ts';

const PATCH_FLAGS = {
  ...MANIFEST_FLAGS,
  ...PRINT_FLAGS,
  ...DRY_RUN_FLAG,
  'field-manager': text({ summary: 'Name under which the fields are owned.', default: 'kubectl-patch' }),
  local: bool({ summary: 'Patch the objects of the files and print them; no server is asked.' }),
  patch: text({ char: 'p', summary: 'The patch, as JSON or YAML.', default: '' }),
  'patch-file': text({ summary: 'File with the patch.', default: '' }),
  subresource: text({ summary: 'Patch a sub-resource: status, scale, resize.', default: '' }),
  type: text({ summary: 'What kind of patch: json, merge or strategic.', default: 'strategic' }),
};

type PatchFlags = FlagValues<typeof PATCH_FLAGS> & GlobalFlags;

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};

export default class Patch extends BaseCommand {
  static readonly summary = 'Change fields of objects.';
  static readonly description =
    'A strategic patch merges lists by their keys (containers by name), a merge patch replaces lists (RFC 7396; the only one of the two that custom resources take), a JSON patch is a list of operations (RFC 6902).';
  static readonly usage = 'patch (TYPE NAME | TYPE/NAME | -f FILE) (-p PATCH | --patch-file FILE) [flags]';
  static readonly examples = [
    `# One image, found by the name of its container\n<%= config.bin %> patch deploy web -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"web:2"}]}}}}'`,
    `# Remove a label\n<%= config.bin %> patch cm settings --type=merge -p '{"metadata":{"labels":{"old":null}}}'`,
    `# Operations, in order\n<%= config.bin %> patch svc web --type=json -p '[{"op":"replace","path":"/spec/ports/0/port","value":8080}]'`,
    `# The scale sub-resource\n<%= config.bin %> patch deploy web --subresource=scale --type=merge -p '{"spec":{"replicas":2}}'`,
  ];
  static readonly flagSet = PATCH_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(PATCH_FLAGS);
    const dryRun = parseDryRun(flags['dry-run'], (warning) => this.err(warning));
    checkFlags(flags, args, dryRun);
    // kubectl does not tell dry runs apart here.
    const printer = resultPrinter(flags);
    const patch: LocalPatch = { type: flags.type as LocalPatch['type'], text: await patchText(flags) };
    if (flags.local) return this.#local(flags, patch, printer);
    const session = await this.session(flags);
    const { found, errors } = await findObjects(session, { ...flags, args }, this.terminal.stdin);
    if (found.length === 0 && errors.length === 0) throw new CliError('no objects passed to patch');
    for (const each of found) {
      try {
        const patched =
          dryRun === 'client' ? patchLocally(each.object, patch) : await send(session, each, patch, flags, dryRun);
        const changed = !equalJson(patched, each.object);
        this.out(printer(patched, changed ? 'patched' : 'patched (no change)'));
      } catch (error) {
        errors.push(error);
      }
    }
    throwAll(errors);
  }

  async #local(flags: PatchFlags, patch: LocalPatch, printer: ResultPrinter): Promise<void> {
    const objects = await localObjects(flags, this.terminal.stdin);
    if (objects.length === 0) throw new CliError('no objects passed to patch');
    for (const object of objects) this.out(printer(patchLocally(object, patch), 'patched'));
  }
}

function checkFlags(flags: PatchFlags, args: readonly string[], dryRun: DryRun): void {
  if (!Object.hasOwn(MEDIA_TYPES, flags.type)) {
    throw new CliError(`--type must be one of [json merge strategic], not ${JSON.stringify(flags.type)}`);
  }
  if (flags.patch !== '' && flags['patch-file'] !== '') {
    throw new CliError('cannot specify --patch and --patch-file together');
  }
  if (flags.patch === '' && flags['patch-file'] === '') {
    throw new CliError('must specify --patch or --patch-file containing the contents of the patch');
  }
  if (!flags.local) return;
  if (args.length > 0) throw new CliError('cannot specify --local and server resources');
  if (dryRun === 'server') {
    throw new CliError('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
  }
  if (!namesManifests(flags)) throw new CliError('must specify one of -f and -k');
}

async function send(
  { client }: Session,
  each: FoundObject,
  patch: LocalPatch,
  flags: PatchFlags,
  dryRun: DryRun,
): Promise<JsonObject> {
  try {
    return await client.patch<JsonObject>(targetOf(each, flags.subresource), patch.type, patch.text, {
      fieldManager: flags['field-manager'],
      dryRun: dryRun === 'server',
    });
  } catch (error) {
    if (!isStatusError(error, 'UnsupportedMediaType')) throw error;
    const { group, version, kind } = each.resource;
    const what = `${group === '' ? '' : group}/${version}, Kind=${kind}`;
    throw new CliError(`${MEDIA_TYPES[patch.type]} is not supported by ${what}: ${error.message}`, { cause: error });
  }
}
