import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { dirname, join } from 'node:path/posix';
import { PassThrough } from 'node:stream';
import type { Pod } from '../api/types/core-v1.ts';
import { copyRequest, type FileSpec } from '../cli/cp/file-spec.ts';
import { tarArchive } from '../cli/cp/tar-writer.ts';
import { unpack } from '../cli/cp/unpack.ts';
import { CliError } from '../cli/errors.ts';
import { bool, type FlagValues, integer, text } from '../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../cli/flags/global-flags.ts';
import type { Session } from '../cli/session.ts';
import { chosenContainer } from '../cli/streams/pod-argument.ts';
import { remoteCommand, type Streams } from '../cli/streams/remote-command.ts';
import { StreamCommand } from '../cli/streams/stream-command.ts';
import { resourcePath, withQuery } from '../client/resource-path.ts';

const CP_FLAGS = {
  container: text({ char: 'c', summary: 'Container; without one, the first.', default: '' }),
  'no-preserve': bool({ summary: 'Do not keep owners and permissions in the container.' }),
  retries: integer({
    summary: 'How often to go on after a broken connection, when copying from a container; negative: always.',
    default: 0,
  }),
};

type CpFlags = FlagValues<typeof CP_FLAGS> & GlobalFlags;

/** Where a command runs. */
interface Place {
  readonly session: Session;
  readonly pod: Pod;
  readonly container: string;
}

export default class Cp extends StreamCommand {
  static readonly summary = 'Copy files to and from containers.';
  static readonly description =
    'The container needs the program tar. Symbolic links are not copied from containers; for them, and for wildcards, use exec with tar.';
  static readonly usage = 'cp (PATH [NAMESPACE/]POD:PATH | [NAMESPACE/]POD:PATH PATH) [-c CONTAINER] [flags]';
  static readonly examples = [
    '# Into a pod\n<%= config.bin %> cp ./site web-1:/srv/site',
    '# Out of a container of another namespace\n<%= config.bin %> cp shop/web-1:/var/log/app.log ./app.log -c app',
    '# With links and owners\n<%= config.bin %> exec web-1 -- tar cf - /srv | tar xf - -C ./backup',
  ];
  static readonly flagSet = CP_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(CP_FLAGS);
    const { source, target } = copyRequest(args);
    if (source.pod !== undefined) return this.#fetch(flags, source, target);
    if (!existsSync(source.path)) throw new CliError(`${source.path} doesn't exist in local filesystem`);
    return this.#send(flags, source, target);
  }

  /** A directory that is there gets the source into it. */
  async #send(flags: CpFlags, source: FileSpec, target: FileSpec): Promise<void> {
    const place = await this.#place(flags, target, (line) => this.err(line));
    const isDirectory = await this.#succeeds(place, ['test', '-d', target.path]);
    const path = isDirectory ? join(target.path, basename(source.path)) : target.path;
    const keep = flags['no-preserve'] ? ['--no-same-permissions', '--no-same-owner'] : [];
    const command = ['tar', ...keep, '-xmf', '-', '-C', dirname(path)];
    await this.#execute(place, command, {
      stdin: tarArchive(source.path, basename(path)),
      stdout: (bytes) => this.out(bytes.toString('utf8')),
    });
  }

  async #fetch(flags: CpFlags, source: FileSpec, target: FileSpec): Promise<void> {
    // What tar and exec say about an archive goes to stdout, as kubectl has it.
    const place = await this.#place(flags, source, (line) => this.out(line));
    const archive = new PassThrough();
    const stop = new AbortController();
    const received = this.#receive(flags, place, source.path, archive, stop.signal);
    const { namespace, name } = place.pod.metadata ?? {};
    const hint = `kctl exec -n ${JSON.stringify(namespace)} ${JSON.stringify(name)} -- tar cf - ${JSON.stringify(source.path)} | tar xf -`;
    try {
      await unpack(archive, {
        source: source.path,
        target: target.path,
        hint,
        warn: (line) => this.err(line),
      });
    } catch (error) {
      stop.abort();
      await received.catch(() => {});
      throw error;
    }
    archive.resume();
    await received;
  }

  /** The archive, from where the connection broke when there are retries. */
  async #receive(
    { retries }: CpFlags,
    place: Place,
    path: string,
    archive: PassThrough,
    signal: AbortSignal,
  ): Promise<void> {
    let bytes = 0;
    for (let tried = 0; ; tried++) {
      try {
        await this.#execute(place, fetchCommand(path, retries !== 0, tried === 0 ? 0 : bytes + 1), {
          signal,
          stderr: (chunk) => this.out(chunk.toString('utf8')),
          stdout(chunk) {
            bytes += chunk.length;
            return archive.write(chunk) ? undefined : once(archive, 'drain', { signal });
          },
        });
        archive.end();
        return;
      } catch (error) {
        const again = !signal.aborted && !(error instanceof CliError) && (retries < 0 || tried < retries);
        if (!again) {
          archive.end();
          throw error;
        }
        this.out(`Resuming copy at ${bytes} bytes, retry ${tried + 1}/${retries}\n`);
      }
    }
  }

  async #place(flags: CpFlags, { pod: name = '', namespace }: FileSpec, tell: (line: string) => void): Promise<Place> {
    const opened = await this.session(flags);
    const session = namespace === undefined ? opened : { ...opened, namespace };
    const options = { ...flags, stdin: false, tty: false, quiet: false, 'pod-running-timeout': 0 };
    const pod = await this.pod(session, options, name, 'cannot exec into a container in a completed pod');
    return { session, pod, container: flags.container || chosenContainer(pod, tell) };
  }

  async #succeeds(place: Place, command: readonly string[]): Promise<boolean> {
    try {
      await this.#execute(place, command, { stdout: () => {}, stderr: () => {} });
      return true;
    } catch {
      return false;
    }
  }

  #execute(
    { session, pod, container }: Place,
    command: readonly string[],
    streams: Omit<Streams, 'stderr'> & Partial<Pick<Streams, 'stderr'>>,
  ): Promise<void> {
    const { namespace = '', name = '' } = pod.metadata ?? {};
    const path = resourcePath({ group: '', version: 'v1', resource: 'pods', namespace, name, subresource: 'exec' });
    const query = { container, command, stdin: streams.stdin && true, stdout: true, stderr: true };
    return remoteCommand(session.config, withQuery(path, query), {
      stderr: (bytes) => this.err(bytes.toString('utf8')),
      ...streams,
    });
  }
}

/** @param from the first byte that is still missing, from 1; 0 is all of it */
function fetchCommand(path: string, resumable: boolean, from: number): string[] {
  if (!resumable) return ['tar', 'cf', '-', path];
  const word = /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
  return ['sh', '-c', `tar cf - ${word} | tail -c+${from}`];
}
