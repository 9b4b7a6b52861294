import { isStatusError } from '../api/status-error.ts';
import { canonicalTime } from '../api/time.ts';
import type { Pod } from '../api/types/core-v1.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { CliError } from '../cli/errors.ts';
import { bool, duration, type FlagValues, integer, text } from '../cli/flags/flag-kinds.ts';
import type { Session } from '../cli/session.ts';
import type { LogSource } from '../cli/streams/log-stream.ts';

const LOGS_FLAGS = {
  'all-containers': bool({ summary: 'Those of all containers.' }),
  'all-pods': bool({ summary: 'Those of all pods of TYPE/NAME, with their names in front.' }),
  container: text({ char: 'c', summary: 'Container; without one, the first.', default: '' }),
  follow: bool({ char: 'f', summary: 'Go on with what is written.' }),
  'ignore-errors': bool({ summary: 'With --follow: go on with the others when one fails.' }),
  'insecure-skip-tls-verify-backend': bool({
    summary: 'The API server need not check the certificate of the kubelet.',
  }),
  'limit-bytes': integer({ summary: 'At most so many bytes; 0 = no limit.', default: 0 }),
  'max-log-requests': integer({ summary: 'How many logs are followed at once with a selector.', default: 5 }),
  'pod-running-timeout': duration({ summary: 'How long to wait for a pod.', default: 20_000 }),
  prefix: bool({ summary: 'Each line begins with its pod and container.' }),
  previous: bool({ char: 'p', summary: 'Those of the container that ended last.' }),
  selector: text({ char: 'l', summary: 'Those of all pods with these labels.', default: '' }),
  since: duration({ summary: 'Not older than 5s, 2m, 3h; 0 = everything.', default: 0 }),
  'since-time': text({ summary: 'Not older than this time (RFC 3339).', default: '' }),
  tail: integer({ summary: 'Only so many last lines; -1 = all (10 with a selector).', default: -1 }),
  timestamps: bool({ summary: 'Each line begins with its time.' }),
};

type LogsFlags = FlagValues<typeof LOGS_FLAGS>;

type PodNames = typeof import('../cli/streams/pod-argument.ts');

const SELECTOR_TAIL = 10;

export default class Logs extends BaseCommand {
  static readonly summary = 'Show what containers write.';
  static readonly usage = 'logs (POD | TYPE/NAME | -l SELECTOR) [-c CONTAINER] [-f] [-p] [flags]';
  static readonly examples = [
    '<%= config.bin %> logs web-1',
    '# Of all pods of a deployment, as they come\n<%= config.bin %> logs deploy/web --all-pods -f',
    '# Why did it crash?\n<%= config.bin %> logs web-1 -c app --previous --tail=50',
  ];
  static readonly flagSet = LOGS_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args, given } = await this.line(LOGS_FLAGS);
    this.#check(flags, args);
    const session = await this.session(flags);
    const pods = await this.#pods(session, flags, args[0]);
    checkFlags(flags);
    if (pods.length === 0) return this.err(`No resources found in ${session.namespace} namespace.\n`);
    const tail = !given.has('tail') && flags.selector !== '' ? SELECTOR_TAIL : flags.tail;
    const [{ streamLogs }, names] = await Promise.all([
      import('../cli/streams/log-stream.ts'),
      import('../cli/streams/pod-argument.ts'),
    ]);
    const sources = pods.flatMap((pod) => this.#sources(pod, flags, args[1], names));
    await streamLogs(session.client, sources, {
      query: queryOf(flags, tail),
      follow: flags.follow,
      prefix: flags.prefix || flags['all-pods'],
      ignoreErrors: flags['ignore-errors'],
      maxStreams: flags['max-log-requests'],
      write: (line) => this.out(line),
      note: (line) => this.err(line),
    });
  }

  #check(flags: LogsFlags, args: readonly string[]): void {
    if (args.length > 2 || (args.length === 0 && flags.selector === '')) {
      throw this.usageError(
        "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command",
      );
    }
    if (args.length > 0 && flags.selector !== '')
      throw this.usageError('only a selector (-l) or a POD name is allowed');
    sinceTime(flags);
  }

  async #pods(session: Session, flags: LogsFlags, name: string | undefined): Promise<readonly Pod[]> {
    const { namespace, client } = session;
    if (name === undefined) {
      const target = { group: '', version: 'v1', resource: 'pods', namespace };
      return (await client.list<Pod>(target, { labelSelector: flags.selector })).items;
    }
    const { namedObject, podsOf } = await import('../cli/streams/pod-argument.ts');
    const object = await namedObject(session, name).catch((error: unknown) => {
      if (!isStatusError(error, 'NotFound')) throw error;
      throw new CliError(`error from server (NotFound): ${error.message} in namespace ${JSON.stringify(namespace)}`);
    });
    const pods = await podsOf(session, object, { verb: 'get the logs from', waitMs: flags['pod-running-timeout'] });
    if (flags['all-pods'] || pods.length === 1) return pods;
    this.err(`Found ${pods.length} pods, using pod/${pods[0]?.metadata?.name}\n`);
    return pods.slice(0, 1);
  }

  #sources(pod: Pod, flags: LogsFlags, second: string | undefined, pods: PodNames): LogSource[] {
    const names = pods.containerNames(pod);
    const base = { namespace: pod.metadata?.namespace ?? '', pod: pod.metadata?.name ?? '' };
    if (flags['all-containers']) return names.map((container) => ({ ...base, container }));
    const wanted = flags.container || second || pods.chosenContainer(pod, (line) => this.err(line));
    if (names.includes(wanted)) return [{ ...base, container: wanted }];
    throw new CliError(`container ${wanted} is not valid for pod ${base.pod}`);
  }
}

/** @throws CliError for what is no time */
function sinceTime({ 'since-time': text }: LogsFlags): string | undefined {
  if (text === '') return undefined;
  try {
    return canonicalTime(text) ?? undefined;
  } catch (error) {
    throw new CliError((error as Error).message, { cause: error });
  }
}

/** Once the pods are known, as kubectl does it. @throws CliError */
function checkFlags(flags: LogsFlags): void {
  if (flags['since-time'] !== '' && flags.since !== 0) {
    throw new CliError('at most one of `sinceTime` or `sinceSeconds` may be specified');
  }
  if (flags['all-containers'] && flags.container !== '') {
    throw new CliError('--all-containers=true should not be specified with container name');
  }
  if (flags['limit-bytes'] < 0) throw new CliError('--limit-bytes must be greater than 0');
  if (flags.tail < -1) throw new CliError('--tail must be greater than or equal to -1');
  if (flags.since < 0) throw new CliError('--since must be greater than 0');
}

function queryOf(flags: LogsFlags, tail: number): Record<string, string | number | boolean | undefined> {
  return {
    follow: flags.follow || undefined,
    previous: flags.previous || undefined,
    timestamps: flags.timestamps || undefined,
    sinceSeconds: flags.since === 0 ? undefined : Math.ceil(flags.since / 1000),
    sinceTime: sinceTime(flags),
    tailLines: tail === -1 ? undefined : tail,
    limitBytes: flags['limit-bytes'] || undefined,
    insecureSkipTLSVerifyBackend: flags['insecure-skip-tls-verify-backend'] || undefined,
  };
}
