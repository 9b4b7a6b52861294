import type { JsonObject } from '../../api/object.ts';
import type { SelfSubjectReview } from '../../api/types/authentication-v1.ts';
import type { OfflineIdentity } from '../../cli/auth/offline-identity.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { CliError } from '../../cli/errors.ts';
import { bool, type FlagValues } from '../../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../../cli/flags/global-flags.ts';
import { PRINT_FLAGS } from '../../cli/get/get-flags.ts';

const WHOAMI_FLAGS = {
  offline: bool({ summary: 'Do not ask the server: read the certificate or token of the kubeconfig.' }),
  ...PRINT_FLAGS,
};

type WhoamiFlags = FlagValues<typeof WHOAMI_FLAGS> & GlobalFlags;

export default class Whoami extends BaseCommand {
  static readonly summary = 'Who does the server say I am?';
  static readonly description =
    'Asks the server. With --offline, or with a FILE that is a certificate, a kubeconfig or a token (- is stdin), it says whom a server will see that trusts the issuer.';
  static readonly usage = 'auth whoami [FILE] [flags]';
  static readonly examples = [
    '# Ask the server\n<%= config.bin %> auth whoami',
    '# Without a server: what the credentials of the kubeconfig say\n<%= config.bin %> auth whoami --offline',
    '# A file: certificate, kubeconfig or token\n<%= config.bin %> auth whoami alice.crt\n<%= config.bin %> auth whoami alice.yaml',
    '# A token\n<%= config.bin %> token create cart -n shop | <%= config.bin %> auth whoami -',
    '# As somebody else\n<%= config.bin %> auth whoami --as jane --as-group dev -o json',
  ];
  static readonly flagSet = WHOAMI_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(WHOAMI_FLAGS);
    const [file, ...more] = args;
    if (more.length > 0) throw this.usageError(`unexpected arguments: [${more.join(' ')}]`);
    const output = flags.output || (flags.json ? 'json' : '');
    const { resultPrinter } = await import('../../cli/print/result-printer.ts');
    const printer = output === '' ? undefined : resultPrinter(flags, 'none', true);
    const review = file === undefined && !flags.offline ? await this.#online(flags) : await this.#offline(flags, file);
    if (printer !== undefined) return this.out(printer(review as JsonObject, ''));
    const { identityText } = await import('../../cli/auth/access-review.ts');
    this.out(identityText(review));
  }

  async #online(flags: WhoamiFlags): Promise<SelfSubjectReview> {
    const { selfReview } = await import('../../cli/auth/access-review.ts');
    return selfReview((await this.session(flags)).client);
  }

  async #offline(flags: WhoamiFlags, file: string | undefined): Promise<SelfSubjectReview> {
    const { offlineIdentity } = await import('../../cli/auth/offline-identity.ts');
    const identity =
      file === undefined ? await offlineIdentity((await this.session(flags)).config) : await this.#ofFile(flags, file);
    if (identity === undefined) {
      throw new CliError('the credentials do not say who they are for: only the server knows');
    }
    this.err(`from the ${identity.source}\n`);
    return {
      kind: 'SelfSubjectReview',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: {},
      status: { userInfo: identity.user },
    };
  }

  async #ofFile(flags: WhoamiFlags, file: string): Promise<OfflineIdentity | undefined> {
    const { credentialOf, readCredential } = await import('../../cli/auth/credential-file.ts');
    const credential = credentialOf(await readCredential(file, this.terminal.stdin), file);
    if (credential.kind !== 'kubeconfig') return credential.identity;
    if (file === '-') throw new CliError('a kubeconfig cannot come from stdin: name the file');
    const { offlineIdentity } = await import('../../cli/auth/offline-identity.ts');
    return offlineIdentity((await this.session({ ...flags, kubeconfig: file })).config);
  }
}
