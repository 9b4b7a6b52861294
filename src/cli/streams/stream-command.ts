/** What exec and attach share: the pod, its container, the terminal, the WebSocket. */
import type { Pod } from '../../api/types/core-v1.ts';
import { resourcePath, withQuery } from '../../client/resource-path.ts';
import { BaseCommand } from '../base-command.ts';
import { CliError } from '../errors.ts';
import type { GlobalFlags } from '../flags/global-flags.ts';
import type { Session } from '../session.ts';
import { chosenContainer, type NamedObject, onePod } from './pod-argument.ts';
import { remoteCommand } from './remote-command.ts';
import { hasEnded } from './running-pod.ts';
import { canBeTty, terminalStreams } from './terminal-session.ts';

export const RECORDED =
  'All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.\n';

export interface StreamFlags extends GlobalFlags {
  readonly container: string;
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly quiet: boolean;
  readonly 'pod-running-timeout': number;
}

export abstract class StreamCommand extends BaseCommand {
  /** @throws CliError */
  protected async pod(session: Session, flags: StreamFlags, name: string | NamedObject, ended: string): Promise<Pod> {
    const pod = await onePod(session, name, { verb: 'attach to', waitMs: flags['pod-running-timeout'] });
    const phase = pod.status?.phase;
    if (phase === 'Succeeded' || phase === 'Failed') throw new CliError(`${ended}; current phase is ${phase}`);
    return pod;
  }

  protected container(pod: Pod, flags: StreamFlags): string {
    return flags.container || chosenContainer(pod, (line) => flags.quiet || this.err(line));
  }

  /** A terminal only where there is one. */
  protected tty(flags: StreamFlags): boolean {
    if (!flags.tty) return false;
    const possible = flags.stdin && canBeTty(this.terminal);
    if (!possible) this.err('Unable to use a TTY - input is not a terminal or the right kind of file\n');
    return possible;
  }

  /** Attaches to a pod that was just made, or shows what it wrote when it has ended already. */
  protected async follow(
    session: Session,
    pod: Pod,
    flags: Omit<StreamFlags, 'container'>,
    container: string,
  ): Promise<void> {
    if (hasEnded(pod)) return this.logsOf(session, pod, container);
    const tty = this.tty({ ...flags, container });
    if (!flags.quiet) {
      this.err(RECORDED);
      this.err("If you don't see a command prompt, try pressing enter.\n");
    }
    try {
      await this.stream(session, pod, 'attach', { container, stdin: flags.stdin, tty });
    } catch (error) {
      if (!(error instanceof Error) || error instanceof CliError) throw error;
      const what = `pod/${pod.metadata?.name}`;
      this.err(`warning: couldn't attach to ${what}, falling back to streaming logs: ${error.message}\n`);
      await this.logsOf(session, pod, container);
    }
  }

  /** What a container wrote, to its end. */
  protected async logsOf({ client }: Session, { metadata = {} }: Pod, container: string): Promise<void> {
    const { namespace = '', name: pod = '' } = metadata;
    const { streamLogs } = await import('./log-stream.ts');
    await streamLogs(client, [{ namespace, pod, container }], {
      query: { follow: true },
      follow: true,
      prefix: false,
      ignoreErrors: false,
      maxStreams: 1,
      write: (text) => this.out(text),
      note: (text) => this.err(text),
    });
  }

  protected async stream(
    { config }: Session,
    pod: Pod,
    subresource: 'exec' | 'attach',
    wanted: { container: string; stdin: boolean; tty: boolean; command?: readonly string[] },
  ): Promise<void> {
    const { namespace = '', name = '' } = pod.metadata ?? {};
    const { container, stdin, tty, command } = wanted;
    const path = withQuery(resourcePath({ group: '', version: 'v1', resource: 'pods', namespace, name, subresource }), {
      container,
      command,
      stdin: stdin || undefined,
      stdout: true,
      stderr: !tty || undefined,
      tty: tty || undefined,
    });
    const { streams, restore } = terminalStreams(this.terminal, { stdin, tty });
    try {
      await remoteCommand(config, path, streams);
    } finally {
      restore();
    }
  }
}
