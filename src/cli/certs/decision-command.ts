/** What `certificate approve` and `certificate deny` share. */
import { BaseCommand } from '../base-command.ts';
import { CliError, throwAll } from '../errors.ts';
import { bool, type FlagValues } from '../flags/flag-kinds.ts';
import type { GlobalFlags } from '../flags/global-flags.ts';
import { PRINT_FLAGS } from '../get/get-flags.ts';
import { MANIFEST_FLAGS, namesManifests } from '../manifests/manifest-source.ts';
import { resultPrinter } from '../print/result-printer.ts';
import { type FoundObjects, findObjects } from '../resources/find-objects.ts';
import type { Session } from '../session.ts';
import { type Decision, decideRequest } from './decide-request.ts';

export const DECISION_FLAGS = {
  ...MANIFEST_FLAGS,
  ...PRINT_FLAGS,
  force: bool({ summary: 'Write the decision also when it was made before.' }),
};

type DecisionFlags = FlagValues<typeof DECISION_FLAGS> & GlobalFlags;

export abstract class DecisionCommand extends BaseCommand {
  protected async decide(decision: Decision): Promise<void> {
    const { flags, args } = await this.line(DECISION_FLAGS);
    if (args.length === 0 && !namesManifests(flags)) {
      throw new CliError('one or more CSRs must be specified as <name> or -f <filename>');
    }
    const printer = resultPrinter(flags);
    const session = await this.session(flags);
    const { found, errors } = await this.#requests(session, flags, args);
    const failed: unknown[] = [];
    for (const { object, name } of found) {
      try {
        await decideRequest(session.client, name, decision, flags.force);
        this.out(printer(object, decision.type.toLowerCase()));
      } catch (error) {
        failed.push(error);
      }
    }
    throwAll([...failed, ...errors]);
  }

  #requests(session: Session, flags: DecisionFlags, args: readonly string[]): Promise<FoundObjects> {
    const slashed = args.some((arg) => arg.includes('/'));
    const words = slashed ? args.map((arg) => (arg.includes('/') ? arg : `csr/${arg}`)) : ['csr', ...args];
    return findObjects(session, { ...flags, args: args.length === 0 ? [] : words }, this.terminal.stdin);
  }
}
