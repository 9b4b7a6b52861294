import { DENY } from '../../cli/certs/decide-request.ts';
import { DECISION_FLAGS, DecisionCommand } from '../../cli/certs/decision-command.ts';

export default class CertificateDeny extends DecisionCommand {
  static readonly summary = 'Deny requests for certificates.';
  static readonly usage = 'certificate deny (NAME… | -f FILE) [flags]';
  static readonly examples = ['<%= config.bin %> certificate deny alice-x7k2p'];
  static readonly flagSet = DECISION_FLAGS;

  protected run(): Promise<void> {
    return this.decide(DENY);
  }
}
