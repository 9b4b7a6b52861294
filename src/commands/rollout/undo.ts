import { equalJson, type JsonObject } from '../../api/object.ts';
import { DRY_RUN_FLAG, type DryRun, parseDryRun, withDryRun } from '../../cli/dry-run.ts';
import { CliError } from '../../cli/errors.ts';
import { integer } from '../../cli/flags/flag-kinds.ts';
import { PRINT_FLAGS } from '../../cli/get/get-flags.ts';
import { goJson } from '../../cli/print/go-json.ts';
import { objectLine, resultPrinter } from '../../cli/print/result-printer.ts';
import type { FoundObject } from '../../cli/resources/find-objects.ts';
import { targetOf } from '../../cli/resources/selection.ts';
import { podTemplateOf, ROLLOUT_FLAGS, RolloutCommand } from '../../cli/rollout/rollout-command.ts';
import { type Revision, revisionsOf, templateText, withoutHash } from '../../cli/rollout/rollout-history.ts';
import type { Session } from '../../cli/session.ts';

const UNDO_FLAGS = {
  ...ROLLOUT_FLAGS,
  ...PRINT_FLAGS,
  ...DRY_RUN_FLAG,
  'to-revision': integer({ summary: 'Which revision; 0 = the one before.', default: 0 }),
};

export default class RolloutUndo extends RolloutCommand {
  static readonly summary = 'Go back to an earlier revision of a workload.';
  static readonly usage = 'rollout undo (TYPE NAME | TYPE/NAME | -f FILE) [--to-revision=N] [flags]';
  static readonly examples = [
    '<%= config.bin %> rollout undo deploy/web',
    '# Which ones are there? Back to one of them\n<%= config.bin %> rollout history deploy/web\n<%= config.bin %> rollout undo deploy/web --to-revision=3',
  ];
  static readonly flagSet = UNDO_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(UNDO_FLAGS);
    const dryRun = parseDryRun(flags['dry-run'], (warning) => this.err(warning));
    const printer = resultPrinter(flags, dryRun);
    const session = await this.session(flags);
    const errors: unknown[] = [];
    for (const found of await this.workloads(session, flags, args)) {
      try {
        const revisions = await revisionsOf(session.client, await session.discovery(), found, 'rollbacker');
        const patch = undoPatch(found, revisions, flags['to-revision']);
        const wanted = chosen(revisions, flags['to-revision']);
        if (dryRun === 'client' && wanted !== undefined && !flags.output && !flags.json) {
          this.out(`${objectLine(found.object)} ${withDryRun(templateText(wanted), dryRun)}\n`);
        } else if (patch === undefined)
          this.out(
            `${objectLine(found.object)} skipped rollback (current template already matches revision ${flags['to-revision'] || previous(revisions)?.number})\n`,
          );
        else this.out(printer(await send(session, found, patch, dryRun), 'rolled back'));
      } catch (error) {
        errors.push(error);
      }
    }
    this.finish(errors);
  }
}

function previous(revisions: readonly Revision[]): Revision | undefined {
  return revisions.at(-2);
}

function chosen(revisions: readonly Revision[], to: number): Revision | undefined {
  return to === 0 ? previous(revisions) : revisions.find(({ number }) => number === to);
}

/** undefined: it is that revision already. @throws CliError when there is no such revision */
function undoPatch(
  { resource, name, object }: FoundObject,
  revisions: readonly Revision[],
  to: number,
): JsonObject | undefined {
  const wanted = chosen(revisions, to);
  if (wanted === undefined) {
    if (to !== 0) throw new CliError(`unable to find specified revision ${to} in history`);
    if (resource.kind !== 'Deployment') throw new CliError('no last revision to roll back to');
    throw new CliError(`no rollout history found for deployment ${JSON.stringify(name)}`);
  }
  if ((object['spec'] as { paused?: boolean }).paused) {
    throw new CliError(
      `you cannot rollback a paused deployment; resume it first with 'kctl rollout resume' and try again`,
    );
  }
  if (wanted.template === undefined) return wanted.patch ?? {};
  if (equalJson(withoutHash(podTemplateOf(object) ?? {}), wanted.template)) return undefined;
  return { spec: { template: { $patch: 'replace', ...wanted.template } } };
}

async function send({ client }: Session, found: FoundObject, patch: JsonObject, dryRun: DryRun): Promise<JsonObject> {
  if (dryRun === 'client') return found.object;
  return client.patch<JsonObject>(targetOf(found), 'strategic', goJson(patch), {
    fieldManager: 'kubectl-rollout',
    dryRun: dryRun === 'server',
  });
}
