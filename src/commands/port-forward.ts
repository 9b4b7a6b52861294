import { BaseCommand } from '../cli/base-command.ts';
import { CliError } from '../cli/errors.ts';
import { duration, list } from '../cli/flags/flag-kinds.ts';
import { untilInterrupted } from '../cli/streams/interruption.ts';
import { resourcePath } from '../client/resource-path.ts';

const FORWARD_FLAGS = {
  address: list({ summary: 'Address to listen on; may be repeated.', default: ['localhost'] }),
  'pod-running-timeout': duration({ summary: 'How long to wait for a pod.', default: 60_000 }),
};

export default class PortForward extends BaseCommand {
  static readonly summary = 'Reach a port of a pod on this machine.';
  static readonly usage = 'port-forward TYPE/NAME [LOCAL:]REMOTE… [flags]';
  static readonly examples = [
    '<%= config.bin %> port-forward web-1 8080:80',
    '# A free port of this machine, a named one of the service\n<%= config.bin %> port-forward svc/web :http',
  ];
  static readonly flagSet = FORWARD_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(FORWARD_FLAGS);
    const [name, ...ports] = args;
    if (name === undefined || ports.length === 0) {
      throw this.usageError('TYPE/NAME and list of ports are required for port-forward');
    }
    const session = await this.session(flags);
    const [{ namedObject, podsOf }, { forwardedPorts }, { forwardPorts }] = await Promise.all([
      import('../cli/streams/pod-argument.ts'),
      import('../cli/streams/forwarded-ports.ts'),
      import('../cli/streams/port-forwarder.ts'),
    ]);
    const target = await namedObject(session, name);
    const [pod = {}] = await podsOf(session, target, { verb: 'attach to', waitMs: flags['pod-running-timeout'] });
    const isService = target.resource.kind === 'Service' && target.resource.group === '';
    const wanted = forwardedPorts(ports, pod, target.object, isService);
    const phase = pod.status?.phase;
    if (phase !== 'Running') {
      throw new CliError(`unable to forward port because pod is not running. Current status=${phase}`);
    }
    const { namespace = '', name: podName = '' } = pod.metadata ?? {};
    const path = resourcePath({
      group: '',
      version: 'v1',
      resource: 'pods',
      namespace,
      name: podName,
      subresource: 'portforward',
    });
    const options = {
      config: session.config,
      path,
      addresses: flags.address,
      note: (line: string) => this.out(line),
      fail: (line: string) => this.err(line),
    };
    await untilInterrupted(this.terminal, (signal) => forwardPorts(wanted, options, signal));
  }
}
