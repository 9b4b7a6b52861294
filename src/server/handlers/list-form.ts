/** The forms of a list that are written piece by piece: a head, items with commas between them, a tail. */
import { stringifyJson } from '../../api/json.ts';
import type { Entry } from '../../store/store.ts';
import type { Kind } from '../kinds/kind.ts';
import { itemsBytes, orderedMetadata } from '../registry/codec.ts';
import { readOnly } from '../registry/read-list.ts';
import type { MediaType } from './media-type.ts';
import { columnDefinitions, type TableMeta, tableRow } from './table.ts';

export interface ListForm {
  /** Tells the forms of the same entries of a kind apart. */
  readonly variant: string;
  /** `empty`: there are no items at all. */
  head(metadata: TableMeta, empty: boolean): string;
  items(entries: readonly Entry[]): Buffer;
  tail(empty: boolean): string;
}

/** Undefined for forms that are written as a whole: YAML, Protobuf, indented JSON. */
export function listForm(kind: Kind, media: MediaType, includeObject: string | null, now: Date): ListForm | undefined {
  if (media.format !== 'json' || media.pretty) return undefined;
  if (media.as === undefined) return plainList(kind);
  return media.as === 'Table' ? table(kind, media, includeObject, now) : metadataList(kind, media);
}

function plainList(kind: Kind): ListForm {
  return {
    variant: 'list',
    head: (metadata) =>
      `{"kind":"${kind.listKind}","apiVersion":"${kind.apiVersion}","metadata":${stringifyJson(metadata)},"items":[`,
    items: (entries) => itemsBytes(kind, entries),
    tail: () => ']}\n',
  };
}

/** Cells show ages in whole seconds: within one, the rows are the same. */
function table(kind: Kind, media: MediaType, includeObject: string | null, now: Date): ListForm {
  const { version } = media;
  const second = Math.floor(now.getTime() / 1000);
  const nullRows = !kind.table.custom;
  return {
    variant: `table ${version} ${includeObject ?? ''} ${second}`,
    head(metadata, empty) {
      const columns = stringifyJson(columnDefinitions(kind));
      const rows = empty && nullRows ? 'null' : '[';
      return `{"kind":"Table","apiVersion":"meta.k8s.io/${version}","metadata":${stringifyJson(metadata)},"columnDefinitions":${columns},"rows":${rows}`;
    },
    items: (entries) => joined(entries, (entry) => tableRow(kind, readOnly(kind, entry), version, includeObject, now)),
    tail: (empty) => (empty && nullRows ? '}\n' : ']}\n'),
  };
}

function metadataList(kind: Kind, { version }: MediaType): ListForm {
  const apiVersion = `meta.k8s.io/${version}`;
  return {
    variant: `metadata ${version}`,
    head: (metadata) =>
      `{"kind":"PartialObjectMetadataList","apiVersion":"${apiVersion}","metadata":${stringifyJson(metadata)},"items":[`,
    items: (entries) =>
      joined(entries, (entry) => ({
        kind: 'PartialObjectMetadata',
        apiVersion,
        metadata: orderedMetadata(readOnly(kind, entry).metadata),
      })),
    tail: () => ']}\n',
  };
}

function joined(entries: readonly Entry[], item: (entry: Entry) => unknown): Buffer {
  return Buffer.from(entries.map((entry) => stringifyJson(item(entry))).join(','), 'utf8');
}
