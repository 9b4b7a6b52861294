/** What exec and attach share: the pod, its container, the terminal, the WebSocket. */
import type { Pod } from '../../api/types/core-v1.ts';
import { resourcePath, withQuery } from '../../client/resource-path.ts';
import { BaseCommand } from '../base-command.ts';
import { CliError } from '../errors.ts';
import type { GlobalFlags } from '../flags/global-flags.ts';
import type { Session } from '../session.ts';
import { chosenContainer, type NamedObject, onePod } from './pod-argument.ts';
import { remoteCommand } from './remote-command.ts';
import { canBeTty, terminalStreams } from './terminal-session.ts';

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
