import { cloneJson, equalJson, type JsonObject } from '../../api/object.ts';
import { BaseCommand } from '../../cli/base-command.ts';
import { DRY_RUN_FLAG, parseDryRun } from '../../cli/dry-run.ts';
import { CliError, SilentExit, throwAll } from '../../cli/errors.ts';
import { bool, text } from '../../cli/flags/flag-kinds.ts';
import { PRINT_FLAGS } from '../../cli/get/get-flags.ts';
import { MANIFEST_FLAGS } from '../../cli/manifests/manifest-source.ts';
import { patchFound } from '../../cli/patch/two-way-patch.ts';
import { objectLine, resultPrinter } from '../../cli/print/result-printer.ts';
import { typedObject } from '../../cli/print/typed-object.ts';
import { findObjects, localObjects } from '../../cli/resources/find-objects.ts';
import { goTypeOf, podSpecOf } from '../../cli/set/pod-spec.ts';

const IMAGE_FLAGS = {
  ...MANIFEST_FLAGS,
  ...PRINT_FLAGS,
  ...DRY_RUN_FLAG,
  all: bool({ summary: 'All objects of the types in the namespace.' }),
  selector: text({ char: 'l', summary: 'Label selector.', default: '' }),
  local: bool({ summary: 'Change the objects of the files and print them; no server is asked.' }),
  'field-manager': text({ summary: 'Name under which the fields are owned.', default: 'kubectl-set' }),
};

interface Container {
  name: string;
  image?: string;
}

export default class SetImage extends BaseCommand {
  static readonly summary = 'Change the images of containers.';
  static readonly description = 'Of pods and of everything with a pod template. * stands for every container.';
  static readonly usage = 'set image (TYPE NAME | TYPE/NAME… | -f FILE) CONTAINER=IMAGE… [flags]';
  static readonly examples = [
    '<%= config.bin %> set image deploy/web web=web:2',
    '# Several containers, several objects\n<%= config.bin %> set image deploy,sts --all log=log:3 proxy=proxy:1.2',
    '# All containers\n<%= config.bin %> set image ds/agent "*=agent:7"',
  ];
  static readonly flagSet = IMAGE_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(IMAGE_FLAGS);
    const dryRun = parseDryRun(flags['dry-run'], (warning) => this.err(warning));
    const printer = resultPrinter(flags, dryRun, true);
    const { resources, images } = splitArgs(args);
    const errors: unknown[] = [];
    if (flags.local) {
      for (const object of await localObjects(flags, this.terminal.stdin)) {
        const { next, failures } = withImages(object, images, objectLine(object));
        errors.push(...failures);
        if (failures.length === 0) this.out(printer(typedObject(next), 'image updated'));
      }
      return this.#fail(errors);
    }
    const session = await this.session(flags);
    const { found, errors: unread } = await findObjects(session, { ...flags, args: resources }, this.terminal.stdin);
    if (images.size === 0) throw new CliError('at least one image update is required');
    errors.push(...unread);
    for (const each of found) {
      const { next, failures } = withImages(each.object, images, `${each.resource.resource}/${each.name}`);
      errors.push(...failures);
      if (equalJson(next, each.object)) continue;
      if (dryRun === 'client') this.out(printer(typedObject(next), 'image updated'));
      else {
        const options = { fieldManager: flags['field-manager'], dryRun: dryRun === 'server' };
        try {
          const answer = await patchFound(session.client, each, next, options);
          this.out(printer(typedObject(answer), 'image updated'));
        } catch (error) {
          const why = (error as Error).message;
          errors.push(new CliError(`failed to patch image update to pod template: ${why}`, { cause: error }));
        }
      }
    }
    this.#fail(errors);
  }

  /** Several stand apart, each with `error: `. */
  #fail(errors: readonly unknown[]): void {
    throwAll(errors.slice(0, errors.length === 1 ? 1 : 0));
    for (const error of errors) this.err(`error: ${(error as Error).message}\n\n`);
    if (errors.length > 1) throw new SilentExit(1);
  }
}

function splitArgs(args: readonly string[]): { resources: string[]; images: Map<string, string> } {
  const pairs = args.filter((arg) => /^[^=]+=/.test(arg));
  const images = new Map(
    pairs.map((pair): [string, string] => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  return { resources: args.filter((arg) => !pairs.includes(arg)), images };
}

function withImages(
  object: JsonObject,
  images: ReadonlyMap<string, string>,
  name: string,
): { next: JsonObject; failures: CliError[] } {
  const next = cloneJson(object);
  const spec = podSpecOf(next);
  if (spec === undefined) {
    const what = `the object is not a pod or does not have a pod template: ${goTypeOf(object)}`;
    return { next, failures: [new CliError(`${name} ${what}`)] };
  }
  const containers = [...listOf(spec['initContainers']), ...listOf(spec['containers'])];
  const failures: CliError[] = [];
  for (const [wanted, image] of images) {
    const chosen = containers.filter((container) => wanted === '*' || container.name === wanted);
    for (const container of chosen) container.image = image;
    if (chosen.length === 0) failures.push(new CliError(`unable to find container named ${JSON.stringify(wanted)}`));
  }
  return { next, failures };
}

function listOf(value: unknown): Container[] {
  return Array.isArray(value) ? (value as Container[]) : [];
}
