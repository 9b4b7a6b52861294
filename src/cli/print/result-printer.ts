/** What a command says about each object that it wrote: `pod/web created`, or the object with `-o`. */
import type { JsonObject } from '../../api/object.ts';
import { parseApiVersion } from '../../client/resource-path.ts';
import { type DryRun, withDryRun } from '../dry-run.ts';
import { objectText } from '../resources/find-resource.ts';
import { itemsOf, objectPrinter } from './object-printer.ts';
import { parseOutputFormat, unknownFormat } from './output-format.ts';

export interface ResultFlags {
  readonly output: string;
  readonly template: string;
  readonly 'allow-missing-template-keys': boolean;
  readonly 'show-managed-fields': boolean;
  readonly json: boolean;
}

/** Objects one after the other; `operation` stands behind the name where only names are printed. */
export type ResultPrinter = (object: JsonObject, operation: string) => string;

const NOT_HERE = ['wide', 'custom-columns', 'custom-columns-file'];

/**
 * @param ordered JSON keeps the order of the keys: typed objects
 * @throws CliError for a format that is none
 */
export function resultPrinter(flags: ResultFlags, dryRun: DryRun = 'none', ordered = false): ResultPrinter {
  const output = flags.output || (flags.json ? 'json' : '');
  if (output === '' && flags.template === '')
    return (object, operation) => `${objectLine(object)} ${withDryRun(operation, dryRun)}\n`;
  const format = parseOutputFormat(output, flags.template, NOT_HERE);
  if (format.kind === 'table') throw unknownFormat(output, NOT_HERE);
  if (format.kind === 'name')
    return (object) =>
      itemsOf(object)
        .map((item) => `${objectLine(item)}\n`)
        .join('');
  const printer = objectPrinter(format, {
    ordered,
    showManagedFields: flags['show-managed-fields'],
    allowMissingKeys: flags['allow-missing-template-keys'],
  });
  return (object) => printer.print(object);
}

/** `deployment.apps/web` */
export function objectLine(object: JsonObject): string {
  const { group } = parseApiVersion(String(object['apiVersion'] ?? ''));
  const metadata = object['metadata'] as { name?: string } | undefined;
  return objectText({ kind: String(object['kind'] ?? ''), group }, metadata?.name || '<unknown>');
}
