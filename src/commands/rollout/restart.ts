import { getOwn, isObject, setOwn } from '../../api/object.ts';
import { formatTime } from '../../api/time.ts';
import { CliError } from '../../cli/errors.ts';
import {
  podTemplateOf,
  ROLLOUT_CHANGE_FLAGS,
  RolloutCommand,
  workloadText,
} from '../../cli/rollout/rollout-command.ts';

const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

export default class RolloutRestart extends RolloutCommand {
  static readonly summary = 'Restart the pods of a workload, one after the other.';
  static readonly description =
    'Writes the time into an annotation of the pod template, so that its controller makes new pods.';
  static readonly usage = 'rollout restart (TYPE NAME… | TYPE/NAME… | TYPE [-l LABELS] | -f FILE) [flags]';
  static readonly examples = [
    '<%= config.bin %> rollout restart deploy/web',
    '# All deployments of the namespace\n<%= config.bin %> rollout restart deploy',
    '# By label\n<%= config.bin %> rollout restart deploy,sts -l app=shop',
  ];
  static readonly flagSet = ROLLOUT_CHANGE_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(ROLLOUT_CHANGE_FLAGS);
    const now = formatTime(Date.now());
    await this.change(flags, args, 'restarted', (object, found) => {
      const template = podTemplateOf(object);
      const { group, kind } = found.resource;
      if (group !== 'apps' || template === undefined || kind === 'ReplicaSet') {
        throw new CliError(`${workloadText(found)} restarting is not supported`);
      }
      if ((object['spec'] as { paused?: boolean }).paused) {
        throw new CliError(`${workloadText(found)} can't restart paused deployment (run rollout resume first)`);
      }
      const metadata = isObject(template['metadata']) ? template['metadata'] : {};
      const annotations = isObject(metadata['annotations']) ? metadata['annotations'] : {};
      if (getOwn(annotations, RESTARTED_AT) === now) {
        throw new CliError(
          `failed to create patch for ${found.name}: if restart has already been triggered within the past second, please wait before attempting to trigger another`,
        );
      }
      setOwn(annotations, RESTARTED_AT, now);
      template['metadata'] = { ...metadata, annotations };
    });
  }
}
