import { join, resolve } from 'node:path';
import { BaseCommand } from '../../../cli/base-command.ts';
import { CliError } from '../../../cli/errors.ts';
import { bool, duration, text } from '../../../cli/flags/flag-kinds.ts';

const DAY_MS = 86_400_000;

const CA_FLAGS = {
  dir: text({ summary: 'Directory for ca.crt and ca.key.', default: '.' }),
  name: text({ summary: 'Common name of the authority.', default: 'kubernetes-ca' }),
  ttl: duration({ summary: 'How long it is valid, such as 87600h.', default: 3650 * DAY_MS }),
  force: bool({ summary: 'Overwrite files.' }),
};

export default class CertsGenCa extends BaseCommand {
  static readonly summary = 'Make a certificate authority: ca.crt and ca.key.';
  static readonly description =
    'An ECDSA P-256 key (0600) and a certificate that signs itself. Nothing is overwritten without --force.';
  static readonly usage = 'certs gen ca [--dir DIR] [flags]';
  static readonly examples = [
    '<%= config.bin %> certs gen ca --dir ./pki',
    '<%= config.bin %> certs gen ca --dir ./pki --name dev-ca --ttl 720h',
  ];
  static readonly flagSet = CA_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(CA_FLAGS);
    if (args.length > 0) throw this.usageError(`unexpected arguments: [${args.join(' ')}]`);
    if (flags.ttl <= 0) throw new CliError('--ttl must be longer than nothing');
    const [{ createAuthority }, files] = await Promise.all([
      import('../../../util/certificates.ts'),
      import('../../../cli/certs/certificate-files.ts'),
    ]);
    const directory = resolve(flags.dir);
    const paths = { cert: join(directory, 'ca.crt'), key: join(directory, 'ca.key') };
    files.refuseToOverwrite(Object.values(paths), flags.force);
    const authority = createAuthority(flags.name, new Date(), flags.ttl / DAY_MS);
    await files.writePrivate(paths.key, authority.key);
    await files.writePrivate(paths.cert, authority.cert, 0o644);
    if (flags.json) return this.out(`${JSON.stringify(paths)}\n`);
    this.out(`Certificate authority ${JSON.stringify(flags.name)}: ${paths.cert}, ${paths.key}\n`);
    this.out(`Next: kctl certs gen user NAME --ca ${directory}\n`);
  }
}
