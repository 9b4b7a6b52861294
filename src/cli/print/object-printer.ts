/** Objects as JSON, YAML, names, templates and custom columns. */
import { isObject, type JsonObject } from '../../api/object.ts';
import { goSyntax } from '../../api/patch/go-format.ts';
import { stringifyYaml } from '../../api/yaml-writer.ts';
import { parseApiVersion } from '../../client/resource-path.ts';
import { CliError } from '../errors.ts';
import { objectText } from '../resources/find-resource.ts';
import { CustomColumnsPrinter } from './custom-columns.ts';
import { goJson } from './go-json.ts';
import { GoTemplate } from './go-template.ts';
import { JsonPath } from './jsonpath.ts';
import { stringifyKyaml } from './kyaml.ts';
import type { OutputFormat } from './output-format.ts';

export type ObjectFormat = Exclude<OutputFormat, { kind: 'table' }>;

export interface ObjectPrinterOptions {
  readonly showManagedFields?: boolean;
  readonly noHeaders?: boolean;
  /** Of templates. */
  readonly allowMissingKeys?: boolean;
  /** JSON keeps the order of the keys. */
  readonly ordered?: boolean;
  /** Behind each name, such as `created (dry run)`. */
  readonly operation?: string;
}

/** Prints one object after the other; a List is one object. @throws CliError */
export interface ObjectPrinter {
  print(object: JsonObject): string;
}

/** @throws CliError for a template that cannot be parsed */
export function objectPrinter(format: ObjectFormat, options: ObjectPrinterOptions = {}): ObjectPrinter {
  const clean = (object: JsonObject): JsonObject => (options.showManagedFields ? object : withoutManagedFields(object));
  switch (format.kind) {
    case 'json':
      return { print: (object) => `${goJson(clean(object), 4, !options.ordered)}\n` };
    case 'yaml':
      return yamlPrinter(clean);
    case 'kyaml':
      return { print: (object) => stringifyKyaml(clean(object), !options.ordered) };
    case 'go-template':
      return goTemplatePrinter(format.template, options);
    case 'name':
      return {
        print: (object) =>
          itemsOf(object)
            .map((item) => nameLine(item, options.operation))
            .join(''),
      };
    case 'jsonpath':
      return jsonPathPrinter(format, options);
    case 'custom-columns': {
      const printer = new CustomColumnsPrinter(format.columns, options);
      return { print: (object) => printer.print(itemsOf(object)) };
    }
  }
}

function yamlPrinter(clean: (object: JsonObject) => JsonObject): ObjectPrinter {
  let separator = '';
  return {
    print(object) {
      const text = separator + stringifyYaml(clean(object));
      separator = '---\n';
      return text;
    },
  };
}

/** `pod/web created` */
function nameLine(object: JsonObject, operation = ''): string {
  const { group } = parseApiVersion(String(object['apiVersion'] ?? ''));
  const metadata = object['metadata'] as { name?: string } | undefined;
  const text = objectText({ kind: String(object['kind'] ?? ''), group }, metadata?.name || '<unknown>');
  return `${text}${operation === '' ? '' : ` ${operation}`}\n`;
}

function jsonPathPrinter(
  { template, asJson }: Extract<ObjectFormat, { kind: 'jsonpath' }>,
  { allowMissingKeys }: ObjectPrinterOptions,
): ObjectPrinter {
  let path: JsonPath;
  try {
    path = new JsonPath(template, { allowMissingKeys });
  } catch (error) {
    throw new CliError(`error parsing jsonpath ${template}, ${(error as Error).message}`, { cause: error });
  }
  return {
    print(object) {
      try {
        return asJson ? `${goJson(path.find(object), 4)}\n` : path.print(object);
      } catch (error) {
        throw templateError(template, object, error as Error);
      }
    },
  };
}

function goTemplatePrinter(text: string, options: ObjectPrinterOptions): ObjectPrinter {
  let template: GoTemplate;
  try {
    template = new GoTemplate(text, options);
  } catch (error) {
    throw new CliError(`error parsing template ${text}, template: output:1: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return {
    print(object) {
      try {
        return template.print(object);
      } catch (error) {
        throw new CliError(
          `error executing template ${JSON.stringify(text)}: template: output: executing "output": ${(error as Error).message}`,
          { cause: error },
        );
      }
    },
  };
}

function templateError(template: string, object: JsonObject, { message }: Error): CliError {
  return new CliError(
    `error executing jsonpath ${JSON.stringify(template)}: Error executing template: ${message}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t${template}\n\tobject given to jsonpath engine was:\n\t\t${goSyntax(object)}\n\n`,
  );
}

/** The items of a list, or the object itself. */
export function itemsOf(object: JsonObject): JsonObject[] {
  const items = object['items'];
  const isList = Array.isArray(items) && String(object['kind'] ?? '').endsWith('List');
  return isList ? items.filter(isObject) : [object];
}

export function withoutManagedFields(object: JsonObject): JsonObject {
  const items = object['items'];
  if (Array.isArray(items) && String(object['kind'] ?? '').endsWith('List')) {
    return { ...object, items: items.map((item) => (isObject(item) ? withoutManagedFields(item) : item)) };
  }
  const metadata = object['metadata'];
  if (!isObject(metadata) || metadata['managedFields'] === undefined) return object;
  const { managedFields: _, ...rest } = metadata;
  return { ...object, metadata: rest };
}

/** What `get -o json` prints for anything but a single object. */
export function listOf(items: readonly JsonObject[]): JsonObject {
  return { apiVersion: 'v1', items: [...items], kind: 'List', metadata: { resourceVersion: '' } };
}
