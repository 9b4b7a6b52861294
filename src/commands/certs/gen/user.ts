import { GenCommand } from '../../../cli/certs/gen-command.ts';
import { CLIENT_FLAGS } from '../../../cli/certs/gen-flags.ts';

export default class CertsGenUser extends GenCommand {
  static readonly summary = 'Make a client certificate for a user, or a whole kubeconfig.';
  static readonly description =
    "Kubernetes has no user objects: who signs with the cluster's authority decides. The common name is the user, organizations are the groups. A certificate cannot be taken back before it ends: prefer a short --ttl.";
  static readonly usage = 'certs gen user NAME [--group GROUP…] [--kubeconfig FILE] [flags]';
  static readonly examples = [
    '<%= config.bin %> certs gen user alice --group dev --ttl 24h --kubeconfig alice.yaml',
    '# With an authority of your own: alice.crt and alice.key\n<%= config.bin %> certs gen user alice --ca ./pki',
    '# For another cluster\n<%= config.bin %> certs gen user alice --ca ./pki --server https://api.example.com:6443 --kubeconfig alice.yaml',
    '# For a browser or a keychain\n<%= config.bin %> certs gen user alice --pkcs12 alice.p12 --password secret',
  ];
  static readonly flagSet = CLIENT_FLAGS;

  protected run(): Promise<void> {
    return this.generate('user', CLIENT_FLAGS);
  }
}
