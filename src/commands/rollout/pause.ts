import { CliError } from '../../cli/errors.ts';
import { ROLLOUT_CHANGE_FLAGS, RolloutCommand, workloadText } from '../../cli/rollout/rollout-command.ts';

export default class RolloutPause extends RolloutCommand {
  static readonly summary = 'Keep a deployment from rolling out changes.';
  static readonly usage = 'rollout pause (TYPE NAME… | TYPE/NAME… | -f FILE) [flags]';
  static readonly examples = [
    '<%= config.bin %> rollout pause deploy/web',
    '# Change several things, then let them out at once\n<%= config.bin %> rollout pause deploy/web\n<%= config.bin %> set image deploy/web web=web:2\n<%= config.bin %> rollout resume deploy/web',
  ];
  static readonly flagSet = ROLLOUT_CHANGE_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(ROLLOUT_CHANGE_FLAGS);
    await this.change(flags, args, 'paused', (object, found) => {
      const spec = object['spec'] as { paused?: boolean } | undefined;
      if (found.resource.group !== 'apps' || found.resource.kind !== 'Deployment') {
        throw new CliError(`${workloadText(found)} pausing is not supported`);
      }
      if (spec?.paused) throw new CliError(`${workloadText(found)} is already paused`);
      object['spec'] = { ...spec, paused: true };
    });
  }
}
