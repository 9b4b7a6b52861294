import type { JsonObject } from '../../api/object.ts';
import { CliError } from '../../cli/errors.ts';
import { text } from '../../cli/flags/flag-kinds.ts';
import type { Session } from '../../cli/session.ts';
import { chosenContainers, requirePodSpec } from '../../cli/set/pod-spec.ts';
import { type Amounts, resourceAmounts, setAmounts } from '../../cli/set/resource-amounts.ts';
import { localNeedsFiles, SET_FLAGS, SET_SELECTOR_FLAG, SetCommand } from '../../cli/set/set-command.ts';

const RESOURCES_FLAGS = {
  ...SET_FLAGS,
  ...SET_SELECTOR_FLAG,
  containers: text({ char: 'c', summary: 'Which containers; * stands for any text.', default: '*' }),
  limits: text({ summary: 'What a container may use at most: cpu=200m,memory=512Mi.', default: '' }),
  requests: text({ summary: 'What is kept free for a container: cpu=100m,memory=256Mi.', default: '' }),
};

export default class SetResources extends SetCommand {
  static readonly summary = 'Set what containers may use, and what is kept free for them.';
  static readonly description =
    'Of pods and of everything with a pod template. A request that is not given becomes the limit.';
  static readonly usage = 'set resources (TYPE NAME… | TYPE/NAME… | -f FILE) [--limits=…] [--requests=…] [flags]';
  static readonly examples = [
    '<%= config.bin %> set resources deploy/web --limits=cpu=200m,memory=512Mi --requests=cpu=100m,memory=256Mi',
    '# One container only\n<%= config.bin %> set resources deploy/web -c app --limits=memory=1Gi',
    '# Look at the result first\n<%= config.bin %> set resources -f app.yaml --limits=cpu=1 --local -o yaml',
  ];
  static readonly flagSet = RESOURCES_FLAGS;
  #session: Promise<Session> | undefined;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(RESOURCES_FLAGS);
    const dryRun = this.dryRun(flags);
    if (flags.local && args.length > 0) throw localNeedsFiles();
    const open = (): Promise<Session> => (this.#session ??= this.session(flags));
    const targets = await this.targets({ ...flags, all: flags.all && flags.selector === '' }, args, open);
    if (flags.all && flags.selector !== '') throw new CliError('cannot set --all and --selector at the same time');
    if (flags.limits === '' && flags.requests === '') {
      throw new CliError('you must specify an update to requests or limits (in the form of --requests/--limits)');
    }
    const [limits, requests] = [resourceAmounts(flags.limits), resourceAmounts(flags.requests)];
    const missing: CliError[] = [];
    const change = {
      operation: 'resource requirements updated',
      failure: 'failed to patch resources update to pod template ',
      change(copy: JsonObject): void {
        if (!changed(copy, flags.containers, limits, requests)) missing.push(noContainer(flags.containers));
      },
    };
    await this.applyChange(flags, dryRun, targets, change, open, missing);
  }
}

/** @returns whether there were containers to change */
function changed(copy: JsonObject, pattern: string, limits: Amounts, requests: Amounts): boolean {
  const { containers, initContainers } = chosenContainers(requirePodSpec(copy), pattern);
  const all = [...containers, ...initContainers];
  for (const container of all) setAmounts(container, limits, requests);
  return all.length > 0;
}

function noContainer(pattern: string): CliError {
  return new CliError(`error: unable to find container named ${pattern}`);
}
