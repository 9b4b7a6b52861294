import { CliError } from '../../cli/errors.ts';
import { ROLLOUT_CHANGE_FLAGS, RolloutCommand, workloadText } from '../../cli/rollout/rollout-command.ts';

export default class RolloutResume extends RolloutCommand {
  static readonly summary = 'Let a paused deployment roll out its changes.';
  static readonly usage = 'rollout resume (TYPE NAME… | TYPE/NAME… | -f FILE) [flags]';
  static readonly examples = [
    '<%= config.bin %> rollout resume deploy/web',
    '# By label\n<%= config.bin %> rollout resume deploy -l app=shop',
  ];
  static readonly flagSet = ROLLOUT_CHANGE_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(ROLLOUT_CHANGE_FLAGS);
    await this.change(flags, args, 'resumed', (object, found) => {
      const spec = object['spec'] as { paused?: boolean } | undefined;
      if (found.resource.group !== 'apps' || found.resource.kind !== 'Deployment') {
        throw new CliError(`${workloadText(found)} resuming is not supported`);
      }
      if (!spec?.paused) throw new CliError(`${workloadText(found)} is not paused`);
      const { paused: _, ...rest } = spec;
      object['spec'] = rest;
    });
  }
}
