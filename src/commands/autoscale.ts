import type { JsonObject } from '../api/object.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { remembered } from '../cli/create/generator-command.ts';
import { DRY_RUN_FLAG, parseDryRun } from '../cli/dry-run.ts';
import { CliError, throwAll } from '../cli/errors.ts';
import { bool, type FlagValues, integer, text } from '../cli/flags/flag-kinds.ts';
import { autoscalerOf } from '../cli/generate/autoscaler.ts';
import { PRINT_FLAGS } from '../cli/get/get-flags.ts';
import { MANIFEST_FLAGS } from '../cli/manifests/manifest-source.ts';
import { resultPrinter } from '../cli/print/result-printer.ts';
import { typedObject } from '../cli/print/typed-object.ts';
import { type FoundObject, findObjects } from '../cli/resources/find-objects.ts';
import { groupVersion } from '../client/resource-path.ts';

const AUTOSCALE_FLAGS = {
  ...MANIFEST_FLAGS,
  ...PRINT_FLAGS,
  ...DRY_RUN_FLAG,
  cpu: text({
    summary: 'Average of the pods to aim at: 70% of their requests, or an amount such as 500m.',
    default: '',
  }),
  'cpu-percent': integer({ summary: 'Use --cpu.', default: -1, hidden: true }),
  'field-manager': text({ summary: 'Name under which the fields are owned.', default: 'kubectl-autoscale' }),
  max: integer({ summary: 'How many pods at most.', default: -1 }),
  memory: text({
    summary: 'Average of the pods to aim at: 60% of their requests, or an amount such as 200Mi.',
    default: '',
  }),
  min: integer({ summary: 'How many pods at least; negative: as the server says.', default: -1 }),
  name: text({ summary: 'Name of the autoscaler; without one, that of the object.', default: '' }),
  'save-config': bool({ summary: 'Remember the object in an annotation, as apply does.' }),
};

type AutoscaleFlags = FlagValues<typeof AUTOSCALE_FLAGS>;

const AUTOSCALERS = { group: 'autoscaling', version: 'v2', resource: 'horizontalpodautoscalers' } as const;

export default class Autoscale extends BaseCommand {
  static readonly summary = 'Let the number of pods follow their load.';
  static readonly description =
    'Makes a HorizontalPodAutoscaler for anything that can be scaled: deployments, replica sets, stateful sets, replication controllers.';
  static readonly usage =
    'autoscale (TYPE NAME… | TYPE/NAME… | -f FILE) --max=N [--min=N] [--cpu=AMOUNT] [--memory=AMOUNT] [flags]';
  static readonly examples = [
    '<%= config.bin %> autoscale deploy/web --min=2 --max=10 --cpu=80%',
    '# By amounts a pod\n<%= config.bin %> autoscale deploy/web --min=3 --max=6 --cpu=500m --memory=200Mi',
    '# Only the manifest\n<%= config.bin %> autoscale deploy/web --max=5 --dry-run=client -o yaml',
  ];
  static readonly flagSet = AUTOSCALE_FLAGS;

  protected async run(): Promise<void> {
    const { flags: line, args, given } = await this.line(AUTOSCALE_FLAGS);
    if (given.has('cpu-percent')) this.err(DEPRECATED);
    if (!given.has('max')) throw new CliError('required flag(s) "max" not set');
    const dryRun = parseDryRun(line['dry-run'], (warning) => this.err(warning));
    checkFlags(line, given);
    const cpu = given.has('cpu-percent') && line['cpu-percent'] >= 0 ? `${line['cpu-percent']}%` : line.cpu;
    const flags = { ...line, cpu };
    const printer = resultPrinter(flags, dryRun, true);
    const session = await this.session(flags);
    const { found, errors: unread } = await findObjects(session, { ...flags, args }, this.terminal.stdin);
    const errors: unknown[] = [];
    for (const each of found) {
      try {
        const namespace = each.namespace ?? session.namespace;
        const wanted = autoscalerFor(each, flags, session.namespaceGiven ? namespace : undefined);
        const object = flags['save-config'] && dryRun !== 'client' ? remembered(wanted) : wanted;
        const options = { fieldManager: flags['field-manager'], dryRun: dryRun === 'server' };
        const made =
          dryRun === 'client'
            ? object
            : await session.client.create<JsonObject>({ ...AUTOSCALERS, namespace }, object, options);
        this.out(printer(typedObject(made), dryRun === 'client' ? 'created' : 'autoscaled'));
      } catch (error) {
        errors.push(error);
      }
    }
    throwAll([...errors, ...unread]);
  }
}

const DEPRECATED =
  "Flag --cpu-percent has been deprecated, Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU).\n";

function checkFlags({ max, min }: AutoscaleFlags, given: ReadonlySet<string>): void {
  if (max < 1) throw new CliError(`--max=MAXPODS is required and must be at least 1, max: ${max}`);
  if (max < min) {
    throw new CliError(`--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${max}, min: ${min}`);
  }
  if (given.has('cpu-percent') && given.has('cpu'))
    throw new CliError('--cpu-percent and --cpu are mutually exclusive');
}

/** @throws CliError for what cannot be scaled */
function autoscalerFor(
  { resource, name }: FoundObject,
  flags: AutoscaleFlags,
  namespace: string | undefined,
): JsonObject {
  if (!resource.subresources.some((each) => each.name === 'scale')) {
    const where = `${resource.group}/${resource.version}, Resource=${resource.resource}`;
    throw new CliError(
      `cannot autoscale a ${resource.kind}: could not find scale subresource for ${where} in discovery information`,
    );
  }
  const target = { apiVersion: groupVersion(resource), kind: resource.kind, name };
  return autoscalerOf({ ...flags, name: flags.name || name, namespace, target });
}
