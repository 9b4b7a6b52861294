import type { JsonObject } from '../api/object.ts';
import type { Event } from '../api/types/core-v1.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { CliError, PlainError } from '../cli/errors.ts';
import { EventTable, sortEvents } from '../cli/events/event-rows.ts';
import { bool, type FlagValues, integer, list, text } from '../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../cli/flags/global-flags.ts';
import { PRINT_FLAGS } from '../cli/get/get-flags.ts';
import { fetchAll, objectsOf } from '../cli/get/get-requests.ts';
import { type ResultPrinter, resultPrinter } from '../cli/print/result-printer.ts';
import { typedObject } from '../cli/print/typed-object.ts';
import { parseResourceArgs } from '../cli/resources/resource-args.ts';
import { targetOf } from '../cli/resources/selection.ts';
import type { Session } from '../cli/session.ts';
import type { DiscoveredResource } from '../client/discovery.ts';
import { groupVersion } from '../client/resource-path.ts';

const EVENTS_FLAGS = {
  ...PRINT_FLAGS,
  'all-namespaces': bool({ char: 'A', summary: 'In all namespaces.' }),
  'chunk-size': integer({ summary: 'Ask for long lists in parts of this size; 0 = at once.', default: 500, min: 0 }),
  for: text({ summary: 'Only about this object: TYPE/NAME.', default: '' }),
  'no-headers': bool({ summary: 'Leave out the headers.' }),
  types: list({ summary: 'Only of these types: Normal, Warning.' }),
  watch: bool({ char: 'w', summary: 'Then show events as they come.' }),
};

type EventsFlags = FlagValues<typeof EVENTS_FLAGS> & GlobalFlags;

const EVENTS: DiscoveredResource = {
  group: '',
  version: 'v1',
  resource: 'events',
  singular: 'event',
  kind: 'Event',
  namespaced: true,
  verbs: ['list', 'watch'],
  shortNames: ['ev'],
  categories: [],
  subresources: [],
  preferred: true,
};

export default class Events extends BaseCommand {
  static readonly summary = 'Show events, oldest first.';
  static readonly usage = 'events [--for TYPE/NAME] [--types=Normal,Warning] [--watch] [flags]';
  static readonly examples = [
    '<%= config.bin %> events',
    '# About one object\n<%= config.bin %> events --for pod/web-1 --watch',
    '# What went wrong anywhere\n<%= config.bin %> events --types=Warning -A',
  ];
  static readonly flagSet = EVENTS_FLAGS;

  protected async run(): Promise<void> {
    const { flags } = await this.line(EVENTS_FLAGS);
    const types = flags.types ?? [];
    checkTypes(types);
    const output = flags.output || (flags.json ? 'json' : '');
    const printer = output === '' ? undefined : resultPrinter(flags, 'none', true);
    const session = await this.session(flags);
    const fieldSelector = flags.for === '' ? '' : await aboutObject(session, flags.for);
    const namespace = flags['all-namespaces'] ? undefined : session.namespace;
    const [fetched] = await fetchAll(session.client, [{ resource: EVENTS, namespace }], {
      table: false,
      labelSelector: '',
      fieldSelector,
      chunkSize: flags.watch ? 0 : flags['chunk-size'],
      subresource: '',
      includeObjects: false,
    });
    if (fetched === undefined || fetched.error !== undefined) throw fetched?.error;
    const wanted = (event: Event): boolean =>
      types.length === 0 || types.some((type) => type.toLowerCase() === (event.type ?? '').toLowerCase());
    const events = sortEvents((objectsOf(fetched) as Event[]).filter(wanted));
    const table = new EventTable({ withNamespace: flags['all-namespaces'], noHeaders: flags['no-headers'] });
    if (!flags.watch && events.length === 0) return this.#nothing(flags, session.namespace);
    this.#print(events, table, printer, flags.watch);
    if (!flags.watch) return;
    const version = (fetched.answers[0]?.['metadata'] as { resourceVersion?: string } | undefined)?.resourceVersion;
    const target = targetOf({ resource: EVENTS, namespace });
    for await (const { type, object } of session.client.watch<Event>(target, {
      resourceVersion: version,
      fieldSelector,
    })) {
      if (type === 'DELETED' || type === 'BOOKMARK' || !wanted(object)) continue;
      this.#print([object], table, printer, true);
    }
  }

  #print(events: readonly Event[], table: EventTable, printer: ResultPrinter | undefined, single: boolean): void {
    if (printer === undefined) this.out(table.print(events, Date.now()));
    else if (single) this.out(events.map((event) => printer(typedObject(event as JsonObject), '')).join(''));
    else this.out(printer(typedObject({ kind: 'EventList', apiVersion: 'v1', metadata: {}, items: [...events] }), ''));
  }

  #nothing(flags: EventsFlags, namespace: string): void {
    this.err(flags['all-namespaces'] ? 'No events found.\n' : `No events found in ${namespace} namespace.\n`);
  }
}

function checkTypes(types: readonly string[]): void {
  const known = ['normal', 'warning'];
  if (types.every((type) => known.includes(type.toLowerCase()))) return;
  throw new CliError('valid --types are Normal or Warning');
}

async function aboutObject(session: Session, text: string): Promise<string> {
  const parsed = parseResourceArgs([text]);
  const [pair] = parsed.kind === 'pairs' ? parsed.pairs : [];
  if (pair === undefined) throw new CliError('--for must be in resource/name form');
  const { type, name } = pair;
  const found = (await session.discovery()).find(type);
  if (found === undefined) throw new PlainError(`the server doesn't have a resource type ${JSON.stringify(type)}`);
  return `involvedObject.kind=${found.kind},involvedObject.apiVersion=${groupVersion(found)},involvedObject.name=${name}`;
}
