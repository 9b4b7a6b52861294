/** What the rollout commands share: objects by name or label, and patches of their pod templates. */
import { cloneJson, isObject, type JsonObject } from '../../api/object.ts';
import { createMergePatch } from '../../api/patch/merge-patch.ts';
import { BaseCommand } from '../base-command.ts';
import { CliError, throwAll } from '../errors.ts';
import { type FlagValues, text } from '../flags/flag-kinds.ts';
import type { GlobalFlags } from '../flags/global-flags.ts';
import { PRINT_FLAGS } from '../get/get-flags.ts';
import { MANIFEST_FLAGS, namesManifests } from '../manifests/manifest-source.ts';
import { goJson } from '../print/go-json.ts';
import { resultPrinter } from '../print/result-printer.ts';
import { type FoundObject, findObjects } from '../resources/find-objects.ts';
import { resourceText } from '../resources/find-resource.ts';
import { targetOf } from '../resources/selection.ts';
import type { Session } from '../session.ts';

export const ROLLOUT_FLAGS = {
  ...MANIFEST_FLAGS,
  selector: text({ char: 'l', summary: 'Label selector.', default: '' }),
};

export const ROLLOUT_CHANGE_FLAGS = {
  ...ROLLOUT_FLAGS,
  ...PRINT_FLAGS,
  'field-manager': text({ summary: 'Name under which the fields are owned.', default: 'kubectl-rollout' }),
};

export type RolloutFlags = FlagValues<typeof ROLLOUT_FLAGS> & GlobalFlags;

export abstract class RolloutCommand extends BaseCommand {
  /** The objects; none by label is told on stderr. @throws CliError */
  protected async workloads(session: Session, flags: RolloutFlags, args: readonly string[]): Promise<FoundObject[]> {
    if (args.length === 0 && !namesManifests(flags)) throw new CliError('required resource not specified');
    // A type alone means all of it.
    const all = args.length === 1 && !args[0]?.includes('/') && flags.selector === '';
    const { found, errors } = await findObjects(session, { ...flags, args, all }, this.terminal.stdin);
    this.#errors = errors;
    if (found.length === 0 && errors.length === 0) this.err(`No resources found in ${session.namespace} namespace.\n`);
    return found;
  }

  #errors: unknown[] = [];

  /** Tells what could not be read, and what went wrong since. */
  protected finish(errors: readonly unknown[]): void {
    throwAll([...errors, ...this.#errors]);
  }

  /** Changes each object and prints what was done. */
  protected async change(
    flags: FlagValues<typeof ROLLOUT_CHANGE_FLAGS> & GlobalFlags,
    args: readonly string[],
    operation: string,
    change: (copy: JsonObject, found: FoundObject) => void,
  ): Promise<void> {
    const printer = resultPrinter(flags);
    const session = await this.session(flags);
    const errors: unknown[] = [];
    for (const found of await this.workloads(session, flags, args)) {
      try {
        const copy = cloneJson(found.object);
        change(copy, found);
        const patch = createMergePatch(found.object, copy);
        const options = { fieldManager: flags['field-manager'] };
        this.out(printer(await session.client.patch(targetOf(found), 'merge', goJson(patch), options), operation));
      } catch (error) {
        errors.push(error);
      }
    }
    this.finish(errors);
  }
}

/** `deployments.apps "web"` */
export function workloadText({ resource, name }: FoundObject): string {
  return `${resourceText(resource)} ${JSON.stringify(name)}`;
}

/** The pod template of what has one. */
export function podTemplateOf(object: JsonObject): JsonObject | undefined {
  const spec = object['spec'];
  const template = isObject(spec) ? spec['template'] : undefined;
  return isObject(template) ? template : undefined;
}
