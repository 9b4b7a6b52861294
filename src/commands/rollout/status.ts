import { CliError } from '../../cli/errors.ts';
import { bool, duration, type FlagValues, integer } from '../../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../../cli/flags/global-flags.ts';
import type { FoundObject } from '../../cli/resources/find-objects.ts';
import { ROLLOUT_FLAGS, RolloutCommand } from '../../cli/rollout/rollout-command.ts';
import { type RolloutStatus, rolloutStatus } from '../../cli/rollout/rollout-status.ts';
import type { Session } from '../../cli/session.ts';
import { waitForObject } from '../../cli/wait/wait-for-object.ts';

const STATUS_FLAGS = {
  ...ROLLOUT_FLAGS,
  revision: integer({ summary: 'Only this revision: an error when another is running.', default: 0 }),
  timeout: duration({ summary: 'How long to wait; 0 = as long as it takes.', default: 0 }),
  watch: bool({ char: 'w', summary: 'Wait until it is done.', default: true }),
};

type StatusFlags = FlagValues<typeof STATUS_FLAGS> & GlobalFlags;

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
    const errors: unknown[] = [];
    for (const found of await this.workloads(session, flags, args)) {
      try {
        if (flags.watch) await this.#follow(session, found, flags);
        else this.#tell(found, rolloutStatus(found.resource.kind, found.object, flags.revision), flags.json);
      } catch (error) {
        errors.push(error);
      }
    }
    this.finish(errors);
  }

  /** With --json one object a line, as what is being waited for has no end yet. */
  #tell({ resource, name, namespace }: FoundObject, { text, done }: RolloutStatus, json: boolean): void {
    const told = { kind: resource.kind, name, namespace, done, message: text.trimEnd() };
    this.out(json ? `${JSON.stringify(told)}\n` : text);
  }

  /** A line whenever it changes. */
  async #follow({ client }: Session, found: FoundObject, flags: StatusFlags): Promise<void> {
    let told = '';
    const done = (object: Record<string, unknown>): boolean => {
      const status = rolloutStatus(found.resource.kind, object, flags.revision);
      if (status.text !== told) this.#tell(found, status, flags.json);
      told = status.text;
      return status.done;
    };
    if (done(found.object)) return;
    try {
      await waitForObject(client, found, flags.timeout || FOREVER, done);
    } catch (error) {
      const late = error instanceof CliError && error.message.startsWith('timed out waiting for the condition');
      throw late ? new CliError('timed out waiting for the condition', { cause: error }) : error;
    }
  }
}
