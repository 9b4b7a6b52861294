import { isStatusError } from '../../api/status-error.ts';
import type { TokenReview, UserInfo } from '../../api/types/authentication-v1.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { CliError, SilentExit } from '../../cli/errors.ts';
import { list } from '../../cli/flags/flag-kinds.ts';
import { openSession } from '../../cli/session.ts';
import type { RestClient } from '../../client/rest-client.ts';

const VERIFY_FLAGS = {
  audience: list({ summary: 'Audience that it must be for; may be repeated. The API server when none is given.' }),
};

interface Verdict {
  readonly accepted: boolean;
  readonly user?: UserInfo;
  readonly problems: readonly string[];
}

export default class TokenVerify extends BaseCommand {
  static readonly summary = 'Does the server accept this token, and as whom? If not: why.';
  static readonly description =
    'Asks by a TokenReview; without the right to, it shows the token to the server as its own. Exit code 1 when it is not accepted.';
  static readonly usage = 'token verify [TOKEN | FILE | -] [flags]';
  static readonly examples = [
    '<%= config.bin %> token verify "$(<%= config.bin %> create token robot)"',
    '<%= config.bin %> token verify token.txt --audience vault',
  ];
  static readonly flagSet = VERIFY_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(VERIFY_FLAGS);
    if (args.length > 1) throw this.usageError('you must specify one token');
    const [{ givenToken }, problems] = await Promise.all([
      import('../../cli/token/token-source.ts'),
      import('../../cli/token/token-problems.ts'),
    ]);
    const { token } = await givenToken(args[0], flags, this.terminal);
    const session = await this.session(flags);
    const audiences = flags.audience ?? [];
    const verdict = (await reviewed(session.client, token, audiences)) ?? (await this.#shown(flags, token));
    const why = verdict.accepted
      ? []
      : [...problems.timeProblems(token, new Date()), ...(await problems.serverProblems(token, session.client))];
    const all = { ...verdict, problems: why.length > 0 ? why : verdict.problems };
    this.out(flags.json ? `${JSON.stringify(all)}\n` : verdictText(all));
    if (!verdict.accepted) throw new SilentExit(1);
  }

  /** As the token's holder would. */
  async #shown(flags: Parameters<typeof openSession>[0], token: string): Promise<Verdict> {
    const { selfReview } = await import('../../cli/auth/access-review.ts');
    const session = await openSession({ ...flags, token, as: undefined, 'as-group': undefined }, this.terminal);
    try {
      const { status } = await selfReview(session.client);
      return { accepted: true, user: status?.userInfo ?? {}, problems: [] };
    } catch (error) {
      if (!isStatusError(error, 'Unauthorized')) throw error;
      return { accepted: false, problems: [error.message] };
    } finally {
      await session.close();
    }
  }
}

/** undefined when we may not ask. @throws StatusError, ClientError */
async function reviewed(client: RestClient, token: string, audiences: readonly string[]): Promise<Verdict | undefined> {
  const target = { group: 'authentication.k8s.io', version: 'v1', resource: 'tokenreviews' };
  const spec = { token, ...(audiences.length === 0 ? {} : { audiences }) };
  try {
    const { status = {} } = await client.create<TokenReview>(target, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenReview',
      spec,
    });
    if (status.authenticated) return { accepted: true, user: status.user ?? {}, problems: [] };
    return { accepted: false, problems: [status.error || 'the server does not say why'] };
  } catch (error) {
    const mayNot = isStatusError(error, 'Forbidden') || isStatusError(error, 'Unauthorized');
    if (!mayNot) throw error;
    if (audiences.length > 0) {
      throw new CliError(`only a TokenReview can check audiences, and that is not allowed here: ${error.message}`);
    }
    return undefined;
  }
}

function verdictText({ accepted, user = {}, problems }: Verdict): string {
  if (!accepted) return `not accepted\n${problems.map((problem) => `  - ${problem}\n`).join('')}`;
  return `accepted: user ${JSON.stringify(user.username ?? '')}, groups ${(user.groups ?? []).join(', ')}\n`;
}
