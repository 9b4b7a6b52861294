import { GenCommand } from '../../../cli/certs/gen-command.ts';
import { GEN_FLAGS, hostFlag } from '../../../cli/certs/gen-flags.ts';

const FLAGS = { ...GEN_FLAGS, host: hostFlag };

export default class CertsGenServer extends GenCommand {
  static readonly summary = 'Make a certificate for a server: a webhook, an extension API server, anything with TLS.';
  static readonly description =
    'Clients look at the alternative names only (--host), never at the name in the subject. Without --host, NAME is the only one.';
  static readonly usage = 'certs gen server NAME [--host NAME|ADDRESS…] [flags]';
  static readonly examples = [
    '# For a webhook behind a Service\n<%= config.bin %> certs gen server hook --host hook.shop.svc,hook.shop.svc.cluster.local --ca ./pki',
    '# For kctl serve --tls-cert-file api.crt --tls-private-key-file api.key\n<%= config.bin %> certs gen server api --host api.example.com,192.0.2.7 --ca ./pki',
  ];
  static readonly flagSet = FLAGS;

  protected run(): Promise<void> {
    return this.generate('server', FLAGS);
  }
}
