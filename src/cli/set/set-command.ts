/** What the set commands share: objects of the server or of files, one change to each, the difference sent. */
import { cloneJson, equalJson, type JsonObject } from '../../api/object.ts';
import { isStatusError } from '../../api/status-error.ts';
import { BaseCommand } from '../base-command.ts';
import { DRY_RUN_FLAG, type DryRun, parseDryRun } from '../dry-run.ts';
import { CliError, throwAll } from '../errors.ts';
import { bool, type FlagValues, text } from '../flags/flag-kinds.ts';
import type { GlobalFlags } from '../flags/global-flags.ts';
import { PRINT_FLAGS } from '../get/get-flags.ts';
import { MANIFEST_FLAGS, namesManifests } from '../manifests/manifest-source.ts';
import { patchFound } from '../patch/two-way-patch.ts';
import { objectLine, type ResultPrinter, resultPrinter } from '../print/result-printer.ts';
import { typedObject } from '../print/typed-object.ts';
import { type FoundObject, findObjects, localObjects, noResources } from '../resources/find-objects.ts';
import type { Session } from '../session.ts';

export const SET_FLAGS = {
  ...MANIFEST_FLAGS,
  ...PRINT_FLAGS,
  ...DRY_RUN_FLAG,
  all: bool({ summary: 'All objects of the types in the namespace.' }),
  local: bool({ summary: 'Change the objects of the files and print them; no server is asked.' }),
  'field-manager': text({ summary: 'Name under which the fields are owned.', default: 'kubectl-set' }),
};

export const SET_SELECTOR_FLAG = { selector: text({ char: 'l', summary: 'Label selector.', default: '' }) };

export type SetFlags = FlagValues<typeof SET_FLAGS> & GlobalFlags & { readonly selector?: string };

/** An object to change: of the server with its resource, or of a file. */
export interface SetTarget {
  readonly object: JsonObject;
  /** `deployments/web`; of files `deployment.apps/web`. */
  readonly name: string;
  readonly found?: FoundObject;
}

export interface SetChange {
  /** `env updated` */
  readonly operation: string;
  /** Before the server's words when it refuses the patch. */
  readonly failure: string;
  /** Says so also of objects that were like this before. */
  readonly tellsUnchanged?: boolean;
  /** Changes the copy of an object. @throws CliError */
  change(copy: JsonObject): void;
}

export abstract class SetCommand extends BaseCommand {
  /** @throws CliError for flags that exclude one another */
  protected dryRun(flags: Pick<SetFlags, 'dry-run' | 'local'>): DryRun {
    const dryRun = parseDryRun(flags['dry-run'], (warning) => this.err(warning));
    if (flags.local && dryRun === 'server') {
      throw new CliError('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
    }
    return dryRun;
  }

  /** The objects of files, or those that the arguments name. Nothing is changed when one cannot be read. */
  protected async targets(
    flags: SetFlags,
    args: readonly string[],
    open: () => Promise<Session>,
  ): Promise<SetTarget[]> {
    if (flags.local) {
      if (!namesManifests(flags)) throw noResources();
      const objects = await localObjects(flags, this.terminal.stdin);
      return objects.map((object) => ({ object, name: localName(object) }));
    }
    const { found, errors } = await findObjects(await open(), { ...flags, args }, this.terminal.stdin);
    throwAll(errors);
    return found.map((each) => ({ object: each.object, name: `${each.resource.resource}/${each.name}`, found: each }));
  }

  /**
   * Changes one after the other and prints what was done.
   * @param notes filled by the change: what else went wrong
   * @throws what went wrong, each with the object's name
   */
  protected async applyChange(
    flags: SetFlags,
    dryRun: DryRun,
    targets: readonly SetTarget[],
    change: SetChange,
    open: () => Promise<Session>,
    notes: unknown[] = [],
  ): Promise<void> {
    const printer = resultPrinter(flags, dryRun, true);
    const errors: unknown[] = [];
    for (const target of targets) {
      try {
        await this.#changeOne(flags, dryRun, target, change, printer, open);
      } catch (error) {
        errors.push(error);
      }
    }
    throwAll([...notes, ...errors]);
  }

  async #changeOne(
    flags: SetFlags,
    dryRun: DryRun,
    { object, name, found }: SetTarget,
    change: SetChange,
    printer: ResultPrinter,
    open: () => Promise<Session>,
  ): Promise<void> {
    const next = cloneJson(object);
    try {
      change.change(next);
    } catch (error) {
      throw new CliError(`error: ${name} ${(error as Error).message}\n`, { cause: error });
    }
    if (!change.tellsUnchanged && equalJson(next, object)) return;
    const sent =
      found === undefined || dryRun === 'client' ? next : await this.#send(flags, dryRun, found, next, change, open);
    this.out(printer(typedObject(sent), change.operation));
  }

  async #send(
    flags: SetFlags,
    dryRun: DryRun,
    found: FoundObject,
    next: JsonObject,
    { failure }: SetChange,
    open: () => Promise<Session>,
  ): Promise<JsonObject> {
    const { client } = await open();
    try {
      return await patchFound(client, found, next, {
        fieldManager: flags['field-manager'],
        dryRun: dryRun === 'server',
      });
    } catch (error) {
      if (!isStatusError(error)) throw error;
      throw new CliError(`${failure}${error.message}`, { cause: error });
    }
  }
}

/** cli-runtime ends the name of an object of a group with a line break. */
function localName(object: JsonObject): string {
  const line = objectLine(object);
  return line.includes('.') ? `${line}\n` : line;
}

/** With --local objects come from files only. */
export function localNeedsFiles(): CliError {
  return new CliError(
    "you must specify resources by --filename when --local is set.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'",
  );
}
