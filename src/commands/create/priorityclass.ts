import { GENERATOR_FLAGS, GeneratorCommand } from '../../cli/create/generator-command.ts';
import { bool, integer, text } from '../../cli/flags/flag-kinds.ts';

const FLAGS = {
  value: integer({ summary: 'The priority: higher goes first.', default: 0, bits: 32 }),
  'global-default': bool({ summary: 'For pods that name no class.' }),
  description: text({ summary: 'What the class is for.', default: '' }),
  'preemption-policy': text({
    summary: 'PreemptLowerPriority, or Never to push nobody aside.',
    default: 'PreemptLowerPriority',
  }),
};

export default class CreatePriorityClass extends GeneratorCommand {
  static readonly summary = 'Create a priority class for pods.';
  static readonly usage = 'create priorityclass NAME --value=N [--global-default] [--description=TEXT] [flags]';
  static readonly examples = [
    '<%= config.bin %> create priorityclass high --value=1000 --description="Before everything else"',
    '# First in the queue, but nobody is pushed aside\n<%= config.bin %> create pc patient --value=1000 --preemption-policy=Never',
  ];
  static readonly flagSet = { ...GENERATOR_FLAGS, ...FLAGS };

  protected run(): Promise<void> {
    return this.generate({
      flags: FLAGS,
      failure: 'failed to create priorityclass: ',
      build: (flags, { name }) => ({
        apiVersion: 'scheduling.k8s.io/v1',
        kind: 'PriorityClass',
        metadata: { name },
        value: flags.value,
        ...(flags['global-default'] ? { globalDefault: true } : {}),
        ...(flags.description === '' ? {} : { description: flags.description }),
        preemptionPolicy: flags['preemption-policy'],
      }),
    });
  }
}
