import { cloneJson, isObject, type JsonObject, setOwn } from '../../api/object.ts';
import { parseLabelSelector, type Requirement } from '../../api/selectors.ts';
import { DRY_RUN_FLAG } from '../../cli/dry-run.ts';
import { CliError, throwAll } from '../../cli/errors.ts';
import { bool, text } from '../../cli/flags/flag-kinds.ts';
import { FILE_FLAGS, PRINT_FLAGS } from '../../cli/get/get-flags.ts';
import { twoWayPatch } from '../../cli/patch/two-way-patch.ts';
import { goJson } from '../../cli/print/go-json.ts';
import { resultPrinter } from '../../cli/print/result-printer.ts';
import { typedObject } from '../../cli/print/typed-object.ts';
import { type FoundObject, findObjects, localObjects } from '../../cli/resources/find-objects.ts';
import { targetOf } from '../../cli/resources/selection.ts';
import type { Session } from '../../cli/session.ts';
import { localNeedsFiles, SET_FLAGS, SetCommand } from '../../cli/set/set-command.ts';

const SELECTOR_FLAGS = {
  filename: FILE_FLAGS.filename,
  recursive: bool({ char: 'R', summary: 'Also the directories below those of -f.', default: true }),
  ...PRINT_FLAGS,
  ...DRY_RUN_FLAG,
  all: SET_FLAGS.all,
  local: SET_FLAGS.local,
  'field-manager': SET_FLAGS['field-manager'],
  'resource-version': text({ summary: 'Only if this is the current version of the object.', default: '' }),
};

export default class SetSelector extends SetCommand {
  static readonly summary = 'Set which pods a service leads to.';
  static readonly description = 'The selector that a service had is replaced. Only equality: app=web,tier=front.';
  static readonly usage =
    'set selector (TYPE NAME… | TYPE/NAME… | -f FILE) SELECTOR [--resource-version=VERSION] [flags]';
  static readonly examples = [
    '<%= config.bin %> set selector svc/web app=web,tier=front',
    '# While making a service\n<%= config.bin %> create service clusterip web --clusterip=None --dry-run=client -o yaml | <%= config.bin %> set selector --local -f - app=web -o yaml | <%= config.bin %> create -f -',
  ];
  static readonly flagSet = SELECTOR_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(SELECTOR_FLAGS);
    const last = args.at(-1);
    if (last === undefined) throw new CliError('one selector is required');
    const selector = equalities(last);
    const dryRun = this.dryRun(flags);
    const resources = args.slice(0, -1);
    if (flags.local && resources.length > 0) throw localNeedsFiles();
    const printer = resultPrinter(flags, dryRun, true);
    const errors: unknown[] = [];
    if (flags.local) {
      for (const object of await localObjects(flags, this.terminal.stdin)) {
        collect(errors, () => this.out(printer(typedObject(withSelector(object, selector)), 'selector updated')));
      }
      return throwAll(errors);
    }
    const session = await this.session(flags);
    const { found, errors: unread } = await findObjects(session, { ...flags, args: resources }, this.terminal.stdin);
    for (const each of found) {
      try {
        const next = withSelector(each.object, selector);
        const options = { fieldManager: flags['field-manager'], dryRun: dryRun === 'server' };
        const sent = dryRun === 'client' ? next : await send(session, each, next, flags['resource-version'], options);
        this.out(printer(typedObject(sent), 'selector updated'));
      } catch (error) {
        errors.push(error);
      }
    }
    throwAll([...errors, ...unread]);
  }
}

function collect(errors: unknown[], run: () => void): void {
  try {
    run();
  } catch (error) {
    errors.push(error);
  }
}

/** @throws CliError for a selector that services cannot have */
function equalities(text: string): ReadonlyMap<string, string> | CliError {
  let requirements: readonly Requirement[];
  try {
    ({ requirements } = parseLabelSelector(text));
  } catch (error) {
    throw new CliError(`couldn't parse the selector string ${JSON.stringify(text)}: ${(error as Error).message}`);
  }
  const labels = new Map<string, string>();
  const others: string[] = [];
  for (const { key, operator, values } of requirements) {
    if (operator === '=' || operator === '==') labels.set(key, values[0] ?? '');
    else others.push(`{${key} ${OPERATORS[operator] ?? unknownOperator(operator)} [${values.join(' ')}]}`);
  }
  if (others.length === 0) return labels;
  return new CliError(`match expression [${others.join(' ')}] not supported on this object`);
}

const OPERATORS: Readonly<Record<string, string>> = {
  in: 'In',
  notin: 'NotIn',
  exists: 'Exists',
  '!': 'DoesNotExist',
};

function unknownOperator(operator: string): never {
  throw new CliError(`${JSON.stringify(operator)} is not a valid label selector operator`);
}

/** A copy. @throws CliError for what is no service */
function withSelector(object: JsonObject, selector: ReadonlyMap<string, string> | CliError): JsonObject {
  if (object['kind'] !== 'Service' || object['apiVersion'] !== 'v1') {
    throw new CliError('setting a selector is only supported for Services');
  }
  if (selector instanceof CliError) throw selector;
  const copy = cloneJson(object);
  const spec = isObject(copy['spec']) ? copy['spec'] : {};
  const labels: JsonObject = {};
  for (const [key, value] of selector) setOwn(labels, key, value);
  if (selector.size > 0) spec['selector'] = labels;
  else delete spec['selector'];
  copy['spec'] = spec;
  return copy;
}

function send(
  { client }: Session,
  found: FoundObject,
  next: JsonObject,
  resourceVersion: string,
  options: { fieldManager: string; dryRun: boolean },
): Promise<JsonObject> {
  const { type, patch } = twoWayPatch(found.resource, found.object, next);
  const body = resourceVersion === '' ? patch : { ...patch, metadata: { resourceVersion } };
  return client.patch<JsonObject>(targetOf(found), type, goJson(body), options);
}
