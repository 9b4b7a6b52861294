/** What the commands share that make one object from flags: `create namespace`, `create deployment` … */
import { cloneJson, type JsonObject } from '../../api/object.ts';
import { isStatusError, StatusError } from '../../api/status-error.ts';
import type { Discovery } from '../../client/discovery.ts';
import { parseApiVersion } from '../../client/resource-path.ts';
import type { RestClient } from '../../client/rest-client.ts';
import { LAST_APPLIED } from '../apply/last-applied.ts';
import { BaseCommand, type ReadLine } from '../base-command.ts';
import { DRY_RUN_FLAG, type DryRun, parseDryRun } from '../dry-run.ts';
import { CliError } from '../errors.ts';
import { bool, type FlagSet, text } from '../flags/flag-kinds.ts';
import type { GlobalFlags } from '../flags/global-flags.ts';
import { PRINT_FLAGS } from '../get/get-flags.ts';
import { resultPrinter } from '../print/result-printer.ts';
import { typedObject } from '../print/typed-object.ts';
import { resourceOfKind } from '../resources/find-resource.ts';
import type { Session } from '../session.ts';
import { contextNamespace } from './context-namespace.ts';
import { parseValidation, VALIDATE_FLAG } from './validation.ts';

export const GENERATOR_FLAGS = {
  ...PRINT_FLAGS,
  ...DRY_RUN_FLAG,
  ...VALIDATE_FLAG,
  'field-manager': text({ summary: 'Name under which the fields are owned.', default: 'kubectl-create' }),
  'save-config': bool({ summary: 'Remember the object in an annotation, as apply does.' }),
};

export interface GeneratorContext {
  readonly name: string;
  /** Where the object will live. */
  readonly namespace: string;
  /** Arguments behind the name, or behind `--`. */
  readonly command: readonly string[];
  readonly given: ReadonlySet<string>;
  /** For generators that look things up. */
  client(): Promise<RestClient>;
  discovery(): Promise<Discovery>;
  warn(text: string): void;
}

export interface Generator<F extends FlagSet> {
  readonly flags: F;
  /** Flags without which the command is refused. */
  readonly required?: readonly string[];
  /** Before the server's words when it refuses: `failed to create deployment: `. */
  readonly failure?: string;
  readonly namespaced?: boolean;
  /** @throws CliError for values that make no sense */
  build(flags: ReadLine<F>['flags'], context: GeneratorContext): JsonObject | Promise<JsonObject>;
}

export abstract class GeneratorCommand extends BaseCommand {
  #session: Promise<Session> | undefined;

  /** Reads the line, makes the object, sends it unless told otherwise, and prints it. */
  protected async generate<F extends FlagSet>(generator: Generator<F>): Promise<void> {
    const line = await this.line({ ...GENERATOR_FLAGS, ...generator.flags });
    const flags = line.flags as ReadLine<typeof GENERATOR_FLAGS>['flags'] & ReadLine<F>['flags'];
    checkRequired(generator.required ?? [], line.given);
    const name = this.nameOf(line);
    const dryRun = parseDryRun(flags['dry-run'], (warning) => this.err(warning));
    const printer = resultPrinter(flags, dryRun, true);
    parseValidation(flags.validate);
    const namespace = await contextNamespace(flags, this.terminal.env);
    const open = (): Promise<Session> => {
      this.#session ??= this.session(connectionFlags(flags, generator.flags));
      return this.#session;
    };
    const built = await generator.build(flags, {
      name,
      namespace,
      command: line.args.slice(1),
      given: line.given,
      client: async () => (await open()).client,
      discovery: async () => (await open()).discovery(),
      warn: (warning) => this.err(warning),
    });
    const explicit = generator.namespaced === true && Boolean(flags.namespace);
    const placed = explicit ? { ...built, metadata: { ...(built['metadata'] as object), namespace } } : built;
    const object = flags['save-config'] ? remembered(placed) : placed;
    const result =
      dryRun === 'client' ? object : await this.#send(object, namespace, flags, dryRun, generator, await open());
    this.out(printer(typedObject(result), 'created'));
  }

  /** The one argument before `--`. @throws UsageError */
  protected nameOf({ args, dash = args.length }: { args: readonly string[]; dash?: number }): string {
    if (dash === 1) return args[0] as string;
    throw this.usageError(`exactly one NAME is required, got ${dash}`);
  }

  async #send(
    object: JsonObject,
    namespace: string,
    flags: ReadLine<typeof GENERATOR_FLAGS>['flags'],
    dryRun: DryRun,
    { failure, namespaced }: { failure?: string; namespaced?: boolean },
    session: Session,
  ): Promise<JsonObject> {
    const version = parseApiVersion(String(object['apiVersion']));
    try {
      const { resource } = resourceOfKind(
        await session.discovery(),
        { ...version, kind: String(object['kind']), name: '', namespace },
        '',
      );
      const target = { ...version, resource, ...(namespaced ? { namespace } : {}) };
      return await session.client.create<JsonObject>(target, object, {
        fieldManager: flags['field-manager'],
        fieldValidation: parseValidation(flags.validate),
        dryRun: dryRun === 'server',
      });
    } catch (error) {
      if (!isStatusError(error)) throw error;
      // kubectl's generators ask for no discovery, whose refusals have words of their own.
      const told = error.reason === 'Unauthorized' ? new StatusError(error.code, error.reason, 'Unauthorized') : error;
      throw failure === undefined ? told : new CliError(`${failure}${told.message}`, { cause: error });
    }
  }
}

/** A generator's `--user` hides the one that chooses a user of the kubeconfig. */
function connectionFlags(flags: GlobalFlags, own: FlagSet): GlobalFlags {
  return Object.hasOwn(own, 'user') ? { ...flags, user: undefined } : flags;
}

function checkRequired(names: readonly string[], given: ReadonlySet<string>): void {
  const missing = names.filter((name) => !given.has(name));
  if (missing.length === 0) return;
  const quoted = missing.map((name) => JSON.stringify(name)).join(', ');
  throw new CliError(`required flag(s) ${quoted} not set`);
}

/** In the annotation the object stands as Go writes it from its type: in the order of the fields. */
export function remembered(object: JsonObject): JsonObject {
  const copy = cloneJson(object);
  const metadata = copy['metadata'] as JsonObject;
  metadata['annotations'] = {
    ...(metadata['annotations'] as object | undefined),
    [LAST_APPLIED]: `${JSON.stringify(typedObject(object))}\n`,
  };
  return copy;
}
