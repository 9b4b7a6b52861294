import { equalJson, type JsonObject } from '../api/object.ts';
import { createMergePatch } from '../api/patch/merge-patch.ts';
import { withLastApplied } from '../cli/apply/last-applied.ts';
import { threeWayStrategicPatch } from '../cli/apply/strategic-patch.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { parseValidation, VALIDATE_FLAG } from '../cli/create/validation.ts';
import { checkEditedFormat, editedObjects, editorText, rejectedNote } from '../cli/edit/edited-text.ts';
import { editText, keptCopy, LINE_ENDINGS_FLAG } from '../cli/edit/editor.ts';
import { CliError, errorText, throwAll } from '../cli/errors.ts';
import { bool, type FlagValues, text } from '../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../cli/flags/global-flags.ts';
import { PRINT_FLAGS } from '../cli/get/get-flags.ts';
import { MANIFEST_FLAGS } from '../cli/manifests/manifest-source.ts';
import { goJson } from '../cli/print/go-json.ts';
import { withoutManagedFields } from '../cli/print/object-printer.ts';
import { objectLine, resultPrinter } from '../cli/print/result-printer.ts';
import { type FoundObject, findObjects } from '../cli/resources/find-objects.ts';
import { isType } from '../cli/resources/resource-args.ts';
import { targetOf } from '../cli/resources/selection.ts';
import type { Session } from '../cli/session.ts';

const EDIT_FLAGS = {
  ...MANIFEST_FLAGS,
  ...PRINT_FLAGS,
  ...VALIDATE_FLAG,
  selector: text({ char: 'l', summary: 'Label selector.', default: '' }),
  'field-manager': text({ summary: 'Name under which the fields are owned.', default: 'kubectl-edit' }),
  ...LINE_ENDINGS_FLAG,
  'output-patch': bool({ summary: 'Show the patch that is sent.' }),
  'save-config': bool({ summary: 'Remember the object in an annotation, as apply does.' }),
  subresource: text({ summary: 'Edit a sub-resource: status, scale.', default: '' }),
};

type EditFlags = FlagValues<typeof EDIT_FLAGS> & GlobalFlags;

export default class Edit extends BaseCommand {
  static readonly summary = 'Edit objects in your editor.';
  static readonly description =
    'Opens KUBE_EDITOR, EDITOR or vi with the objects as YAML; what changed is sent as a patch when it ends. What the server refuses comes back into the editor; saving nothing ends it.';
  static readonly usage = 'edit (TYPE NAME… | TYPE/NAME… | -f FILE) [flags]';
  static readonly examples = [
    '<%= config.bin %> edit deploy/web',
    '# As JSON, with another editor\nKUBE_EDITOR=nano <%= config.bin %> edit svc web -o json',
  ];
  static readonly flagSet = EDIT_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(EDIT_FLAGS);
    const json = flags.output === 'json' || flags.json;
    checkEditedFormat(flags.output);
    const printer = resultPrinter(flags);
    const session = await this.session(flags);
    const { found, errors } = await findObjects(
      session,
      { ...flags, args, all: isType(args) && flags.selector === '' },
      this.terminal.stdin,
    );
    throwAll(errors);
    if (found.length === 0) throw new CliError('edit cancelled, no objects found');
    const shown = found.map(({ object }) => (flags['show-managed-fields'] ? object : withoutManagedFields(object)));
    const original = editorText(shown, '', json);
    let text = original;
    let failure: Error | undefined;
    for (;;) {
      const edited = await editText(text, {
        extension: json ? 'json' : 'yaml',
        windows: flags['windows-line-endings'],
        env: this.terminal.env,
      });
      if (edited === text && text === original) return this.#cancel('Edit cancelled, no changes made.');
      if (edited === text) return this.#giveUp(failure, text);
      text = edited;
      failure = await this.#send(session, flags, found, shown, edited, printer);
      if (failure === undefined) return;
      text = editorText(editedObjects(edited) ?? shown, rejectedNote(failure), json, edited);
    }
  }

  #cancel(why: string): void {
    this.err(`${why}\n`);
  }

  /** What was refused is kept for the user. */
  async #giveUp(failure: Error | undefined, text: string): Promise<void> {
    if (failure !== undefined) this.err(errorText(failure));
    this.err(`A copy of your changes has been stored to ${JSON.stringify(await keptCopy(text))}\n`);
    throw new CliError('Edit cancelled, no valid changes were saved.');
  }

  /** The failure of the first object that cannot be sent; what was sent before stays. */
  async #send(
    { client }: Session,
    flags: EditFlags,
    found: readonly FoundObject[],
    shown: readonly JsonObject[],
    edited: string,
    printer: ReturnType<typeof resultPrinter>,
  ): Promise<Error | undefined> {
    try {
      const objects = editedObjects(edited);
      if (objects === undefined) return new CliError('The edited file failed validation: it is no YAML');
      const pairs = found.map((each, i) => ({
        each,
        before: shown[i] as JsonObject,
        after: objectNamed(objects, each, i),
      }));
      if (pairs.every(({ before, after }) => equalJson(before, after))) {
        this.#cancel('Edit cancelled, no changes made.');
        return undefined;
      }
      for (const { each, before, after } of pairs) {
        if (equalJson(before, after)) {
          this.out(`${objectLine(before)} skipped\n`);
          continue;
        }
        const next = flags['save-config'] ? withLastApplied(after) : after;
        const { type, patch } = await patchFor(each, before, next);
        if (flags['output-patch']) this.out(`Patch: ${goJson(patch)}\n`);
        const answer = await client.patch<JsonObject>(targetOf(each, flags.subresource), type, goJson(patch), {
          fieldManager: flags['field-manager'],
          fieldValidation: parseValidation(flags.validate),
        });
        this.out(printer(answer, 'edited'));
      }
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }
}

function objectNamed(objects: readonly JsonObject[], { name, resource }: FoundObject, at: number): JsonObject {
  const same = objects.find((object) => {
    return object['kind'] === resource.kind && (object['metadata'] as { name?: string } | undefined)?.name === name;
  });
  const object = same ?? objects[at];
  if (object === undefined) throw new CliError(`the edited file lacks ${resource.resource} ${JSON.stringify(name)}`);
  return object;
}

async function patchFor(
  { resource: { group, version, kind } }: FoundObject,
  before: JsonObject,
  after: JsonObject,
): Promise<{ type: 'strategic' | 'merge'; patch: JsonObject }> {
  const { schemaOfKind, typeNameOfKind } = await import('../api/schema/type-table.ts');
  if (typeNameOfKind(group, version, kind) === undefined)
    return { type: 'merge', patch: createMergePatch(before, after) };
  const patch = threeWayStrategicPatch(schemaOfKind(group, version, kind), before, after, before);
  return { type: 'strategic', patch };
}
