import { existsSync, statSync } from 'node:fs';
import { BaseCommand } from '../../cli/base-command.ts';
import { lifetime } from '../../cli/certs/lifetime.ts';
import type { Renewed, RenewOptions } from '../../cli/certs/renewal.ts';
import { defaultDataDir } from '../../cli/data-directory.ts';
import { CliError } from '../../cli/errors.ts';
import { bool, text } from '../../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../../cli/flags/global-flags.ts';

const RENEW_FLAGS = {
  ca: text({
    summary: 'Directory with the authority that signed it (default: beside the certificate, then the data directory).',
  }),
  ttl: lifetime({ summary: 'How long the new one is valid (default: as long as the old one).' }),
  'keep-key': bool({ summary: 'Keep the key; only the certificate is new.' }),
};

export default class CertsRenew extends BaseCommand {
  static readonly summary = 'Make a certificate anew, in place: same subject, uses and names, new key, new end.';
  static readonly description =
    'A file FILE.crt with FILE.key beside it, a kubeconfig (the rest of it stays as it is), or a directory: everything in it that an authority there has signed. Authorities are not renewed. Programs that use a certificate must read it again: restart kctl serve.';
  static readonly usage = 'certs renew (FILE | DIR | kubeconfig)… [flags]';
  static readonly examples = [
    '<%= config.bin %> certs renew alice.yaml --ca ./pki --ttl 24h',
    '# All of a data directory\n<%= config.bin %> certs renew ~/.local/share/kctl',
  ];
  static readonly flagSet = RENEW_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(RENEW_FLAGS);
    if (args.length === 0) throw this.usageError('you must specify a file, a directory or kubeconfig');
    const { authoritiesBeside } = await import('../../cli/certs/renewal.ts');
    const done: Renewed[] = [];
    for (const target of args) {
      const chosen = flags.ca === undefined ? await authoritiesBeside(target) : await authoritiesBeside(flags.ca);
      const own = flags.ca === undefined ? await authoritiesBeside(defaultDataDir(this.terminal.env)) : [];
      const options = {
        authorities: [...chosen, ...own],
        ttlMs: flags.ttl,
        keepKey: flags['keep-key'],
        now: new Date(),
      };
      done.push(...(await this.#renew(target, flags, options)));
    }
    if (flags.json) return this.out(`${JSON.stringify(done)}\n`);
    const { instant } = await import('../../cli/certs/words.ts');
    for (const { where, subject, notAfter } of done) {
      this.out(`Renewed: ${where} (${subject}), valid until ${instant(notAfter)}\n`);
    }
  }

  async #renew(target: string, flags: GlobalFlags, options: RenewOptions): Promise<Renewed[]> {
    const [
      { renewFile, renewKubeconfig, directoryTargets },
      { findCertificates },
      { kubeconfigOf },
      { loadKubeconfig },
    ] = await Promise.all([
      import('../../cli/certs/renewal.ts'),
      import('../../cli/certs/certificate-sources.ts'),
      import('../../cli/session.ts'),
      import('../../client/kubeconfig.ts'),
    ]);
    if (target === 'kubeconfig' && !existsSync(target)) {
      return renewKubeconfig(await kubeconfigOf(flags, this.terminal.env), options);
    }
    if (!existsSync(target)) throw new CliError(`${target}: no such file or directory`);
    const found = await findCertificates(target);
    const isKubeconfig = found.certificates.some(({ where }) => /^(user|cluster) /.test(where));
    if (!statSync(target).isDirectory()) {
      return isKubeconfig
        ? renewKubeconfig(await loadKubeconfig({ file: target }), options)
        : [await renewFile(target, options)];
    }
    const done: Renewed[] = [];
    for (const file of await directoryTargets(found.certificates)) done.push(await renewFile(file, options));
    const users = found.certificates.filter(({ where }) => where.startsWith('user '));
    for (const file of new Set(users.map(({ where }) => where.replace(/^user ".*" of /, '')))) {
      done.push(...(await renewKubeconfig(await loadKubeconfig({ file }), options)));
    }
    return done;
  }
}
