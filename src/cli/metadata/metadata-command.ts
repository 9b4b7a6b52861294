/** What `label` and `annotate` share: find objects, change one map of their metadata, send the difference. */
import { cloneJson, getOwn, isObject, type JsonObject, setOwn } from '../../api/object.ts';
import { createMergePatch } from '../../api/patch/merge-patch.ts';
import { compareUtf8 } from '../../util/utf8-order.ts';
import { BaseCommand } from '../base-command.ts';
import { DRY_RUN_FLAG, type DryRun, parseDryRun } from '../dry-run.ts';
import { CliError, throwAll } from '../errors.ts';
import { bool, type FlagValues, text } from '../flags/flag-kinds.ts';
import type { GlobalFlags } from '../flags/global-flags.ts';
import { PRINT_FLAGS } from '../get/get-flags.ts';
import { namesManifests } from '../manifests/manifest-source.ts';
import { goJson } from '../print/go-json.ts';
import { resultPrinter } from '../print/result-printer.ts';
import { type FoundObject, findObjects, localObjects, OBJECT_FLAGS } from '../resources/find-objects.ts';
import { targetOf } from '../resources/selection.ts';
import type { Session } from '../session.ts';
import type { KeyChanges } from './key-changes.ts';

export const METADATA_FLAGS = {
  ...OBJECT_FLAGS,
  ...PRINT_FLAGS,
  ...DRY_RUN_FLAG,
  list: bool({ summary: 'Show what is there, of each object.' }),
  local: bool({ summary: 'Change the objects of the files and print them; no server is asked.' }),
  overwrite: bool({ summary: 'Change values that are there already.' }),
  'resource-version': text({ summary: 'Only if this is the current version of the object.', default: '' }),
};

export type MetadataFlags = FlagValues<typeof METADATA_FLAGS> & { 'field-manager': string } & GlobalFlags;

/** One of the two maps. */
export interface MetadataMap {
  readonly field: 'labels' | 'annotations';
  readonly what: 'label' | 'annotation';
  changes(args: readonly string[]): KeyChanges;
  /** What is told about an object whose JSON had `before` bytes and has `after`. */
  operation(changed: boolean, shrunk: boolean, overwrite: boolean): string;
  /** @throws CliError for values that are there and may not be changed */
  checkOverwrites(present: JsonObject, changes: KeyChanges): void;
}

export abstract class MetadataCommand extends BaseCommand {
  protected async change(map: MetadataMap, flags: MetadataFlags, args: readonly string[]): Promise<void> {
    const changes = map.changes(args);
    const dryRun = parseDryRun(flags['dry-run'], (warning) => this.err(warning));
    checkFlags(map, flags, changes, dryRun);
    const printer = resultPrinter(flags, dryRun);
    if (flags.local) {
      for (const object of await localObjects(flags, this.terminal.stdin)) {
        this.out(this.#changed(map, flags, changes, object, printer));
      }
      return;
    }
    const session = await this.session(flags);
    const request = { ...flags, args: changes.resources };
    const { found, errors, single } = await findObjects(session, request, this.terminal.stdin);
    if (flags['resource-version'] !== '' && !single) {
      throw new CliError('--resource-version may only be used with a single resource');
    }
    const listed: JsonObject[] = [];
    for (const each of found) {
      try {
        if (flags.list && flags.json) listed.push(listEntry(map, each, this.#apply(map, flags, changes, each.object)));
        else if (flags.list) this.#list(map, each, this.#apply(map, flags, changes, each.object), single);
        else if (dryRun === 'client') this.out(this.#changed(map, flags, changes, each.object, printer));
        else await this.#send(map, flags, changes, each, session, dryRun, printer);
      } catch (error) {
        errors.push(error);
      }
    }
    if (flags.list && flags.json) this.out(`${JSON.stringify(listed, undefined, 2)}\n`);
    throwAll(errors);
  }

  #changed(
    map: MetadataMap,
    flags: MetadataFlags,
    changes: KeyChanges,
    object: JsonObject,
    printer: ReturnType<typeof resultPrinter>,
  ): string {
    const next = this.#apply(map, flags, changes, object);
    return printer(next, operationOf(map, flags, object, next));
  }

  /** A copy with the changes. @throws CliError */
  #apply(map: MetadataMap, flags: MetadataFlags, changes: KeyChanges, object: JsonObject): JsonObject {
    const copy = cloneJson(object);
    const metadata = isObject(copy['metadata']) ? copy['metadata'] : {};
    copy['metadata'] = metadata;
    const values = isObject(metadata[map.field]) ? (metadata[map.field] as JsonObject) : {};
    if (!flags.overwrite) map.checkOverwrites(values, changes);
    if (map.what === 'label') {
      for (const key of changes.removed) {
        if (!Object.hasOwn(values, key)) this.out(`label ${JSON.stringify(key)} not found.\n`);
      }
    }
    for (const [key, value] of changes.set) setOwn(values, key, value);
    for (const key of changes.removed) delete values[key];
    if (Object.keys(values).length > 0) metadata[map.field] = values;
    else delete metadata[map.field];
    if (flags['resource-version'] !== '') metadata['resourceVersion'] = flags['resource-version'];
    return copy;
  }

  async #send(
    map: MetadataMap,
    flags: MetadataFlags,
    changes: KeyChanges,
    each: FoundObject,
    { client }: Session,
    dryRun: DryRun,
    printer: ReturnType<typeof resultPrinter>,
  ): Promise<void> {
    const next = this.#apply(map, flags, changes, each.object);
    const patch = createMergePatch(each.object, next);
    if (flags['resource-version'] !== '') withVersion(patch, flags['resource-version']);
    const answer = await client.patch<JsonObject>(targetOf(each), 'merge', goJson(patch), {
      fieldManager: flags['field-manager'],
      dryRun: dryRun === 'server',
    });
    this.out(printer(answer, operationOf(map, flags, each.object, next)));
  }

  #list(map: MetadataMap, { resource, name }: FoundObject, object: JsonObject, single: boolean): void {
    const values = ((object['metadata'] as JsonObject)[map.field] ?? {}) as Record<string, string>;
    if (!single) this.out(`Listing ${map.field} for ${resource.kind}.${resource.group}/${name}:\n`);
    const lines = Object.keys(values).sort(compareUtf8);
    this.out(lines.map((key) => `${single ? '' : ' '}${key}=${String(getOwn(values, key))}\n`).join(''));
  }
}

/** One object of `--list --json`. */
function listEntry({ field }: MetadataMap, { resource, namespace, name }: FoundObject, object: JsonObject): JsonObject {
  const apiVersion = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
  const values = (object['metadata'] as JsonObject)[field] ?? {};
  return { apiVersion, kind: resource.kind, namespace, name, [field]: values };
}

function withVersion(patch: JsonObject, resourceVersion: string): void {
  const metadata = isObject(patch['metadata']) ? patch['metadata'] : {};
  metadata['resourceVersion'] = resourceVersion;
  patch['metadata'] = metadata;
}

function operationOf(map: MetadataMap, flags: MetadataFlags, before: JsonObject, after: JsonObject): string {
  const [old, next] = [goJson(before), goJson(after)];
  return map.operation(old !== next, next.length < old.length, flags.overwrite);
}

function checkFlags(map: MetadataMap, flags: MetadataFlags, changes: KeyChanges, dryRun: DryRun): void {
  const files = namesManifests(flags);
  if (flags.all && flags.selector !== '') throw new CliError('cannot set --all and --selector at the same time');
  if (flags.all && flags['field-selector'] !== '') {
    throw new CliError('cannot set --all and --field-selector at the same time');
  }
  if (flags.local) checkLocal(changes, files, dryRun);
  else if (changes.resources.length === 0 && !files) {
    throw new CliError('one or more resources must be specified as <resource> <name> or <resource>/<name>');
  }
  const none = changes.set.size === 0 && changes.removed.length === 0;
  if (none && !flags.list) throw new CliError(`at least one ${map.what} update is required`);
}

function checkLocal({ resources }: KeyChanges, files: boolean, dryRun: DryRun): void {
  if (dryRun === 'server') {
    throw new CliError('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
  }
  if (resources.length > 0) {
    throw new CliError('can only use local files by -f pod.yaml or --filename=pod.json when --local=true is set');
  }
  if (!files) throw new CliError('one or more files must be specified as -f pod.yaml or --filename=pod.json');
}
