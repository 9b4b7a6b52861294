/** Which objects a `delete` means. */
import type { JsonObject } from '../../api/object.ts';
import { CliError } from '../errors.ts';
import { failuresOf } from '../get/get-output.ts';
import { fetchAll, objectsOf } from '../get/get-requests.ts';
import type { Terminal } from '../io.ts';
import { selectionOf } from '../manifests/manifest-selection.ts';
import { checkManifestFlags, type ManifestFlags, manifestsOf } from '../manifests/manifest-source.ts';
import type { ResourceArgs } from '../resources/resource-args.ts';
import { type Selection, selectResources } from '../resources/selection.ts';
import type { Session } from '../session.ts';

export interface Found {
  readonly found: Selection[];
  /** Lists that could not be read, manifests of unknown kinds. */
  readonly errors: unknown[];
}

export interface FindOptions {
  readonly allNamespaces: boolean;
  /** A selector or --all: lists are read. */
  readonly selecting: boolean;
  readonly labelSelector: string;
  readonly fieldSelector: string;
  readonly ignoreNotFound: boolean;
}

const CHUNK = 500;

/** @throws CliError for arguments that make no sense */
export async function findForDeletion(session: Session, args: ResourceArgs, options: FindOptions): Promise<Found> {
  const scope = { ...options, namespace: session.namespace };
  const selections = selectResources(await session.discovery(), args, scope);
  const lists = selections.filter(({ name, resource }) => name === undefined && resource.verbs.includes('list'));
  const named = selections.filter(({ name }) => name !== undefined);
  const { labelSelector, fieldSelector } = options;
  const query = {
    table: false,
    labelSelector,
    fieldSelector,
    chunkSize: CHUNK,
    subresource: '',
    includeObjects: false,
  };
  const fetched = await fetchAll(session.client, lists, query);
  const listed = fetched.flatMap((entry) => objectsOf(entry).map((object) => memberOf(entry.selection, object)));
  return { found: [...named, ...listed], errors: failuresOf(fetched, options.ignoreNotFound) };
}

function memberOf({ resource }: Selection, object: JsonObject): Selection {
  const { name, namespace } = object['metadata'] as { name?: string; namespace?: string };
  return { resource, name, namespace };
}

export async function findInFiles(
  session: Session,
  files: ManifestFlags,
  args: readonly string[],
  stdin: Terminal['stdin'],
): Promise<Found> {
  checkManifestFlags(files);
  const manifests = await manifestsOf(files, stdin);
  if (args.length > 0) {
    throw new CliError(
      'when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well',
    );
  }
  const discovery = await session.discovery();
  const found: Selection[] = [];
  const errors: unknown[] = [];
  for (const manifest of manifests) {
    try {
      found.push(selectionOf(discovery, manifest, session));
    } catch (error) {
      errors.push(error);
    }
  }
  return { found, errors };
}
