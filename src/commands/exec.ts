import { CliError } from '../cli/errors.ts';
import { bool, duration, text } from '../cli/flags/flag-kinds.ts';
import { StreamCommand } from '../cli/streams/stream-command.ts';

const EXEC_FLAGS = {
  container: text({ char: 'c', summary: 'Container; without one, the first.', default: '' }),
  'pod-running-timeout': duration({ summary: 'How long to wait for a pod.', default: 60_000 }),
  quiet: bool({ char: 'q', summary: 'Only what the command writes.' }),
  stdin: bool({ char: 'i', summary: 'Send the standard input.' }),
  tty: bool({ char: 't', summary: 'The input is a terminal.' }),
};

export default class Exec extends StreamCommand {
  static readonly summary = 'Run a command in a container.';
  static readonly description = 'Its exit code is that of the command.';
  static readonly usage = 'exec (POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [ARGUMENT…]';
  static readonly examples = [
    '<%= config.bin %> exec web-1 -- date',
    '# A shell\n<%= config.bin %> exec -it web-1 -c app -- sh',
    '# Through a pipe\ntar cf - . | <%= config.bin %> exec -i deploy/web -- tar xf - -C /srv',
  ];
  static readonly flagSet = EXEC_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args, dash } = await this.line(EXEC_FLAGS);
    const before = dash === undefined ? args : args.slice(0, dash);
    const command = dash === undefined ? [] : args.slice(dash);
    const [name] = before;
    if (name === undefined) throw new CliError('pod, type/name or --filename must be specified');
    if (before.length > 1) {
      throw this.usageError('exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead');
    }
    if (command.length === 0) throw new CliError('you must specify at least one command for the container');
    const session = await this.session(flags);
    const pod = await this.pod(session, flags, name, 'cannot exec into a container in a completed pod');
    const container = this.container(pod, flags);
    await this.stream(session, pod, 'exec', { container, command, stdin: flags.stdin, tty: this.tty(flags) });
  }
}
