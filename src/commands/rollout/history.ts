import { CliError } from '../../cli/errors.ts';
import { integer } from '../../cli/flags/flag-kinds.ts';
import { PRINT_FLAGS } from '../../cli/get/get-flags.ts';
import { ColumnWriter } from '../../cli/print/columns.ts';
import { type ResultPrinter, resultPrinter } from '../../cli/print/result-printer.ts';
import { typedObject } from '../../cli/print/typed-object.ts';
import type { FoundObject } from '../../cli/resources/find-objects.ts';
import { objectText } from '../../cli/resources/find-resource.ts';
import { ROLLOUT_FLAGS, RolloutCommand } from '../../cli/rollout/rollout-command.ts';
import { type Revision, revisionsOf, templateText } from '../../cli/rollout/rollout-history.ts';

const HISTORY_FLAGS = {
  ...ROLLOUT_FLAGS,
  ...PRINT_FLAGS,
  revision: integer({ summary: 'Show the pod template of this revision.', default: 0 }),
};

export default class RolloutHistory extends RolloutCommand {
  static readonly summary = 'Show the revisions of a workload.';
  static readonly usage = 'rollout history (TYPE NAME | TYPE/NAME | -f FILE) [--revision=N] [flags]';
  static readonly examples = [
    '<%= config.bin %> rollout history deploy/web',
    '# What was in it?\n<%= config.bin %> rollout history deploy/web --revision=3',
  ];
  static readonly flagSet = HISTORY_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(HISTORY_FLAGS);
    if (flags.revision < 0) throw new CliError(`revision must be a positive integer: ${flags.revision}`);
    const printer = flags.output === '' ? undefined : resultPrinter(flags, 'none', true);
    const session = await this.session(flags);
    const errors: unknown[] = [];
    for (const each of await this.workloads(session, flags, args)) {
      try {
        const revisions = await revisionsOf(session.client, await session.discovery(), each, 'history');
        this.out(printer === undefined ? historyText(each, revisions, flags) : objects(revisions, flags, printer));
      } catch (error) {
        errors.push(error);
      }
    }
    this.finish(errors);
  }
}

function historyText(
  { resource, name }: FoundObject,
  revisions: readonly Revision[],
  { revision, json }: { revision: number; json: boolean },
): string {
  if (json) return `${JSON.stringify({ name, revisions: revisions.map(plainRevision) }, undefined, 2)}\n`;
  const title = `${objectText(resource, name)} ${revision > 0 ? `with revision #${revision}` : ''}`;
  return `${title}\n${revision > 0 ? oneRevision(revisions, revision) : table(revisions)}`;
}

function plainRevision({ object: _, ...plain }: Revision): Omit<Revision, 'object'> {
  return plain;
}

/** The objects that keep the revisions, one after the other. */
function objects(revisions: readonly Revision[], { revision }: { revision: number }, printer: ResultPrinter): string {
  const wanted = revision === 0 ? revisions : revisions.filter(({ number }) => number === revision);
  if (revision > 0 && wanted.length === 0) throw new CliError('unable to find the specified revision');
  return wanted.map(({ object }) => printer(typedObject(object), '')).join('');
}

function table(revisions: readonly Revision[]): string {
  if (revisions.length === 0) return 'No rollout history found.\n';
  const rows = revisions.map(({ number, changeCause }) => [String(number), changeCause || '<none>']);
  const layout = new ColumnWriter({ minWidth: 0, padding: 2 });
  return `${layout.format([['REVISION', 'CHANGE-CAUSE'], ...rows])}\n`;
}

function oneRevision(revisions: readonly Revision[], number: number): string {
  if (revisions.length === 0) return 'No rollout history found.\n';
  const revision = revisions.find((each) => each.number === number);
  if (revision === undefined) throw new CliError(`unable to find the specified revision`);
  return `${templateText(revision)}\n`;
}
