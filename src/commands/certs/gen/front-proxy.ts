import { GenCommand } from '../../../cli/certs/gen-command.ts';
import { GEN_FLAGS } from '../../../cli/certs/gen-flags.ts';

export default class CertsGenFrontProxy extends GenCommand {
  static readonly summary = 'Make a certificate for a proxy in front of the API server.';
  static readonly description =
    'Who shows it may say who the user is (X-Remote-User, X-Remote-Group). It must be of an authority of its own, never of the one for users: give --ca DIR/front-proxy-ca.crt. NAME must be among --requestheader-allowed-names.';
  static readonly usage = 'certs gen front-proxy NAME --ca FILE [flags]';
  static readonly examples = [
    '<%= config.bin %> certs gen front-proxy front-proxy-client --ca ./pki/front-proxy-ca.crt --dir ./pki',
  ];
  static readonly flagSet = GEN_FLAGS;

  protected run(): Promise<void> {
    return this.generate('front-proxy', GEN_FLAGS);
  }
}
