import type { JsonObject } from '../../api/object.ts';
import type { CronJob, Job } from '../../api/types/batch-v1.ts';
import { GENERATOR_FLAGS, GeneratorCommand, type GeneratorContext } from '../../cli/create/generator-command.ts';
import { CliError } from '../../cli/errors.ts';
import { text } from '../../cli/flags/flag-kinds.ts';
import { parseResourceArgs } from '../../cli/resources/resource-args.ts';
import { selectResources, targetOf } from '../../cli/resources/selection.ts';

const FLAGS = {
  image: text({ summary: 'Image to run.', default: '' }),
  from: text({ summary: 'What to copy: cronjob/NAME.', default: '' }),
};

export default class CreateJob extends GeneratorCommand {
  static readonly summary = 'Create a job from an image, or start a cron job now.';
  static readonly usage = 'create job NAME (--image=IMAGE | --from=cronjob/NAME) [flags] [-- COMMAND [ARG…]]';
  static readonly examples = [
    '<%= config.bin %> create job once --image=busybox -- date',
    '# Start a cron job now\n<%= config.bin %> create job backup-now --from=cronjob/backup',
  ];
  static readonly flagSet = { ...GENERATOR_FLAGS, ...FLAGS };

  protected run(): Promise<void> {
    return this.generate({
      flags: FLAGS,
      namespaced: true,
      failure: 'failed to create job: ',
      build: (flags, context) => {
        if ((flags.image === '') === (flags.from === '')) {
          throw new CliError('either --image or --from must be specified');
        }
        if (flags.from !== '' && context.command.length > 0) throw new CliError('cannot specify --from and command');
        return flags.from === '' ? jobOf(context, flags.image) : jobFrom(context, flags.from);
      },
    });
  }
}

function jobOf({ name, command }: GeneratorContext, image: string): JsonObject {
  const container = { name, image, ...(command.length === 0 ? {} : { command }) };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: { template: { spec: { containers: [container], restartPolicy: 'Never' } } },
  };
}

async function jobFrom({ name, namespace, client, discovery }: GeneratorContext, from: string): Promise<JsonObject> {
  const scope = { namespace, allNamespaces: false, selecting: false };
  const [selection] = selectResources(await discovery(), parseResourceArgs([from]), scope);
  if (selection?.name === undefined) throw new CliError('from must be an existing cronjob');
  const source = await (await client()).get<CronJob & JsonObject>(targetOf(selection));
  const { group, kind, version } = selection.resource;
  if (group !== 'batch' || kind !== 'CronJob') throw new CliError(`unknown object type *${version}.${kind}`);
  const template = source.spec?.jobTemplate as { metadata?: JsonObject; spec?: Job['spec'] } | undefined;
  const annotations = template?.metadata?.['annotations'] as JsonObject | undefined;
  const labels = template?.metadata?.['labels'] as JsonObject | undefined;
  const owner = {
    apiVersion: 'batch/v1',
    kind,
    name: source.metadata?.name,
    uid: source.metadata?.uid,
    controller: true,
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      annotations: { 'cronjob.kubernetes.io/instantiate': 'manual', ...annotations },
      ...(labels === undefined ? {} : { labels }),
      ownerReferences: [owner],
    },
    spec: template?.spec ?? {},
  };
}
