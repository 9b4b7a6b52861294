import { cloneJson, isObject, type JsonObject } from '../api/object.ts';
import type { Taint } from '../api/types/core-v1.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { parseValidation, VALIDATE_FLAG } from '../cli/create/validation.ts';
import { DRY_RUN_FLAG, parseDryRun } from '../cli/dry-run.ts';
import { CliError, PlainError, throwAll } from '../cli/errors.ts';
import { bool, type FlagValues, text } from '../cli/flags/flag-kinds.ts';
import { PRINT_FLAGS } from '../cli/get/get-flags.ts';
import {
  changedTaints,
  refuseConflicts,
  splitTaintArguments,
  type TaintChanges,
  taintChanges,
} from '../cli/nodes/taints.ts';
import { patchFound } from '../cli/patch/two-way-patch.ts';
import { resultPrinter } from '../cli/print/result-printer.ts';
import { typedObject } from '../cli/print/typed-object.ts';
import { findObjects } from '../cli/resources/find-objects.ts';
import type { Discovery } from '../client/discovery.ts';

const TAINT_FLAGS = {
  ...PRINT_FLAGS,
  ...DRY_RUN_FLAG,
  ...VALIDATE_FLAG,
  all: bool({ summary: 'All nodes.' }),
  'field-manager': text({ summary: 'Name under which the fields are owned.', default: 'kubectl-taint' }),
  overwrite: bool({ summary: 'Change taints that are there already.' }),
  selector: text({ char: 'l', summary: 'Label selector of the nodes.', default: '' }),
};

type TaintFlags = FlagValues<typeof TAINT_FLAGS>;

export default class TaintCommand extends BaseCommand {
  static readonly summary = 'Keep pods off nodes unless they tolerate it.';
  static readonly description =
    'KEY[=VALUE]:EFFECT puts a taint onto a node, KEY[:EFFECT]- takes it off. The effect is NoSchedule, PreferNoSchedule or NoExecute.';
  static readonly usage = 'taint nodes (NAME… | -l LABELS | --all) KEY[=VALUE]:EFFECT… [flags]';
  static readonly examples = [
    '<%= config.bin %> taint nodes node-1 dedicated=db:NoSchedule',
    '# Take it off\n<%= config.bin %> taint nodes node-1 dedicated:NoSchedule-',
    '# All with the key, whatever the effect\n<%= config.bin %> taint nodes node-1 dedicated-',
    '# Nodes by label\n<%= config.bin %> taint nodes -l pool=db dedicated=db:NoExecute --overwrite',
  ];
  static readonly flagSet = TAINT_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(TAINT_FLAGS);
    const dryRun = parseDryRun(flags['dry-run'], (warning) => this.err(warning));
    const { resources, taints } = splitTaintArguments(args);
    const printer = resultPrinter(flags, 'none', true);
    const fieldValidation = parseValidation(flags.validate);
    const changes = this.#changes(resources, taints);
    const session = await this.session(flags);
    const [type = '', ...names] = resources;
    checkNodeType(await session.discovery(), type);
    refuseConflicts(changes);
    checkSelection(flags, names);
    const selecting = flags.all || flags.selector !== '';
    const request = { ...flags, recursive: false, args: selecting ? ['nodes'] : ['nodes', ...names] };
    const { found, errors: unread } = await findObjects(session, request, this.terminal.stdin);
    const errors: unknown[] = [];
    for (const node of found) {
      try {
        const { next, operation } = tainted(node.object, node.name, changes, flags.overwrite);
        const options = { fieldManager: flags['field-manager'], fieldValidation, dryRun: dryRun === 'server' };
        const result = dryRun === 'client' ? next : await patchFound(session.client, node, next, options);
        this.out(printer(typedObject(result), operation));
      } catch (error) {
        errors.push(error);
      }
    }
    throwAll([...errors, ...unread]);
  }

  #changes(resources: readonly string[], taints: readonly string[]): TaintChanges {
    if (resources.length === 0) throw new CliError('one or more resources must be specified as <resource> <name>');
    if (taints.length === 0) throw new CliError('at least one taint update is required');
    try {
      return taintChanges(taints);
    } catch (error) {
      throw this.usageError((error as Error).message);
    }
  }
}

/** @throws CliError for what is no node */
function checkNodeType(discovery: Discovery, type: string): void {
  const found = discovery.find(type.toLowerCase());
  if (found === undefined) throw new PlainError(`the server doesn't have a resource type ${JSON.stringify(type)}`);
  if (found.kind !== 'Node' || found.group !== '') {
    throw new CliError(`invalid resource type ${type}, only node types are supported`);
  }
}

function checkSelection({ all, selector }: TaintFlags, names: readonly string[]): void {
  if (all && selector !== '') throw new CliError("setting 'all' parameter with a non empty selector is prohibited");
  if (all || selector !== '' || names.length > 0) return;
  throw new CliError("at least one resource name must be specified since 'all' parameter is not set");
}

function tainted(
  object: JsonObject,
  name: string,
  changes: TaintChanges,
  overwrite: boolean,
): { next: JsonObject; operation: string } {
  const next = cloneJson(object);
  const spec = isObject(next['spec']) ? next['spec'] : {};
  const { taints, operation } = changedTaints(name, (spec['taints'] ?? []) as Taint[], changes, overwrite);
  if (taints.length > 0) spec['taints'] = taints;
  else delete spec['taints'];
  next['spec'] = spec;
  return { next, operation };
}
