import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { BaseCommand } from '../../../cli/base-command.ts';
import { forceFlag, hostFlag, keyTypeFlag } from '../../../cli/certs/gen-flags.ts';
import { DAY_MS, lifetime } from '../../../cli/certs/lifetime.ts';
import { CliError } from '../../../cli/errors.ts';
import { text } from '../../../cli/flags/flag-kinds.ts';

const ALL_FLAGS = {
  dir: text({ summary: 'Directory for pki/ and admin.kubeconfig: the data directory of kctl serve.' }),
  host: hostFlag,
  server: text({ char: 's', summary: 'Address for the kubeconfig.', default: 'https://127.0.0.1:6443' }),
  ttl: lifetime({ summary: 'How long the certificates are valid.', default: 365 * DAY_MS }),
  'ca-ttl': lifetime({ summary: 'How long the authorities are valid.', default: 3650 * DAY_MS }),
  'key-type': keyTypeFlag,
  force: forceFlag,
};

export default class CertsGenAll extends BaseCommand {
  static readonly summary = 'Make everything that a control plane needs: authorities, certificates, keys, kubeconfig.';
  static readonly description =
    "The layout is kubeadm's: pki/ca.crt, pki/apiserver.crt, pki/front-proxy-ca.crt, pki/sa.key and so on. Names that pods use for the API server, localhost, this machine and the host of --server are always among its names.";
  static readonly usage = 'certs gen all --dir DIR [--host NAME|ADDRESS…] [flags]';
  static readonly examples = [
    '<%= config.bin %> certs gen all --dir ./cluster --host api.example.com\n<%= config.bin %> serve --data-dir ./cluster',
    '<%= config.bin %> certs gen all --dir ./cluster --key-type rsa --ttl 90d',
  ];
  static readonly flagSet = ALL_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(ALL_FLAGS);
    if (args.length > 0) throw this.usageError(`unexpected arguments: [${args.join(' ')}]`);
    if (flags.dir === undefined) throw this.usageError('--dir says where to');
    const url = URL.parse(flags.server ?? '');
    if (url === null) throw new CliError(`--server ${JSON.stringify(flags.server)} is no URL`);
    const [{ clusterPki, clusterPkiFiles }, files, { API_SERVER_HOSTS }] = await Promise.all([
      import('../../../cli/certs/cluster-pki.ts'),
      import('../../../cli/certs/certificate-files.ts'),
      import('../../../cli/certs/profiles.ts'),
    ]);
    const directory = resolve(flags.dir);
    files.refuseToOverwrite(clusterPkiFiles(directory), flags.force);
    const own = url.hostname.replace(/^\[|\]$/g, '');
    const wishes = {
      directory,
      server: url.href.replace(/\/$/, ''),
      hosts: [...new Set([...API_SERVER_HOSTS, hostname(), own, ...(flags.host ?? [])])],
      keyType: flags['key-type'],
      caTtlMs: flags['ca-ttl'],
      ttlMs: Math.min(flags.ttl, flags['ca-ttl']),
    };
    const made = await clusterPki(wishes, new Date());
    for (const { path, content, mode } of made) await files.writePrivate(path, content, mode);
    if (flags.json) return this.out(`${JSON.stringify({ files: made.map(({ path }) => path) })}\n`);
    const { ColumnWriter } = await import('../../../cli/print/columns.ts');
    const rows = made.filter(({ about }) => about !== '').map(({ path, about }) => [path, about]);
    this.out(new ColumnWriter().format(rows));
    this.out(`Next: kctl serve --data-dir ${directory}\n`);
  }
}
