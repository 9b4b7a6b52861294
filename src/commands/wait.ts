import type { JsonObject } from '../api/object.ts';
import { isStatusError } from '../api/status-error.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { waitUntilGone } from '../cli/delete/wait-until-gone.ts';
import { CliError, throwAll } from '../cli/errors.ts';
import { bool, duration, type FlagValues, text } from '../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../cli/flags/global-flags.ts';
import { FILE_FLAGS, PRINT_FLAGS } from '../cli/get/get-flags.ts';
import { type ResultPrinter, resultPrinter } from '../cli/print/result-printer.ts';
import { type FoundObject, findObjects, localObjects, OBJECT_FLAGS } from '../cli/resources/find-objects.ts';
import type { Session } from '../cli/session.ts';
import { type Awaited, parseCondition } from '../cli/wait/condition.ts';
import { waitForCreation } from '../cli/wait/wait-for-creation.ts';
import { timedOut, waitForObject } from '../cli/wait/wait-for-object.ts';

const WEEK_MS = 7 * 24 * 3_600_000;

const WAIT_FLAGS = {
  ...FILE_FLAGS,
  ...PRINT_FLAGS,
  recursive: bool({ char: 'R', summary: 'Also the directories below those of -f.', default: true }),
  all: OBJECT_FLAGS.all,
  'all-namespaces': OBJECT_FLAGS['all-namespaces'],
  selector: OBJECT_FLAGS.selector,
  'field-selector': OBJECT_FLAGS['field-selector'],
  for: text({ summary: "create, delete, condition=NAME[=VALUE] or jsonpath='{PATH}'[=VALUE].", default: '' }),
  local: bool({ summary: 'Look at the objects of the files; no server is asked.' }),
  timeout: duration({
    summary: 'How long to wait; 0 = look once, negative = a week.',
    default: 30_000,
  }),
};

type WaitFlags = FlagValues<typeof WAIT_FLAGS> & GlobalFlags;

export default class Wait extends BaseCommand {
  static readonly summary = 'Wait until objects are there, gone, or as you want them.';
  static readonly usage = 'wait (TYPE/NAME… | TYPE -l LABELS | TYPE --all | -f FILE) --for=CONDITION [flags]';
  static readonly examples = [
    '# Until a deployment has its pods\n<%= config.bin %> wait deploy/web --for=condition=Available --timeout=1m',
    "# Until a field has a value\n<%= config.bin %> wait pod/web-1 --for=jsonpath='{.status.phase}'=Running",
    '# Until all are gone\n<%= config.bin %> wait pods -l app=web --for=delete',
    '# Until somebody creates it\n<%= config.bin %> wait cm/settings --for=create',
  ];
  static readonly flagSet = WAIT_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(WAIT_FLAGS);
    const printer = resultPrinter(flags);
    const awaited = parseCondition(flags.for);
    if (flags.local) return this.#local(flags, awaited, printer);
    const session = await this.session(flags);
    const timeout = flags.timeout < 0 ? WEEK_MS : flags.timeout;
    if (awaited.kind === 'create') {
      await waitForCreation(session, { ...flags, args }, this.terminal.stdin, timeout);
    }
    const { found, errors } = await findObjects(session, { ...flags, args }, this.terminal.stdin);
    const failures = awaited.kind === 'delete' ? errors.filter((error) => !isStatusError(error, 'NotFound')) : errors;
    if (found.length === 0 && failures.length === 0 && awaited.kind !== 'delete') {
      throw new CliError('no matching resources found');
    }
    for (const each of found) {
      try {
        const object = await waitFor(session, each, awaited, timeout);
        this.out(printer(object, 'condition met'));
      } catch (error) {
        failures.push(error);
      }
    }
    throwAll(failures);
  }

  async #local(flags: WaitFlags, awaited: Awaited, printer: ResultPrinter): Promise<void> {
    const objects = await localObjects(flags, this.terminal.stdin);
    for (const object of objects) {
      if (awaited.kind === 'state' && awaited.holds(object)) this.out(printer(object, 'condition met'));
      else throw new CliError('condition not met');
    }
  }
}

async function waitFor({ client }: Session, each: FoundObject, awaited: Awaited, timeout: number): Promise<JsonObject> {
  if (awaited.kind === 'create') return each.object;
  if (awaited.kind === 'state') return waitForObject(client, each, timeout, awaited.holds);
  const { uid } = each.object['metadata'] as { uid?: string };
  if (timeout === 0) throw timedOut(each, 0);
  await waitUntilGone(client, each, uid, timeout);
  return each.object;
}
