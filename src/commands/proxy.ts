import { stat } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { BaseCommand } from '../cli/base-command.ts';
import { CliError } from '../cli/errors.ts';
import { bool, duration, integer, text } from '../cli/flags/flag-kinds.ts';
import type { FileServer } from '../cli/proxy/static-files.ts';
import { untilInterrupted } from '../cli/streams/interruption.ts';
import { fileErrorText } from '../client/client-error.ts';

const PROXY_FLAGS = {
  'accept-hosts': text({
    summary: 'Hosts that may be asked for.',
    default: '^localhost$,^127\\.0\\.0\\.1$,^\\[::1\\]$',
  }),
  'accept-paths': text({ summary: 'Paths that are handed on.', default: '^.*' }),
  address: text({ summary: 'Address to listen on.', default: '127.0.0.1' }),
  'append-server-path': bool({ summary: 'Put the path of the server in the kubeconfig before that of each request.' }),
  'api-prefix': text({ summary: 'Below which path the API is.', default: '/' }),
  'disable-filter': bool({ summary: 'Hand everything on, from anywhere: dangerous.' }),
  keepalive: duration({ summary: 'How often to probe upgraded connections to the server; 0 = never.', default: 0 }),
  port: integer({ char: 'p', summary: 'Port to listen on; 0 = any that is free.', default: 8001, min: 0, max: 65_535 }),
  'reject-methods': text({ summary: 'Methods that are not handed on.', default: '^$' }),
  'reject-paths': text({
    summary: 'Paths that are not handed on.',
    default: '^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach',
  }),
  'unix-socket': text({ char: 'u', summary: 'Listen on this socket instead.', default: '' }),
  www: text({ char: 'w', summary: 'Serve the files of this directory too.', default: '' }),
  'www-prefix': text({ char: 'P', summary: 'Below which path these files are.', default: '/static/' }),
};

export default class ProxyCommand extends BaseCommand {
  static readonly summary = 'Reach the API server on this machine without credentials: a proxy that adds yours.';
  static readonly description =
    'Who can reach the port is you: it listens on this machine only, and for this machine only.';
  static readonly usage = 'proxy [--port=8001] [--www=DIR] [flags]';
  static readonly examples = [
    '<%= config.bin %> proxy\ncurl localhost:8001/api/v1/namespaces',
    '# With a page of your own at /static/\n<%= config.bin %> proxy --www=dashboard',
    '# Any free port, another prefix\n<%= config.bin %> proxy --port=0 --api-prefix=/k8s/',
  ];
  static readonly flagSet = PROXY_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args, given } = await this.line(PROXY_FLAGS);
    if (args.length > 0) throw this.usageError(`unexpected arguments: [${args.join(' ')}]`);
    if (given.has('port') && flags['unix-socket'] !== '')
      throw new CliError('cannot set --unix-socket and --port at the same time');
    const { config } = await this.session(flags);
    const [{ apiProxy }, { requestFilter }] = await Promise.all([
      import('../cli/proxy/api-proxy.ts'),
      import('../cli/proxy/request-filter.ts'),
    ]);
    const open = flags['disable-filter'];
    if (open) this.err('Warning: --disable-filter lets anybody who reaches the port act as you\n');
    const filter = requestFilter({
      acceptHosts: flags['accept-hosts'],
      acceptPaths: flags['accept-paths'],
      rejectPaths: flags['reject-paths'],
      rejectMethods: flags['reject-methods'],
    });
    const server = apiProxy({
      config,
      filter: open ? () => true : filter,
      apiPrefix: flags['api-prefix'],
      appendServerPath: flags['append-server-path'],
      keepAliveMs: flags.keepalive,
      files: await this.#files(flags.www, flags['www-prefix']),
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(new CliError(`listen: ${error.message}`, { cause: error })));
      if (flags['unix-socket'] === '') server.listen(flags.port, flags.address, resolve);
      else server.listen(flags['unix-socket'], resolve);
    });
    const at = server.address() as AddressInfo | string;
    this.out(`Starting to serve on ${typeof at === 'string' ? at : `${at.address}:${at.port}`}\n`);
    await untilInterrupted(
      this.terminal,
      (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
    );
    server.close();
    server.closeAllConnections();
  }

  async #files(directory: string, prefix: string): Promise<FileServer | undefined> {
    if (directory === '') return undefined;
    const found = await stat(directory).catch((error: unknown) => {
      this.err(`Failed to stat static file directory ${directory}: ${fileErrorText(error, directory)}\n`);
    });
    if (found?.isDirectory() === false) this.err(`Static file directory ${directory} is not a directory\n`);
    const { fileServer } = await import('../cli/proxy/static-files.ts');
    return fileServer(directory, prefix);
  }
}
