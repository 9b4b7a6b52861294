import type { JsonObject } from '../../api/object.ts';
import { CliError, messageOf } from '../../cli/errors.ts';
import { bool, type FlagValues, list, text, texts } from '../../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../../cli/flags/global-flags.ts';
import { readAll } from '../../cli/io.ts';
import { namesManifests } from '../../cli/manifests/manifest-source.ts';
import type { Session } from '../../cli/session.ts';
import {
  changedEnv,
  type EnvChanges,
  type EnvVar,
  envChanges,
  envSourceText,
  refuseOverwrites,
  splitEnvArguments,
} from '../../cli/set/env-arguments.ts';
import { type EnvResolver, importedVariables } from '../../cli/set/env-values.ts';
import { chosenContainers, requirePodSpec, type SpecContainer } from '../../cli/set/pod-spec.ts';
import { SET_FLAGS, SET_SELECTOR_FLAG, SetCommand, type SetTarget } from '../../cli/set/set-command.ts';

const ENV_FLAGS = {
  ...SET_FLAGS,
  ...SET_SELECTOR_FLAG,
  containers: text({ char: 'c', summary: 'Which containers; * stands for any text.', default: '*' }),
  env: texts({ char: 'e', summary: 'KEY=VALUE; - reads lines from the standard input. May be repeated.' }),
  from: text({ summary: 'Take variables from this object: secret/NAME, configmap/NAME.', default: '' }),
  keys: list({ summary: 'Only these keys of --from; may be repeated or have commas.' }),
  list: bool({ summary: 'Show the variables and change nothing.' }),
  overwrite: bool({ summary: 'Change variables that are there already.', default: true }),
  prefix: text({ summary: 'Put before the names of the variables.', default: '' }),
  resolve: bool({ summary: 'With --list: look up the values behind references.' }),
};

type EnvFlags = FlagValues<typeof ENV_FLAGS> & GlobalFlags;

export default class SetEnv extends SetCommand {
  static readonly summary = 'Set, remove and list environment variables of containers.';
  static readonly description =
    'Of pods and of everything with a pod template. KEY- removes a variable; --from makes variables of the keys of a Secret or ConfigMap.';
  static readonly usage = 'set env (TYPE NAME… | TYPE/NAME… | -f FILE) (KEY=VALUE | KEY-)… [flags]';
  static readonly examples = [
    '<%= config.bin %> set env deploy/web MODE=production DEBUG-',
    '# What is set?\n<%= config.bin %> set env deploy --all --list',
    '# Variables from a secret\n<%= config.bin %> set env deploy/web --from=secret/db --prefix=DB_',
    '# One container only\n<%= config.bin %> set env deploy/web -c app LEVEL=info',
    '# From this shell\nenv | grep ^APP_ | <%= config.bin %> set env -e - deploy/web',
  ];
  static readonly flagSet = ENV_FLAGS;
  #session: Promise<Session> | undefined;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(ENV_FLAGS);
    const { resources, variables } = splitEnvArguments(args);
    const dryRun = this.dryRun(flags);
    checkFlags(flags, resources);
    const open = (): Promise<Session> => (this.#session ??= this.session(flags));
    const changes = await this.#changes(flags, variables, open);
    const targets = await this.targets(flags, resources, open);
    if (flags.list) return this.#list(flags, targets, changes, open);
    const operation = {
      operation: 'env updated',
      failure: 'failed to patch env update to pod template: ',
      change: (copy: JsonObject) => this.#change(copy, flags, changes),
    };
    await this.applyChange(flags, dryRun, targets, operation, open);
  }

  async #changes(flags: EnvFlags, variables: readonly string[], open: () => Promise<Session>): Promise<EnvChanges> {
    const words = [...(flags.env ?? []), ...variables];
    const changes = await envChanges(words, () => readAll(this.terminal.stdin));
    const imported =
      flags.from === ''
        ? []
        : await importedVariables(await open(), { from: flags.from, keys: flags.keys ?? [] }, (line) => this.err(line));
    const set = [...changes.set, ...imported].map((variable) => ({ ...variable, name: flags.prefix + variable.name }));
    return { ...changes, set };
  }

  #change(copy: JsonObject, { containers, overwrite }: EnvFlags, changes: EnvChanges): void {
    const spec = requirePodSpec(copy);
    const chosen = chosenContainers(spec, containers);
    const all = [...chosen.containers, ...chosen.initContainers];
    if (all.length === 0) this.err(noContainers(copy, containers));
    for (const container of all) {
      if (!overwrite) refuseOverwrites(envOf(container), changes);
      const env = changedEnv(envOf(container), changes);
      if (env.length > 0) container['env'] = env;
      else delete container['env'];
    }
  }

  async #list(
    flags: EnvFlags,
    targets: readonly SetTarget[],
    changes: EnvChanges,
    open: () => Promise<Session>,
  ): Promise<void> {
    const { EnvResolver: Resolver } = await import('../../cli/set/env-values.ts');
    const resolver = flags.resolve ? new Resolver((await open()).client) : undefined;
    let unresolved = false;
    for (const { object } of targets) {
      const spec = specOrNothing(object);
      if (spec === undefined) continue;
      const chosen = chosenContainers(spec, flags.containers);
      const all = [...chosen.containers, ...chosen.initContainers];
      if (all.length === 0) this.err(noContainers(object, flags.containers));
      for (const container of all) {
        this.out(`# ${titleOf(object)}, container ${container.name}\n`);
        const shown = changedEnv(envOf(container), changes);
        if (!(await this.#show(shown, object, container, resolver))) unresolved = true;
      }
    }
    if (unresolved) throw new CliError('failed to retrieve valueFrom references');
  }

  /** @returns whether everything could be shown */
  async #show(
    env: readonly EnvVar[],
    object: JsonObject,
    container: SpecContainer,
    resolver: EnvResolver | undefined,
  ): Promise<boolean> {
    const failed = new Map<string, string[]>();
    for (const { name, value = '', valueFrom } of env) {
      if (valueFrom === undefined) {
        this.out(`${name}=${value}\n`);
        continue;
      }
      const reference = `# ${name} from ${envSourceText(valueFrom)}\n`;
      if (resolver === undefined) {
        this.out(reference);
        continue;
      }
      try {
        this.out(`${name}=${await resolver.valueOf(valueFrom, object, container)}\n`);
      } catch (error) {
        this.out(reference);
        const why = error instanceof CliError ? error.message : messageOf(error).replace(/^Error from server.*?: /, '');
        failed.set(why, [...(failed.get(why) ?? []), name]);
      }
    }
    for (const [why, names] of failed) this.err(`error retrieving reference for ${names.sort().join(', ')}: ${why}\n`);
    return failed.size === 0;
  }
}

function checkFlags(flags: EnvFlags, resources: readonly string[]): void {
  if (flags.all && flags.selector !== '') throw new CliError('cannot set --all and --selector at the same time');
  if (resources.length === 0 && !namesManifests(flags)) {
    throw new CliError('one or more resources must be specified as <resource> <name> or <resource>/<name>');
  }
  if (flags.list && flags.output !== '') throw new CliError('--list and --output may not be specified together');
  if ((flags.keys ?? []).length > 0 && flags.from === '') {
    throw new CliError('when specifying --keys, a configmap or secret must be provided with --from');
  }
}

function specOrNothing(object: JsonObject): JsonObject | undefined {
  try {
    return requirePodSpec(object);
  } catch {
    return undefined;
  }
}

/** `Deployment web` */
function titleOf({ kind, metadata }: JsonObject): string {
  return `${String(kind)} ${(metadata as { name?: string }).name ?? ''}`;
}

function noContainers(object: JsonObject, pattern: string): string {
  const title = titleOf(object).replace(' ', '/');
  return `Warning: ${title} does not have any containers matching ${JSON.stringify(pattern)}\n`;
}

function envOf({ env }: SpecContainer): EnvVar[] {
  return Array.isArray(env) ? (env as EnvVar[]) : [];
}
