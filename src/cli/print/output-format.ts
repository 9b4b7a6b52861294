/** What `-o` may say, and what prints objects that way. */
import { readFileSync } from 'node:fs';
import { CliError } from '../errors.ts';
import { type ColumnSpec, parseColumnFile, parseColumnSpec } from './custom-columns.ts';

export type OutputFormat =
  | { readonly kind: 'table'; readonly wide: boolean }
  | { readonly kind: 'json' | 'yaml' | 'kyaml' | 'name' }
  | { readonly kind: 'go-template'; readonly template: string }
  | { readonly kind: 'jsonpath'; readonly template: string; readonly asJson: boolean }
  | { readonly kind: 'custom-columns'; readonly columns: readonly ColumnSpec[] };

const TEMPLATES = ['jsonpath', 'jsonpath-as-json', 'jsonpath-file'] as const;
const GO_TEMPLATES = ['go-template', 'go-template-file', 'template', 'templatefile'] as const;
const COLUMNS = ['custom-columns', 'custom-columns-file'] as const;
/** Sorted, as messages list them. */
const ALL = [
  ...COLUMNS,
  'go-template',
  'go-template-file',
  'json',
  ...TEMPLATES,
  'kyaml',
  'name',
  'template',
  'templatefile',
  'wide',
  'yaml',
];

/** @param except formats that the command has not @throws CliError in kubectl's words */
export function parseOutputFormat(output: string, template = '', except: readonly string[] = []): OutputFormat {
  const equals = output.indexOf('=');
  const name = equals < 0 ? output : output.slice(0, equals);
  const argument = equals < 0 ? template : output.slice(equals + 1);
  if (except.includes(name)) throw unknownFormat(output, except);
  if (equals < 0) {
    if (output === '' && template !== '') return goTemplateFormat('go-template', template);
    if (output === '') return { kind: 'table', wide: false };
    if (output === 'wide') return { kind: 'table', wide: true };
    if (output === 'json' || output === 'yaml' || output === 'kyaml' || output === 'name') return { kind: output };
  }
  if ((TEMPLATES as readonly string[]).includes(name)) return jsonPathFormat(name, argument);
  if ((GO_TEMPLATES as readonly string[]).includes(name)) return goTemplateFormat(name, argument);
  if ((COLUMNS as readonly string[]).includes(name)) return columnsFormat(name, argument);
  throw unknownFormat(output, except);
}

/** @param except formats that the command has not */
export function unknownFormat(output: string, except: readonly string[]): CliError {
  return noSuchFormat(
    output,
    ALL.filter((name) => !except.includes(name)),
  );
}

export function noSuchFormat(output: string, allowed: readonly string[]): CliError {
  return new CliError(
    `unable to match a printer suitable for the output format ${JSON.stringify(output)}, allowed formats are: ${allowed.join(',')}`,
  );
}

function jsonPathFormat(name: string, argument: string): OutputFormat {
  if (argument === '') throw new CliError('template format specified but no template given');
  const template = name === 'jsonpath-file' ? readText(argument) : argument;
  return { kind: 'jsonpath', template, asJson: name === 'jsonpath-as-json' };
}

function goTemplateFormat(name: string, argument: string): OutputFormat {
  if (argument === '') throw new CliError('template format specified but no template given');
  return { kind: 'go-template', template: name.endsWith('file') ? readText(argument) : argument };
}

function columnsFormat(name: string, argument: string): OutputFormat {
  if (argument === '') throw new CliError('custom-columns format specified but no custom columns given');
  const columns =
    name === 'custom-columns-file' ? parseColumnFile(readText(argument, 'template')) : parseColumnSpec(argument);
  return { kind: 'custom-columns', columns };
}

function readText(file: string, what = '--template'): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new CliError(`error reading ${what} ${file}, open ${file}: no such file or directory`);
  }
}
