import { GENERATOR_FLAGS, GeneratorCommand } from '../../cli/create/generator-command.ts';
import { text } from '../../cli/flags/flag-kinds.ts';

const FLAGS = {
  image: text({ summary: 'Image to run.', default: '' }),
  schedule: text({ summary: "When to run, in cron's words: '0 3 * * *'.", default: '' }),
  restart: text({ summary: 'restartPolicy of the pods: OnFailure (without a word of yours) or Never.', default: '' }),
};

export default class CreateCronJob extends GeneratorCommand {
  static readonly summary = 'Create a cron job from an image and a schedule.';
  static readonly usage = 'create cronjob NAME --image=IMAGE --schedule=CRON [flags] [-- COMMAND [ARG…]]';
  static readonly examples = [
    '# Every night at three\n<%= config.bin %> create cronjob backup --image=backup:1 --schedule="0 3 * * *"',
    '# With a command of its own\n<%= config.bin %> create cj clock --image=busybox --schedule="*/5 * * * *" -- date',
  ];
  static readonly flagSet = { ...GENERATOR_FLAGS, ...FLAGS };

  protected run(): Promise<void> {
    return this.generate({
      flags: FLAGS,
      required: ['image', 'schedule'],
      namespaced: true,
      failure: 'failed to create cronjob: ',
      build: ({ image, schedule, restart }, { name, command }) => {
        const container = { name, image, ...(command.length === 0 ? {} : { command }) };
        const template = { spec: { containers: [container], restartPolicy: restart || 'OnFailure' } };
        return {
          apiVersion: 'batch/v1',
          kind: 'CronJob',
          metadata: { name },
          spec: { schedule, jobTemplate: { metadata: { name }, spec: { template } } },
        };
      },
    });
  }
}
