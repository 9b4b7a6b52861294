import { APPROVE } from '../../cli/certs/decide-request.ts';
import { DECISION_FLAGS, DecisionCommand } from '../../cli/certs/decision-command.ts';

export default class CertificateApprove extends DecisionCommand {
  static readonly summary = 'Approve requests for certificates.';
  static readonly description =
    'A signer of the cluster then makes the certificate. Look first at what it will allow: kctl describe csr NAME.';
  static readonly usage = 'certificate approve (NAME… | -f FILE) [flags]';
  static readonly examples = ['<%= config.bin %> certificate approve alice-x7k2p'];
  static readonly flagSet = DECISION_FLAGS;

  protected run(): Promise<void> {
    return this.decide(APPROVE);
  }
}
