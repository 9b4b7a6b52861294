import type { JsonObject } from '../api/object.ts';
import { addSource } from '../cli/apply/apply-errors.ts';
import { withLastApplied } from '../cli/apply/last-applied.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { parseValidation, VALIDATE_FLAG } from '../cli/create/validation.ts';
import { DRY_RUN_FLAG, parseDryRun } from '../cli/dry-run.ts';
import { checkEditedFormat } from '../cli/edit/edited-text.ts';
import { LINE_ENDINGS_FLAG } from '../cli/edit/editor.ts';
import { CliError, throwAll } from '../cli/errors.ts';
import { bool, type FlagValues, text } from '../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../cli/flags/global-flags.ts';
import { PRINT_FLAGS } from '../cli/get/get-flags.ts';
import { checkManifest, withLabels } from '../cli/manifests/check-manifest.ts';
import {
  type ResolvedManifest,
  type ResolvedManifests,
  resolveManifests,
} from '../cli/manifests/manifest-selection.ts';
import { MANIFEST_FLAGS, manifestsOf, requireManifests } from '../cli/manifests/manifest-source.ts';
import { rawBody, rawText } from '../cli/manifests/raw-request.ts';
import { resultPrinter } from '../cli/print/result-printer.ts';
import { targetOf } from '../cli/resources/selection.ts';
import type { Session } from '../cli/session.ts';

const CREATE_FLAGS = {
  ...MANIFEST_FLAGS,
  ...PRINT_FLAGS,
  ...DRY_RUN_FLAG,
  ...VALIDATE_FLAG,
  edit: bool({ summary: 'Edit the objects before they are created.' }),
  ...LINE_ENDINGS_FLAG,
  'field-manager': text({ summary: 'Name under which the fields are owned.', default: 'kubectl-create' }),
  raw: text({ summary: 'Path to POST the file to, as it is.' }),
  'save-config': bool({ summary: 'Remember the object in an annotation, as apply does.' }),
  selector: text({ char: 'l', summary: 'Create only objects with these labels.', default: '' }),
};

type CreateFlags = FlagValues<typeof CREATE_FLAGS> & GlobalFlags;

export default class Create extends BaseCommand {
  static readonly summary = 'Create objects from files, or one object from flags.';
  static readonly description =
    'Fails for what exists already; apply changes it instead. The commands below make objects from flags; with --dry-run=client -o yaml they write manifests to begin with.';
  static readonly usage = 'create -f FILE… [flags]';
  static readonly examples = [
    '# From a file, from stdin\n<%= config.bin %> create -f app.yaml\ncat app.yaml | <%= config.bin %> create -f -',
    '# With names made up by the server\n<%= config.bin %> create -f job-with-generate-name.yaml',
    '# One object from flags\n<%= config.bin %> create deployment web --image=nginx',
  ];
  static readonly flagSet = CREATE_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(CREATE_FLAGS);
    if (args.length > 0) throw this.usageError(`Unexpected args: [${args.join(' ')}]`);
    requireManifests(flags);
    const dryRun = parseDryRun(flags['dry-run'], (warning) => this.err(warning));
    if (flags.raw !== undefined) return this.#raw(flags, flags.raw);
    const fieldValidation = parseValidation(flags.validate);
    if (flags.edit) checkEditedFormat(flags.output);
    const printer = resultPrinter(flags, dryRun);
    const all = await manifestsOf(flags, this.terminal.stdin);
    const chosen = flags.selector === '' ? all : withLabels(all, flags.selector);
    const session = await this.session(flags);
    if (fieldValidation !== 'Ignore') for (const manifest of chosen) checkManifest(manifest, 'create');
    const read = resolveManifests(await session.discovery(), chosen, session);
    const { resolved, errors } = flags.edit ? await this.#edited(session, read, flags) : read;
    if (flags.edit && resolved.length === 0) return throwAll(errors);
    if (resolved.length === 0 && errors.length === 0) throw new CliError('no objects passed to create');
    for (const manifest of resolved) {
      const object = flags['save-config'] ? withLastApplied(manifest.object) : manifest.object;
      try {
        const created =
          dryRun === 'client'
            ? object
            : await session.client.create<JsonObject>(collectionOf(manifest), object, {
                fieldManager: flags['field-manager'],
                fieldValidation,
                dryRun: dryRun === 'server',
              });
        this.out(printer(created, 'created'));
      } catch (error) {
        if (flags.edit) throw await this.#kept(manifest, error);
        errors.push(addSource('creating', manifest.source, error));
      }
    }
    throwAll(errors);
  }

  /** None when the editor was left without changes. */
  async #edited(
    session: Session,
    { resolved, errors }: ResolvedManifests,
    flags: CreateFlags,
  ): Promise<ResolvedManifests> {
    throwAll(errors);
    const { editedManifests } = await import('../cli/edit/edit-on-create.ts');
    const manifests = await editedManifests(resolved, {
      json: flags.output === 'json',
      windows: flags['windows-line-endings'],
      terminal: this.terminal,
    });
    return resolveManifests(await session.discovery(), manifests, session);
  }

  /** What was edited and refused is not lost. */
  async #kept({ object }: ResolvedManifest, error: unknown): Promise<unknown> {
    const [{ keptCopy }, { editorText }] = await Promise.all([
      import('../cli/edit/editor.ts'),
      import('../cli/edit/edited-text.ts'),
    ]);
    const file = await keptCopy(editorText([object], '', false));
    this.err(`A copy of your changes has been stored to ${JSON.stringify(file)}\n`);
    return error;
  }

  async #raw(flags: CreateFlags, path: string): Promise<void> {
    const body = await rawBody(flags, this.terminal.stdin);
    const session = await this.session(flags);
    this.out(await rawText(session.client, 'POST', path, body));
  }
}

function collectionOf({ name: _, ...collection }: ResolvedManifest) {
  return targetOf(collection);
}
