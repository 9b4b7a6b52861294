import { CliError } from '../../cli/errors.ts';
import { bool, duration, integer } from '../../cli/flags/flag-kinds.ts';
import type { FoundObject } from '../../cli/resources/find-objects.ts';
import { ROLLOUT_FLAGS, RolloutCommand } from '../../cli/rollout/rollout-command.ts';
import { rolloutStatus } from '../../cli/rollout/rollout-status.ts';
import type { Session } from '../../cli/session.ts';
import { waitForObject } from '../../cli/wait/wait-for-object.ts';

const STATUS_FLAGS = {
  ...ROLLOUT_FLAGS,
  revision: integer({ summary: 'Only this revision: an error when another is running.', default: 0 }),
  timeout: duration({ summary: 'How long to wait; 0 = as long as it takes.', default: 0 }),
  watch: bool({ char: 'w', summary: 'Wait until it is done.', default: true }),
};

const FOREVER = -1;

export default class RolloutStatusCommand extends RolloutCommand {
  static readonly summary = 'Show how far a rollout is, until it is done.';
  static readonly usage = 'rollout status (TYPE NAME | TYPE/NAME | -f FILE) [flags]';
  static readonly examples = [
    '<%= config.bin %> rollout status deploy/web --timeout=1m',
    '# Only look\n<%= config.bin %> rollout status sts/db --watch=false',
  ];
  static readonly flagSet = STATUS_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(STATUS_FLAGS);
    const session = await this.session(flags);
    for (const found of await this.workloads(session, flags, args)) {
      if (flags.watch) await this.#follow(session, found, flags.revision, flags.timeout);
      else this.out(rolloutStatus(found.resource.kind, found.object, flags.revision).text);
    }
    this.finish([]);
  }

  /** A line whenever it changes. */
  async #follow({ client }: Session, found: FoundObject, revision: number, timeout: number): Promise<void> {
    let told = '';
    const done = (object: Record<string, unknown>): boolean => {
      const status = rolloutStatus(found.resource.kind, object, revision);
      if (status.text !== told) this.out(status.text);
      told = status.text;
      return status.done;
    };
    try {
      await waitForObject(client, found, timeout || FOREVER, done);
    } catch (error) {
      const late = error instanceof CliError && error.message.startsWith('timed out waiting for the condition');
      throw late ? new CliError('timed out waiting for the condition', { cause: error }) : error;
    }
  }
}
