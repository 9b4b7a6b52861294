/** Patches as they are typed, and what they do to an object without a server. */
import { readFile } from 'node:fs/promises';
import { parseJson } from '../../api/json.ts';
import { isObject, type JsonObject } from '../../api/object.ts';
import { applyJsonPatch } from '../../api/patch/json-patch.ts';
import { applyMergePatch } from '../../api/patch/merge-patch.ts';
import { applyStrategicMergePatch } from '../../api/patch/strategic-merge-patch.ts';
import { schemaOfKind, typeNameOfKind } from '../../api/schema/type-table.ts';
import { parseYaml } from '../../api/yaml-reader.ts';
import { parseApiVersion } from '../../client/resource-path.ts';
import { CliError } from '../errors.ts';
import { goJson } from '../print/go-json.ts';

export interface LocalPatch {
  readonly type: 'json' | 'merge' | 'strategic';
  /** JSON */
  readonly text: string;
}

/** The patch as JSON. @throws CliError for what is no YAML */
export async function patchText(flags: { patch: string; 'patch-file': string }): Promise<string> {
  const file = flags['patch-file'];
  const text = file === '' ? flags.patch : await readPatchFile(file);
  if (/^\s*\{/.test(text)) return text;
  try {
    return goJson(parseYaml(text).value);
  } catch (error) {
    const why = (error as Error).message.replace(/^error converting YAML to JSON: /, '');
    throw new CliError(`unable to parse ${JSON.stringify(text)}: ${why}`, { cause: error });
  }
}

async function readPatchFile(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => {
    throw new CliError(`unable to read patch file: open ${file}: no such file or directory`);
  });
}

/** @throws CliError, StatusError */
export function patchLocally(object: JsonObject, { type, text }: LocalPatch): JsonObject {
  const patch = parseJson(text);
  if (type === 'json') return applyJsonPatch(structuredClone(object), patch as readonly unknown[]) as JsonObject;
  if (!isObject(patch)) throw new CliError('Invalid JSON Patch');
  if (type === 'merge') return applyMergePatch(structuredClone(object), patch) as JsonObject;
  const { group, version } = parseApiVersion(String(object['apiVersion'] ?? ''));
  const kind = String(object['kind'] ?? '');
  if (typeNameOfKind(group, version, kind) === undefined) {
    throw new CliError('strategic merge patch is not supported for custom resources: use --type merge');
  }
  return applyStrategicMergePatch(schemaOfKind(group, version, kind), structuredClone(object), patch);
}
