import { BaseCommand, BIN } from '../cli/base-command.ts';
import type { GlobalFlags } from '../cli/flags/global-flags.ts';
import { wantsColor } from '../cli/io.ts';
import type { Session } from '../cli/session.ts';

interface ServiceList {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly namespace: string; readonly labels?: Record<string, string> };
    readonly spec: { readonly ports?: readonly { readonly name?: string; readonly port: number }[] };
    readonly status?: {
      readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] };
    };
  }[];
}

const LABEL = 'kubernetes.io/cluster-service=true';

export default class ClusterInfo extends BaseCommand {
  static readonly summary = 'Show where the control plane and its services are.';
  static readonly usage = 'cluster-info [flags]';
  static readonly examples = [
    '<%= config.bin %> cluster-info',
    '# Everything about the cluster, as files\n<%= config.bin %> cluster-info dump --output-directory=dump',
  ];
  static readonly flagSet = {};

  protected async run(): Promise<void> {
    const { flags } = await this.line({});
    const session = await this.session(flags);
    if (flags.json) return this.#json(session);
    try {
      await this.#lines(session, flags);
    } finally {
      this.out(`\nTo further debug and diagnose cluster problems, use '${BIN} cluster-info dump'.\n`);
    }
  }

  async #services(session: Session): Promise<readonly ServiceLine[]> {
    const { items } = await session.client.json<ServiceList>('GET', '/api/v1/namespaces/kube-system/services', {
      query: { labelSelector: LABEL },
    });
    const server = session.config.server.replace(/\/$/, '');
    return [{ name: 'Kubernetes control plane', url: server }, ...items.map((item) => serviceLine(item, server))];
  }

  async #json(session: Session): Promise<void> {
    this.out(`${JSON.stringify({ services: await this.#services(session) }, undefined, 2)}\n`);
  }

  async #lines(session: Session, flags: GlobalFlags): Promise<void> {
    const lines = await this.#services(session);
    const color = wantsColor(flags, this.terminal.stdout, this.terminal.env);
    for (const { name, url } of lines) this.out(`${paint(name, 32, color)} is running at ${paint(url, 33, color)}\n`);
  }
}

interface ServiceLine {
  readonly name: string;
  readonly url: string;
}

function serviceLine({ metadata, spec, status }: ServiceList['items'][number], server: string): ServiceLine {
  const name = metadata.labels?.['kubernetes.io/name'] || metadata.name;
  const [ingress] = status?.loadBalancer?.ingress ?? [];
  const [port] = spec.ports ?? [];
  if (ingress !== undefined) {
    const urls = (spec.ports ?? []).map((each) => `http://${ingress.ip || ingress.hostname}:${each.port}`);
    return { name, url: urls.join(' ') };
  }
  const secure = port !== undefined && (port.name === 'https' || port.port === 443);
  const target = `${secure ? 'https:' : ''}${metadata.name}${port?.name ? `:${port.name}` : secure ? ':' : ''}`;
  return { name, url: `${server}/api/v1/namespaces/${metadata.namespace}/services/${target}/proxy` };
}

function paint(text: string, code: number, color: boolean): string {
  return color ? `\u001b[0;${code}m${text}\u001b[0m` : text;
}
