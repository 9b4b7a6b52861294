import { CliError } from '../../cli/errors.ts';
import { integer } from '../../cli/flags/flag-kinds.ts';
import { ColumnWriter } from '../../cli/print/columns.ts';
import { objectText } from '../../cli/resources/find-resource.ts';
import { ROLLOUT_FLAGS, RolloutCommand } from '../../cli/rollout/rollout-command.ts';
import { type Revision, revisionsOf, templateText } from '../../cli/rollout/rollout-history.ts';

const HISTORY_FLAGS = {
  ...ROLLOUT_FLAGS,
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
    const session = await this.session(flags);
    const found = await this.workloads(session, flags, args);
    for (const each of found) {
      const revisions = await revisionsOf(session.client, await session.discovery(), each, 'history');
      const title = `${objectText(each.resource, each.name)} ${flags.revision > 0 ? `with revision #${flags.revision}` : ''}`;
      const what = flags.revision > 0 ? oneRevision(revisions, flags.revision) : table(revisions);
      if (flags.json) this.out(`${JSON.stringify({ name: each.name, revisions }, undefined, 2)}\n`);
      else this.out(`${title}\n${what}`);
    }
    this.finish([]);
  }
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
