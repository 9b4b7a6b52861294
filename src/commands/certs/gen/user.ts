import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BaseCommand } from '../../../cli/base-command.ts';
import { defaultDataDir } from '../../../cli/data-directory.ts';
import { CliError } from '../../../cli/errors.ts';
import { bool, duration, type FlagValues, list, text } from '../../../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../../../cli/flags/global-flags.ts';
import type { KeyedCertificate } from '../../../util/certificates.ts';

const DAY_MS = 86_400_000;

const USER_FLAGS = {
  ca: text({ summary: 'Directory with ca.crt and ca.key (default: the pki folder of the data directory).' }),
  group: list({ summary: 'Group of the user; may be repeated.' }),
  ttl: duration({ summary: 'How long it is valid: 24h, 90m.', default: 365 * DAY_MS }),
  kubeconfig: text({
    summary: 'Write a kubeconfig with everything in it to this file, instead of certificate and key.',
  }),
  dir: text({ summary: 'Directory for NAME.crt and NAME.key.', default: '.' }),
  server: text({
    char: 's',
    summary: 'Address for the kubeconfig (default: that of the admin kubeconfig beside the authority).',
  }),
  force: bool({ summary: 'Overwrite files.' }),
};

type UserFlags = Omit<GlobalFlags, 'kubeconfig' | 'server'> & FlagValues<typeof USER_FLAGS>;

export default class CertsGenUser extends BaseCommand {
  static readonly summary = 'Make a client certificate for a user, or a whole kubeconfig.';
  static readonly description =
    "Kubernetes has no user objects: who signs with the cluster's authority decides. The common name is the user, organizations are the groups. A certificate cannot be taken back before it ends: prefer a short --ttl.";
  static readonly usage = 'certs gen user NAME [--group GROUP…] [--kubeconfig FILE] [flags]';
  static readonly examples = [
    '<%= config.bin %> certs gen user alice --group dev --ttl 24h --kubeconfig alice.yaml',
    '# With an authority of your own: alice.crt and alice.key\n<%= config.bin %> certs gen user alice --ca ./pki',
    '# For another cluster\n<%= config.bin %> certs gen user alice --ca ./pki --server https://api.example.com:6443 --kubeconfig alice.yaml',
  ];
  static readonly flagSet = USER_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(USER_FLAGS);
    const [name = '', ...more] = args;
    if (name === '' || more.length > 0) throw this.usageError('you must specify one name');
    if (flags.ttl <= 0) throw new CliError('--ttl must be longer than nothing');
    const home = flags.ca ?? defaultDataDir(this.terminal.env);
    const { readAuthority, refuseToOverwrite } = await import('../../../cli/certs/certificate-files.ts');
    const paths = this.#paths(flags, name);
    refuseToOverwrite(paths, flags.force);
    const authority = await readAuthority(home);
    const { createCertificate } = await import('../../../util/certificates.ts');
    const subject = { commonName: name, organizations: flags.group ?? [] };
    const fields = { subject, extendedKeyUsages: ['clientAuth'] } as const;
    const certificate = createCertificate(authority, fields, new Date(), flags.ttl / DAY_MS);
    if (flags.kubeconfig === undefined) await this.#writePair(paths, certificate);
    else await this.#writeKubeconfig(flags, { name, home, path: paths[0] as string, authority, certificate });
    await this.#announce(certificate, paths, flags.json);
  }

  #paths(flags: UserFlags, name: string): string[] {
    if (flags.kubeconfig !== undefined) return [resolve(flags.kubeconfig)];
    const base = name.replaceAll(/[^A-Za-z0-9._@-]+/g, '-');
    return [join(resolve(flags.dir), `${base}.crt`), join(resolve(flags.dir), `${base}.key`)];
  }

  async #writePair([certFile = '', keyFile = '']: readonly string[], { cert, key }: KeyedCertificate): Promise<void> {
    const { writePrivate } = await import('../../../cli/certs/certificate-files.ts');
    await writePrivate(keyFile, key);
    await writePrivate(certFile, cert, 0o644);
  }

  async #writeKubeconfig(
    flags: UserFlags,
    made: { name: string; home: string; path: string; authority: KeyedCertificate; certificate: KeyedCertificate },
  ): Promise<void> {
    const [{ userKubeconfig }, { writePrivate }] = await Promise.all([
      import('../../../cli/certs/user-kubeconfig.ts'),
      import('../../../cli/certs/certificate-files.ts'),
    ]);
    const server = flags.server ?? (await serverBeside(made.home));
    const { name: user, authority, certificate } = made;
    await writePrivate(
      made.path,
      userKubeconfig({ server, ca: authority.cert, user, certificate, namespace: flags.namespace }),
    );
  }

  async #announce({ cert }: KeyedCertificate, paths: readonly string[], json: boolean): Promise<void> {
    const { ofCertificate } = await import('../../../cli/auth/offline-identity.ts');
    const { user, source } = ofCertificate(cert);
    if (json) return this.out(`${JSON.stringify({ files: paths, user })}\n`);
    this.out(`Kubernetes will see: user ${JSON.stringify(user.username)}, groups ${(user.groups ?? []).join(', ')}\n`);
    this.out(`By this ${source}\n`);
    for (const path of paths) this.out(`Written: ${path}\n`);
  }
}

/** The server of DIR/admin.kubeconfig, or of the one above a pki folder. @throws CliError */
async function serverBeside(directory: string): Promise<string> {
  const { loadKubeconfig } = await import('../../../client/kubeconfig.ts');
  const files = [join(directory, 'admin.kubeconfig'), join(directory, '..', 'admin.kubeconfig')];
  const file = files.find((path) => existsSync(path));
  const config = file === undefined ? undefined : await loadKubeconfig({ file });
  const [cluster] = config?.clusters.values() ?? [];
  const server = cluster?.value['server'];
  if (typeof server === 'string') return server;
  throw new CliError(
    `no admin.kubeconfig beside ${directory} says where the server is\nTry this: --server https://HOST:PORT`,
  );
}
