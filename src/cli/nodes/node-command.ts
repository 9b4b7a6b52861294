/** What cordon, uncordon and drain share: the nodes that are meant, and whether pods may be scheduled there. */
import { cloneJson, isObject, type JsonObject } from '../../api/object.ts';
import { BaseCommand } from '../base-command.ts';
import { DRY_RUN_FLAG, type DryRun, withDryRun } from '../dry-run.ts';
import { CliError, messageOf, throwAll } from '../errors.ts';
import { type FlagValues, text } from '../flags/flag-kinds.ts';
import type { GlobalFlags } from '../flags/global-flags.ts';
import { patchFound } from '../patch/two-way-patch.ts';
import { type FoundObject, findObjects } from '../resources/find-objects.ts';
import { objectText } from '../resources/find-resource.ts';
import type { Session } from '../session.ts';

export const NODE_FLAGS = {
  ...DRY_RUN_FLAG,
  selector: text({ char: 'l', summary: 'Label selector of the nodes.', default: '' }),
};

export type NodeFlags = FlagValues<typeof NODE_FLAGS> & GlobalFlags;

export abstract class NodeCommand extends BaseCommand {
  /** @throws UsageError for no node, and for nodes by name and label */
  protected checkNodes(flags: NodeFlags, args: readonly string[], given: ReadonlySet<string>): void {
    if (args.length === 0 && !given.has('selector')) throw this.usageError(`USAGE: ${this.id} NODE [flags]`);
    if (args.length > 0 && flags.selector !== '') {
      throw this.usageError('cannot specify both a node name and a --selector option');
    }
  }

  /** All of them, or the first error. */
  protected async nodes(session: Session, flags: NodeFlags, args: readonly string[]): Promise<FoundObject[]> {
    const slashed = args.some((arg) => arg.includes('/'));
    const words = slashed ? args.map((arg) => (arg.includes('/') ? arg : `nodes/${arg}`)) : ['nodes', ...args];
    const all = args.length === 0 && flags.selector === '';
    const { found, errors } = await findObjects(
      session,
      { ...flags, all, recursive: false, args: words },
      this.terminal.stdin,
    );
    throwAll(errors.slice(0, 1));
    for (const { resource } of found) {
      const { group, version, resource: plural } = resource;
      if (group === '' && plural === 'nodes') continue;
      throw new CliError(
        `error: expected resource of type node, got ${JSON.stringify(`${group}/${version}, Resource=${plural}`)}`,
      );
    }
    return found;
  }

  /** Goes on when the server refuses one, and tells. */
  protected async setSchedulable(
    { client }: Session,
    flags: NodeFlags,
    nodes: readonly FoundObject[],
    schedulable: boolean,
    dryRun: DryRun,
  ): Promise<void> {
    const verb = schedulable ? 'uncordon' : 'cordon';
    for (const node of nodes) {
      const next = withSchedulable(node.object, schedulable);
      if (next === undefined) {
        this.done(flags, node, `already ${verb}ed`, dryRun);
        continue;
      }
      try {
        if (dryRun !== 'client') await patchFound(client, node, next, { dryRun: dryRun === 'server' });
        this.done(flags, node, `${verb}ed`, dryRun);
      } catch (error) {
        this.err(`error: unable to ${verb} node ${JSON.stringify(node.name)}: ${messageOf(error)}\n`);
      }
    }
  }

  protected done(flags: NodeFlags, { resource, name }: FoundObject, operation: string, dryRun: DryRun): void {
    this.tell(flags, `${objectText(resource, name)} ${withDryRun(operation, dryRun)}\n`);
  }
}

/** A changed copy; undefined when it is so already. */
function withSchedulable(object: JsonObject, schedulable: boolean): JsonObject | undefined {
  const spec = isObject(object['spec']) ? object['spec'] : {};
  if ((spec['unschedulable'] !== true) === schedulable) return undefined;
  const copy = cloneJson(object);
  const { unschedulable: _, ...rest } = spec;
  copy['spec'] = schedulable ? rest : { ...rest, unschedulable: true };
  return copy;
}
