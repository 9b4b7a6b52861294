import { CliError } from '../cli/errors.ts';
import { bool, duration, text } from '../cli/flags/flag-kinds.ts';
import { StreamCommand } from '../cli/streams/stream-command.ts';

const ATTACH_FLAGS = {
  container: text({ char: 'c', summary: 'Container; without one, the first.', default: '' }),
  'pod-running-timeout': duration({ summary: 'How long to wait for a pod.', default: 60_000 }),
  quiet: bool({ char: 'q', summary: 'Only what the container writes.' }),
  stdin: bool({ char: 'i', summary: 'Send the standard input.' }),
  tty: bool({ char: 't', summary: 'The input is a terminal.' }),
};

export default class Attach extends StreamCommand {
  static readonly summary = 'Follow the main process of a container, and write to it.';
  static readonly usage = 'attach (POD | TYPE/NAME) [-c CONTAINER] [-i] [-t] [flags]';
  static readonly examples = ['<%= config.bin %> attach web-1', '<%= config.bin %> attach web-1 -c app -it'];
  static readonly flagSet = ATTACH_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(ATTACH_FLAGS);
    const [name, ...more] = args;
    if (name === undefined) throw new CliError('at least 1 argument is required for attach');
    if (more.length > 0)
      throw new CliError(
        `expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw ${args.length}: [${args.join(' ')}]`,
      );
    const session = await this.session(flags);
    const pod = await this.pod(session, flags, name, 'cannot attach a container in a completed pod');
    const container = this.container(pod, flags);
    const tty = this.tty(flags);
    if (!flags.quiet) {
      this.err(
        'All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.\n',
      );
      this.err("If you don't see a command prompt, try pressing enter.\n");
    }
    await this.stream(session, pod, 'attach', { container, stdin: flags.stdin, tty });
  }
}
