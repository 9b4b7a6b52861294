import type { JsonObject } from '../api/object.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { DRY_RUN_FLAG, type DryRun, parseDryRun } from '../cli/dry-run.ts';
import { CliError, throwAll } from '../cli/errors.ts';
import { bool, duration, type FlagValues, integer, text } from '../cli/flags/flag-kinds.ts';
import { PRINT_FLAGS } from '../cli/get/get-flags.ts';
import { MANIFEST_FLAGS } from '../cli/manifests/manifest-source.ts';
import { goJson } from '../cli/print/go-json.ts';
import { resultPrinter } from '../cli/print/result-printer.ts';
import { type FoundObject, findObjects } from '../cli/resources/find-objects.ts';
import { targetOf } from '../cli/resources/selection.ts';
import type { Session } from '../cli/session.ts';
import { waitForObject } from '../cli/wait/wait-for-object.ts';

const SCALE_FLAGS = {
  ...MANIFEST_FLAGS,
  ...PRINT_FLAGS,
  ...DRY_RUN_FLAG,
  all: bool({ summary: 'All objects of the types in the namespace.' }),
  selector: text({ char: 'l', summary: 'Label selector.', default: '' }),
  'current-replicas': integer({ summary: 'Only if there are so many now; -1 = whatever there is.', default: -1 }),
  replicas: integer({ summary: 'How many there are to be.', default: 0 }),
  'resource-version': text({ summary: 'Only if this is the current version of the object.', default: '' }),
  timeout: duration({ summary: 'How long to wait until they are there; 0 = do not wait.', default: 0 }),
};

type ScaleFlags = FlagValues<typeof SCALE_FLAGS>;

interface Scale extends JsonObject {
  readonly metadata: { readonly resourceVersion?: string };
  readonly spec: { readonly replicas?: number };
}

export default class ScaleCommand extends BaseCommand {
  static readonly summary = 'Set how many pods a deployment, replica set, stateful set … has.';
  static readonly description = 'Works on everything with a scale sub-resource, custom resources too.';
  static readonly usage = 'scale --replicas=N (TYPE NAME… | TYPE/NAME… | TYPE --all | -f FILE) [flags]';
  static readonly examples = [
    '<%= config.bin %> scale deploy web --replicas=3',
    '# Only if there are two now\n<%= config.bin %> scale deploy/web --current-replicas=2 --replicas=3',
    '# Several, and wait until they are there\n<%= config.bin %> scale deploy/web sts/db --replicas=2 --timeout=1m',
  ];
  static readonly flagSet = SCALE_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args, given } = await this.line(SCALE_FLAGS);
    if (!given.has('replicas')) throw new CliError('required flag(s) "replicas" not set');
    const dryRun = parseDryRun(flags['dry-run'], (warning) => this.err(warning));
    const printer = resultPrinter(flags, dryRun);
    if (flags.replicas < 0) {
      throw new CliError('The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0');
    }
    const session = await this.session(flags);
    const { found, errors } = await findObjects(session, { ...flags, args }, this.terminal.stdin);
    if (found.length > 1 && flags['resource-version'] !== '') {
      throw new CliError('cannot use --resource-version with multiple resources');
    }
    for (const each of found) {
      await scale(session, each, flags, dryRun);
      this.out(printer(each.object, 'scaled'));
    }
    if (found.length === 0 && errors.length === 0) throw new CliError('no objects passed to scale');
    throwAll(errors);
  }
}

async function scale(session: Session, each: FoundObject, flags: ScaleFlags, dryRun: DryRun): Promise<void> {
  if (dryRun === 'client') return;
  const target = targetOf(each, 'scale');
  const options = { dryRun: dryRun === 'server', fieldManager: 'kubectl-scale' };
  if (flags['current-replicas'] >= 0 || flags['resource-version'] !== '') {
    const current = await session.client.get<Scale>(target);
    checkPreconditions(current, flags);
    const next = { ...current, spec: { ...current.spec, replicas: flags.replicas } };
    await session.client.update(target, next, options);
  } else {
    await session.client.patch(target, 'merge', goJson({ spec: { replicas: flags.replicas } }), options);
  }
  if (flags.timeout > 0 && dryRun === 'none') {
    await waitForObject(
      session.client,
      each,
      flags.timeout,
      (object) => hasReplicas(object, flags.replicas),
      `${JSON.stringify(each.name)} to be synced`,
    );
  }
}

function checkPreconditions({ spec, metadata }: Scale, flags: ScaleFlags): void {
  const { 'current-replicas': wanted, 'resource-version': version } = flags;
  const replicas = spec.replicas ?? 0;
  if (wanted >= 0 && replicas !== wanted) {
    throw new CliError(`Expected replicas to be ${wanted}, was ${replicas}`);
  }
  if (version !== '' && metadata.resourceVersion !== version) {
    throw new CliError(`Expected resource version to be ${version}, was ${metadata.resourceVersion ?? ''}`);
  }
}

function hasReplicas(object: JsonObject, wanted: number): boolean {
  const { generation } = object['metadata'] as { generation?: number };
  const status = (object['status'] ?? {}) as { replicas?: number; observedGeneration?: number };
  return (status.replicas ?? 0) === wanted && (status.observedGeneration ?? 0) >= (generation ?? 0);
}
