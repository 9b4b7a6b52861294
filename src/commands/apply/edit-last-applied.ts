import { parseJson } from '../../api/json.ts';
import { isObject, type JsonObject } from '../../api/object.ts';
import { CLIENT_SIDE_MANAGER } from '../../cli/apply/apply-options.ts';
import { annotationPatch, appliedText, lastAppliedText } from '../../cli/apply/last-applied.ts';
import { BaseCommand, BIN } from '../../cli/base-command.ts';
import { parseValidation, VALIDATE_FLAG } from '../../cli/create/validation.ts';
import {
  APPLIED_HEAD,
  checkEditedFormat,
  editedObjects,
  editorText,
  rejectedNote,
} from '../../cli/edit/edited-text.ts';
import { editText, keptCopy, LINE_ENDINGS_FLAG } from '../../cli/edit/editor.ts';
import { CliError, errorText, throwAll } from '../../cli/errors.ts';
import { type FlagValues, text } from '../../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../../cli/flags/global-flags.ts';
import { PRINT_FLAGS } from '../../cli/get/get-flags.ts';
import { MANIFEST_FLAGS } from '../../cli/manifests/manifest-source.ts';
import { goJson } from '../../cli/print/go-json.ts';
import { resultPrinter } from '../../cli/print/result-printer.ts';
import { type FoundObject, findObjects } from '../../cli/resources/find-objects.ts';
import { isType } from '../../cli/resources/resource-args.ts';
import { targetOf } from '../../cli/resources/selection.ts';
import type { Session } from '../../cli/session.ts';

const EDIT_FLAGS = {
  ...MANIFEST_FLAGS,
  ...PRINT_FLAGS,
  ...VALIDATE_FLAG,
  ...LINE_ENDINGS_FLAG,
  'field-manager': text({ summary: 'Name under which the annotation is owned.', default: CLIENT_SIDE_MANAGER }),
};

type EditFlags = FlagValues<typeof EDIT_FLAGS> & GlobalFlags;

export default class EditLastApplied extends BaseCommand {
  static readonly summary = 'Edit what is remembered as applied last, in your editor.';
  static readonly description = 'The objects stay as they are; the next apply compares with what you wrote.';
  static readonly usage = 'apply edit-last-applied (TYPE NAME… | TYPE/NAME… | -f FILE) [flags]';
  static readonly examples = [
    '<%= config.bin %> apply edit-last-applied deploy/web',
    '# As JSON\n<%= config.bin %> apply edit-last-applied -f app.yaml -o json',
  ];
  static readonly flagSet = EDIT_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(EDIT_FLAGS);
    const json = flags.output === 'json' || flags.json;
    checkEditedFormat(flags.output);
    const session = await this.session(flags);
    const { found, errors } = await findObjects(session, { ...flags, args, all: isType(args) }, this.terminal.stdin);
    throwAll(errors);
    const applied = found.filter(({ object }) => lastAppliedText(object) !== undefined);
    if (applied.length === 0) {
      throw new CliError(
        `no last-applied-configuration annotation found on resources, to create the annotation, use command \`${BIN} apply set-last-applied --create-annotation\``,
      );
    }
    const shown = applied.map(({ object }) => parseJson(lastAppliedText(object) ?? '') as JsonObject);
    const original = editorText(shown, '', json, undefined, APPLIED_HEAD);
    for (let before = original; ; ) {
      const options = {
        extension: json ? 'json' : 'yaml',
        windows: flags['windows-line-endings'],
        env: this.terminal.env,
      };
      const edited = await editText(before, options);
      if (edited === original) return this.err('Edit cancelled, no changes made.\n');
      const failure = await this.#send(session, flags, applied, edited);
      if (failure === undefined) return;
      if (edited === before) return this.#giveUp(failure, edited);
      before = editorText(shown, rejectedNote(failure), json, edited, APPLIED_HEAD);
    }
  }

  /** What was refused is kept for the user. */
  async #giveUp(failure: Error, edited: string): Promise<never> {
    this.err(errorText(failure));
    this.err(`A copy of your changes has been stored to ${JSON.stringify(await keptCopy(edited))}\n`);
    throw new CliError('Edit cancelled, no valid changes were saved.');
  }

  /** The failure of the first object that cannot be sent; what was sent before stays. */
  async #send(
    { client }: Session,
    flags: EditFlags,
    found: readonly FoundObject[],
    edited: string,
  ): Promise<Error | undefined> {
    const printer = resultPrinter(flags);
    try {
      const objects = editedObjects(edited);
      if (objects?.length !== found.length || !objects.every(isObject)) {
        throw new CliError('The edited file failed validation: it holds other objects than before');
      }
      for (const [i, each] of found.entries()) {
        const object = objects[i] as JsonObject;
        const patch = goJson(annotationPatch(appliedText(object)));
        const options = { fieldManager: flags['field-manager'], fieldValidation: parseValidation(flags.validate) };
        await client.patch(targetOf(each), 'merge', patch, options);
        this.out(printer(object, 'edited'));
      }
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }
}
