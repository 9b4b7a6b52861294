/** The live objects that a command is about: named, selected by labels or fields, or named in files. */
import type { JsonObject } from '../../api/object.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { CliError } from '../errors.ts';
import { bool, text } from '../flags/flag-kinds.ts';
import { failuresOf } from '../get/get-output.ts';
import { fetchAll, objectsOf } from '../get/get-requests.ts';
import type { Terminal } from '../io.ts';
import { resolveManifests } from '../manifests/manifest-selection.ts';
import {
  checkManifestFlags,
  MANIFEST_FLAGS,
  type ManifestFlags,
  manifestsOf,
  namesManifests,
} from '../manifests/manifest-source.ts';
import type { Session } from '../session.ts';
import { findResources } from './find-resource.ts';
import { parseResourceArgs } from './resource-args.ts';
import { type Selection, selectResources, targetOf } from './selection.ts';

export interface FoundObject extends Selection {
  readonly name: string;
  /** As the server has it, or (locally) as the file has it. */
  readonly object: JsonObject;
}

/** Which objects: what the commands share that change several. */
export const OBJECT_FLAGS = {
  ...MANIFEST_FLAGS,
  all: bool({ summary: 'All objects of the types in the namespace.' }),
  'all-namespaces': bool({ char: 'A', summary: 'In all namespaces.' }),
  selector: text({ char: 'l', summary: "Label selector: 'a=b,c!=d,e in (f,g)'.", default: '' }),
  'field-selector': text({ summary: "Field selector: 'status.phase=Running'.", default: '' }),
};

export interface ObjectRequest extends ManifestFlags {
  readonly args: readonly string[];
  readonly all?: boolean;
  readonly 'all-namespaces'?: boolean;
  readonly selector?: string;
  readonly 'field-selector'?: string;
  /** Reads this instead of the object: `scale`. */
  readonly subresource?: string;
}

const CHUNK = 500;

export interface FoundObjects {
  readonly found: FoundObject[];
  /** What could not be read: told after the others were done. */
  readonly errors: unknown[];
  /** Whether exactly one object was named: its failure is the command's. */
  readonly single: boolean;
}

/** @throws CliError for arguments that make no sense */
export async function findObjects(
  session: Session,
  request: ObjectRequest,
  stdin: Terminal['stdin'],
): Promise<FoundObjects> {
  if (namesManifests(request)) return fromFiles(session, request, stdin);
  const { selector = '', 'field-selector': fieldSelector = '', all = false } = request;
  if (all && selector !== '') throw new CliError("setting 'all' parameter but found a non empty selector. ");
  const selecting = all || selector !== '' || fieldSelector !== '';
  const selections = await selected(session, request, selecting);
  const fetched = await fetchAll(session.client, selections, {
    table: false,
    labelSelector: selector,
    fieldSelector,
    chunkSize: CHUNK,
    subresource: request.subresource ?? '',
    includeObjects: false,
  });
  const found = fetched.flatMap((entry) => objectsOf(entry).map((object) => foundObject(entry.selection, object)));
  const single = selections.length === 1 && selections[0]?.name !== undefined;
  return { found, errors: failuresOf(fetched, false), single };
}

async function selected(session: Session, request: ObjectRequest, selecting: boolean): Promise<Selection[]> {
  const { args, 'all-namespaces': allNamespaces = false } = request;
  if (args.length === 0) throw noResources();
  const parsed = parseResourceArgs(args);
  const discovery = await session.discovery();
  if (parsed.kind === 'types' && parsed.names.length === 0 && !selecting) {
    for (const type of parsed.types) findResources(discovery, type);
    throw new CliError('resource(s) were provided, but no name was specified');
  }
  return selectResources(discovery, parsed, { namespace: session.namespace, allNamespaces, selecting });
}

/** No argument, no file. */
export function noResources(): CliError {
  return new CliError(
    "You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'",
  );
}

function foundObject({ resource, source }: Selection, object: JsonObject): FoundObject {
  const { name = '', namespace } = object['metadata'] as { name?: string; namespace?: string };
  return { resource, name, namespace, object, ...(source === undefined ? {} : { source }) };
}

async function fromFiles(session: Session, request: ObjectRequest, stdin: Terminal['stdin']): Promise<FoundObjects> {
  checkManifestFlags(request);
  const manifests = await manifestsOf(request, stdin);
  if (request.args.length > 0 && parseResourceArgs(request.args).kind === 'pairs') {
    throw new CliError('resource/name arguments cannot be provided when a path is specified');
  }
  if (request.args.length > 0) {
    throw new CliError(
      `when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well`,
    );
  }
  const { resolved, errors } = resolveManifests(await session.discovery(), manifests, session);
  const found: FoundObject[] = [];
  for (const { object: _, ...selection } of resolved) {
    try {
      found.push(foundObject(selection, await readObject(session.client, selection, request.subresource)));
    } catch (error) {
      errors.push(error);
    }
  }
  return { found, errors, single: manifests.length === 1 };
}

export function readObject(client: RestClient, selection: Selection, subresource?: string): Promise<JsonObject> {
  return client.get<JsonObject>(targetOf(selection, subresource));
}

/** Objects of files, without any server's word. */
export async function localObjects(request: ManifestFlags, stdin: Terminal['stdin']): Promise<JsonObject[]> {
  checkManifestFlags(request);
  const manifests = await manifestsOf(request, stdin);
  return manifests.map(({ object }) => object);
}
