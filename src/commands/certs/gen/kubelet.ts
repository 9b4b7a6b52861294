import { GenCommand } from '../../../cli/certs/gen-command.ts';
import { CLIENT_FLAGS, hostFlag } from '../../../cli/certs/gen-flags.ts';

const FLAGS = { ...CLIENT_FLAGS, host: hostFlag };

export default class CertsGenKubelet extends GenCommand {
  static readonly summary = 'Make the certificate of a kubelet: system:node:NAME in the group system:nodes.';
  static readonly description =
    'Good as client of the API server (the Node authorizer knows it by this name) and as server on port 10250, for the name of the node and every --host.';
  static readonly usage = 'certs gen kubelet NODE [--host ADDRESS…] [flags]';
  static readonly examples = [
    '<%= config.bin %> certs gen kubelet node-1 --host 10.0.0.11 --ca ./pki --dir ./node-1',
    '<%= config.bin %> certs gen kubelet node-1 --kubeconfig kubelet.conf --server https://10.0.0.5:6443',
  ];
  static readonly flagSet = FLAGS;

  protected run(): Promise<void> {
    return this.generate('kubelet', FLAGS);
  }
}
