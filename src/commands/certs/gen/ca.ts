import { join, resolve } from 'node:path';
import { BaseCommand } from '../../../cli/base-command.ts';
import { forceFlag, keyTypeFlag } from '../../../cli/certs/gen-flags.ts';
import { DAY_MS, lifetime } from '../../../cli/certs/lifetime.ts';
import { list, text } from '../../../cli/flags/flag-kinds.ts';

const CA_FLAGS = {
  dir: text({ summary: 'Directory for FILE.crt and FILE.key.', default: '.' }),
  file: text({ summary: 'Name of the two files.', default: 'ca' }),
  name: text({ summary: 'Common name of the authority.', default: 'kubernetes-ca' }),
  organization: list({ summary: 'Organization in its name; may be repeated.' }),
  ttl: lifetime({ summary: 'How long it is valid, such as 3650d or 87600h.', default: 3650 * DAY_MS }),
  'key-type': keyTypeFlag,
  force: forceFlag,
};

export default class CertsGenCa extends BaseCommand {
  static readonly summary = 'Make a certificate authority: ca.crt and ca.key.';
  static readonly description =
    'A key (0600) and a certificate that signs itself. Who has the key is every user of the cluster: keep it where only you can read. Nothing is overwritten without --force.';
  static readonly usage = 'certs gen ca [--dir DIR] [flags]';
  static readonly examples = [
    '<%= config.bin %> certs gen ca --dir ./pki',
    '<%= config.bin %> certs gen ca --dir ./pki --name dev-ca --ttl 30d --key-type rsa',
    '<%= config.bin %> certs gen ca --dir ./pki --file front-proxy-ca --name front-proxy-ca',
  ];
  static readonly flagSet = CA_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(CA_FLAGS);
    if (args.length > 0) throw this.usageError(`unexpected arguments: [${args.join(' ')}]`);
    const [files, issue, keys] = await Promise.all([
      import('../../../cli/certs/certificate-files.ts'),
      import('../../../cli/certs/issue.ts'),
      import('../../../cli/certs/keys.ts'),
    ]);
    const directory = resolve(flags.dir);
    const paths = { cert: join(directory, `${flags.file}.crt`), key: join(directory, `${flags.file}.key`) };
    files.refuseToOverwrite(Object.values(paths), flags.force);
    const pair = await keys.makeKeys(flags['key-type']);
    const subject = { commonName: flags.name, organizations: flags.organization ?? [] };
    const cert = await issue.issueAuthority(subject, pair, issue.validFor(new Date(), flags.ttl));
    await files.writePrivate(paths.key, keys.privatePem(pair));
    await files.writePrivate(paths.cert, cert, 0o644);
    if (flags.json) return this.out(`${JSON.stringify(paths)}\n`);
    this.out(`Certificate authority ${JSON.stringify(flags.name)}: ${paths.cert}, ${paths.key}\n`);
    this.out(`Next: kctl certs gen user NAME --ca ${flags.file === 'ca' ? directory : paths.cert}\n`);
  }
}
