import type { KubeObject } from '../api/object.ts';
import { CliError } from '../cli/errors.ts';
import { bool, duration, text, texts } from '../cli/flags/flag-kinds.ts';
import type { Session } from '../cli/session.ts';
import type { NamedObject } from '../cli/streams/pod-argument.ts';
import { StreamCommand } from '../cli/streams/stream-command.ts';

const EXEC_FLAGS = {
  container: text({ char: 'c', summary: 'Container; without one, the first.', default: '' }),
  filename: texts({ char: 'f', summary: 'File, directory or URL that names the pod.' }),
  'pod-running-timeout': duration({ summary: 'How long to wait for a pod.', default: 60_000 }),
  quiet: bool({ char: 'q', summary: 'Only what the command writes.' }),
  stdin: bool({ char: 'i', summary: 'Send the standard input.' }),
  tty: bool({ char: 't', summary: 'The input is a terminal.' }),
};

export default class Exec extends StreamCommand {
  static readonly summary = 'Run a command in a container.';
  static readonly description = 'Its exit code is that of the command.';
  static readonly usage = 'exec (POD | TYPE/NAME | -f FILE) [-c CONTAINER] [flags] -- COMMAND [ARGUMENT…]';
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
    const files = flags.filename ?? [];
    if (name === undefined && files.length === 0) throw new CliError('pod, type/name or --filename must be specified');
    if (before.length > 1 || (name !== undefined && files.length > 0 && dash === undefined)) {
      throw this.usageError('exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead');
    }
    if (command.length === 0) throw new CliError('you must specify at least one command for the container');
    const session = await this.session(flags);
    const target = name === undefined || files.length > 0 ? await this.#fromFile(session, files, name) : name;
    const pod = await this.pod(session, flags, target, 'cannot exec into a container in a completed pod');
    const container = this.container(pod, flags);
    await this.stream(session, pod, 'exec', { container, command, stdin: flags.stdin, tty: this.tty(flags) });
  }

  /** The one object of the files, as they have it. @throws CliError */
  async #fromFile(session: Session, files: readonly string[], name: string | undefined): Promise<NamedObject> {
    const [{ readManifests }, { resolveManifest }] = await Promise.all([
      import('../cli/manifests/read-manifests.ts'),
      import('../cli/manifests/manifest-selection.ts'),
    ]);
    const manifests = await readManifests(files, { recursive: false, stdin: this.terminal.stdin });
    if (name !== undefined) throw new CliError('resource/name arguments cannot be provided when a path is specified');
    const [manifest] = manifests;
    if (manifest === undefined) throw new CliError('no objects found');
    if (manifests.length > 1) throw new CliError('cannot exec into multiple objects at a time');
    const { object, resource } = resolveManifest(await session.discovery(), manifest, session);
    return { object: object as KubeObject, resource };
  }
}
