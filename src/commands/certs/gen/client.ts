import { GenCommand } from '../../../cli/certs/gen-command.ts';
import { CLIENT_FLAGS, hostFlag } from '../../../cli/certs/gen-flags.ts';

const FLAGS = { ...CLIENT_FLAGS, host: hostFlag };

export default class CertsGenClient extends GenCommand {
  static readonly summary = 'Make a client certificate for a program: any name, organizations and alternative names.';
  static readonly usage = 'certs gen client NAME [--group ORGANIZATION…] [--host NAME…] [flags]';
  static readonly examples = [
    '# What kube-scheduler shows to the API server\n<%= config.bin %> certs gen client system:kube-scheduler --kubeconfig scheduler.conf --server https://10.0.0.5:6443',
    '# With a SPIFFE id\n<%= config.bin %> certs gen client billing --host spiffe://example.org/billing --ca ./pki',
  ];
  static readonly flagSet = FLAGS;

  protected run(): Promise<void> {
    return this.generate('client', FLAGS);
  }
}
