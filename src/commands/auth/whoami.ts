import type { SelfSubjectReview } from '../../api/types/authentication-v1.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { CliError } from '../../cli/errors.ts';
import { bool, text } from '../../cli/flags/flag-kinds.ts';
import type { Session } from '../../cli/session.ts';

const WHOAMI_FLAGS = {
  offline: bool({ summary: 'Do not ask the server: read the certificate or token.' }),
  output: text({ char: 'o', summary: 'json or yaml.', default: '' }),
};

export default class Whoami extends BaseCommand {
  static readonly summary = 'Who does the server say I am?';
  static readonly usage = 'auth whoami [flags]';
  static readonly examples = [
    '<%= config.bin %> auth whoami',
    '# Without a server: what a certificate or token of the kubeconfig says\n<%= config.bin %> auth whoami --offline',
    '<%= config.bin %> auth whoami --as jane --as-group dev -o json',
  ];
  static readonly flagSet = WHOAMI_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(WHOAMI_FLAGS);
    if (args.length > 0) throw this.usageError(`unexpected arguments: [${args.join(' ')}]`);
    const output = flags.output === '' && flags.json ? 'json' : flags.output;
    if (!['', 'json', 'yaml'].includes(output)) throw new CliError("--output must be 'yaml' or 'json'");
    const session = await this.session(flags);
    const review = flags.offline ? await this.#offline(session) : await this.#online(session);
    if (output === 'json') return this.out(`${JSON.stringify(review, undefined, 4)}\n`);
    const [{ stringifyYaml }, { identityText }] = await Promise.all([
      import('../../api/yaml-writer.ts'),
      import('../../cli/auth/access-review.ts'),
    ]);
    this.out(output === 'yaml' ? stringifyYaml(review) : identityText(review));
  }

  async #online(session: Session): Promise<SelfSubjectReview> {
    const { selfReview } = await import('../../cli/auth/access-review.ts');
    return selfReview(session.client);
  }

  async #offline({ config }: Session): Promise<SelfSubjectReview> {
    const { offlineIdentity } = await import('../../cli/auth/offline-identity.ts');
    const identity = await offlineIdentity(config);
    if (identity === undefined) {
      throw new CliError('the credentials of the kubeconfig do not say who they are for: only the server knows');
    }
    this.err(`from the ${identity.source}\n`);
    return {
      kind: 'SelfSubjectReview',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: {},
      status: { userInfo: identity.user },
    };
  }
}
