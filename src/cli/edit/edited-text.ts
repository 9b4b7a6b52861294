/** What the editor shows, and what of it comes back. */
import { isObject, type JsonObject } from '../../api/object.ts';
import { parseYaml } from '../../api/yaml-reader.ts';
import { stringifyYaml } from '../../api/yaml-writer.ts';
import { messageOf } from '../errors.ts';
import { goJson } from '../print/go-json.ts';
import { listOf } from '../print/object-printer.ts';
import { noSuchFormat } from '../print/output-format.ts';

const HEAD = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`;

/** Of the text in the editor. */
const FORMATS = ['json', 'kyaml', 'yaml'];

/** @throws CliError for an -o that no editor can show */
export function checkEditedFormat(output: string): void {
  if (output !== '' && !FORMATS.includes(output)) throw noSuchFormat(output, FORMATS);
}

export const APPLIED_HEAD = `# Please edit the 'last-applied-configuration' annotations below.
# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.
#
`;

/**
 * @param note lines of comment
 * @param before as written before, to come back unchanged
 * @param head JSON has no comments, so none of either
 */
export function editorText(
  objects: readonly JsonObject[],
  note: string,
  json: boolean,
  before?: string,
  head = HEAD,
): string {
  const comments = json ? '' : `${head}${note}`;
  if (before !== undefined) return `${comments}${withoutComments(before)}`;
  const [only] = objects;
  const value = objects.length === 1 && only !== undefined ? only : listOf(objects);
  return `${comments}${json ? `${goJson(value, 4)}\n` : stringifyYaml(value)}`;
}

/** Why the server or the reader refused it. */
export function rejectedNote(failure: Error): string {
  const lines = messageOf(failure).trim().split('\n');
  return `${lines.map((line) => `# ${line}`).join('\n')}\n#\n`;
}

/** The objects of an edited text: undefined when it is no YAML; none when it is empty. */
export function editedObjects(text: string): JsonObject[] | undefined {
  try {
    const { value } = parseYaml(withoutComments(text));
    if (!isObject(value)) return value === null || value === undefined ? [] : undefined;
    const items = value['items'];
    return value['kind'] === 'List' && Array.isArray(items) ? items.filter(isObject) : [value];
  } catch {
    return undefined;
  }
}

function withoutComments(text: string): string {
  return text.replace(/^#.*\n/gm, '');
}
