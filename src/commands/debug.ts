import { readFile } from 'node:fs/promises';
import { isObject, type JsonObject } from '../api/object.ts';
import { isStatusError } from '../api/status-error.ts';
import type { Pod } from '../api/types/core-v1.ts';
import { parseYaml } from '../api/yaml-reader.ts';
import { randomSuffix } from '../cli/create/container-name.ts';
import {
  copyOfPod,
  type DebugPod,
  type DebugWishes,
  podOnNode,
  privilegeWarning,
  withEphemeralContainer,
} from '../cli/debug/debug-pods.ts';
import { checkProfile, LEGACY } from '../cli/debug/debug-profiles.ts';
import { CliError } from '../cli/errors.ts';
import { bool, type Flag, type FlagValues, list, text } from '../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../cli/flags/global-flags.ts';
import { isImageName } from '../cli/generate/run-pod.ts';
import { FILE_FLAGS } from '../cli/get/get-flags.ts';
import { twoWayPatch } from '../cli/patch/two-way-patch.ts';
import { goJson } from '../cli/print/go-json.ts';
import { type FoundObject, findObjects } from '../cli/resources/find-objects.ts';
import { findResource } from '../cli/resources/find-resource.ts';
import { targetOf } from '../cli/resources/selection.ts';
import type { Session } from '../cli/session.ts';
import { StreamCommand } from '../cli/streams/stream-command.ts';
import { waitForObject } from '../cli/wait/wait-for-object.ts';
import { groupVersion } from '../client/resource-path.ts';

const DEBUG_FLAGS = {
  'arguments-only': bool({ summary: 'What follows -- are arguments, not the command.' }),
  attach: bool({ summary: 'Wait until the container runs and follow its main process; on with -i.' }),
  container: text({ char: 'c', summary: 'Name of the container; without one, a name is made up.', default: '' }),
  'copy-to': text({ summary: 'Debug a copy of the pod, with this name.', default: '' }),
  custom: text({ summary: 'File (JSON or YAML) with a part of a container that is merged into it.', default: '' }),
  env: namedValues('Environment variable, NAME=VALUE; may be repeated.'),
  filename: FILE_FLAGS.filename,
  image: text({ summary: 'Image of the container.', default: '' }),
  'image-pull-policy': text({ summary: 'Always, IfNotPresent or Never.', default: '' }),
  'keep-annotations': bool({ summary: 'The copy keeps the annotations.' }),
  'keep-init-containers': bool({ summary: 'The copy keeps the init containers.', default: true }),
  'keep-labels': bool({ summary: 'The copy keeps the labels.' }),
  'keep-liveness': bool({ summary: 'The copy keeps the liveness probes.' }),
  'keep-readiness': bool({ summary: 'The copy keeps the readiness probes.' }),
  'keep-startup': bool({ summary: 'The copy keeps the startup probes.' }),
  profile: text({
    summary: 'What the container may do: legacy, general, baseline, netadmin, restricted or sysadmin.',
    default: LEGACY,
  }),
  quiet: bool({ char: 'q', summary: 'Only what the container writes.' }),
  replace: bool({ summary: 'With --copy-to: delete the pod.' }),
  'same-node': bool({ summary: 'With --copy-to: put the copy onto the same node.' }),
  'set-image': namedValues('With --copy-to: other images, CONTAINER=IMAGE; * is every container. May be repeated.'),
  'share-processes': bool({ summary: 'With --copy-to: the containers see one another’s processes.', default: true }),
  stdin: bool({ char: 'i', summary: 'Send the standard input to the container.' }),
  target: text({ summary: 'See the processes of this container of the pod.', default: '' }),
  tty: bool({ char: 't', summary: 'The input is a terminal.' }),
};

type DebugFlags = FlagValues<typeof DEBUG_FLAGS> & GlobalFlags;

export default class Debug extends StreamCommand {
  static readonly summary = 'Look into pods and nodes with a container of your own.';
  static readonly description =
    'A pod gets an ephemeral container, or (--copy-to) a copy that may be changed; a node gets a pod that sees its processes and, under /host, its files.';
  static readonly usage = 'debug (POD… | TYPE/NAME… | -f FILE) [flags] [-- COMMAND [ARGUMENT…]]';
  static readonly examples = [
    '# A shell beside the processes of a container\n<%= config.bin %> debug web-1 -it --image=busybox --target=app --profile=general',
    '# A copy that only has a shell\n<%= config.bin %> debug web-1 -it --copy-to=web-debug -c app --profile=general -- sh',
    '# A copy with other images\n<%= config.bin %> debug web-1 --copy-to=web-debug "--set-image=*=busybox"',
    '# A node\n<%= config.bin %> debug node/node-1 -it --image=busybox --profile=sysadmin',
  ];
  static readonly flagSet = DEBUG_FLAGS;

  protected async run(): Promise<void> {
    const { flags: line, args, dash, given } = await this.line(DEBUG_FLAGS);
    const flags = { ...line, attach: given.has('attach') ? line.attach : line.stdin };
    const names = dash === undefined ? args : args.slice(0, dash);
    checkProfile(flags.profile);
    const custom = flags.custom === '' ? undefined : await customContainer(flags.custom);
    const wishes = wishesOf(flags, dash === undefined ? [] : args.slice(dash), given, custom);
    this.#check(flags, names, wishes, given);
    const session = await this.session(flags);
    for (const found of await this.#targets(session, flags, names)) {
      const made = await this.#debug(session, flags, found, wishes);
      if (flags.attach && made.container !== '') await this.#attach(session, flags, made);
    }
  }

  #check(flags: DebugFlags, names: readonly string[], wishes: DebugWishes, given: ReadonlySet<string>): void {
    if (flags.attach && given.has('attach') && flags.image === '' && flags.container === '') {
      throw new CliError('you must specify --container or create a new container using --image in order to attach.');
    }
    checkCopy(flags, wishes);
    if (flags.image !== '') checkImage(flags.image, '');
    if (names.length === 0 && (flags.filename ?? []).length === 0) {
      throw new CliError('NAME or filename is required for debug');
    }
    const policy = flags['image-pull-policy'];
    if (!['', 'Always', 'IfNotPresent', 'Never'].includes(policy)) {
      throw new CliError(`invalid image pull policy: ${policy}`);
    }
    for (const [name, image] of wishes.images) checkImage(image, ` for container ${JSON.stringify(name)}`);
    if (flags.target !== '' && !flags.quiet) {
      this.out(
        `Targeting container ${JSON.stringify(flags.target)}. If you don't see processes from this container it may be because the container runtime doesn't support this feature.\n`,
      );
    }
    if (flags.tty && !flags.stdin) throw new CliError('-i/--stdin is required for containers with -t/--tty=true');
    checkCustom(wishes.custom);
    if (flags.profile !== LEGACY) return;
    this.err(
      '--profile=legacy is deprecated and will be removed in the future. It is recommended to explicitly specify a profile, for example "--profile=general".\n',
    );
  }

  async #targets(session: Session, flags: DebugFlags, names: readonly string[]): Promise<FoundObject[]> {
    const slashed = names.some((name) => name.includes('/'));
    const words = slashed ? names.map((name) => (name.includes('/') ? name : `pods/${name}`)) : ['pods', ...names];
    const args = names.length === 0 ? [] : words;
    const { found, errors } = await findObjects(session, { ...flags, recursive: false, args }, this.terminal.stdin);
    if (errors.length > 0) throw errors[0];
    return found;
  }

  async #debug(session: Session, flags: DebugFlags, found: FoundObject, wishes: DebugWishes): Promise<DebugPod> {
    const { kind, group } = found.resource;
    if (group === '' && kind === 'Node') return this.#onNode(session, flags, found.name, wishes);
    if (group === '' && kind === 'Pod') {
      return flags['copy-to'] === ''
        ? this.#inPod(session, flags, found, wishes)
        : this.#inCopy(session, flags, found, wishes);
    }
    const type = `${groupVersion(found.resource)}, Kind=${kind}`;
    throw new CliError(`${JSON.stringify(type)} not supported by debug`);
  }

  async #inPod({ client }: Session, flags: DebugFlags, found: FoundObject, wishes: DebugWishes): Promise<DebugPod> {
    const made = withEphemeralContainer(found.object, wishes, (taken) => this.#containerName(flags, taken));
    this.err(privilegeWarning(made.pod as Pod, made));
    const { type, patch } = twoWayPatch(found.resource, found.object, made.pod);
    try {
      const pod = await client.patch<JsonObject>(targetOf(found, 'ephemeralcontainers'), type, goJson(patch));
      return { ...made, pod };
    } catch (error) {
      if (!isStatusError(error, 'NotFound') || error.status.details?.name) throw error;
      const why = JSON.stringify(error.message);
      throw new CliError(`ephemeral containers are disabled for this cluster (error from server: ${why})`);
    }
  }

  async #inCopy({ client }: Session, flags: DebugFlags, found: FoundObject, wishes: DebugWishes): Promise<DebugPod> {
    const made = copyOfPod(found.object, wishes, (taken) => this.#containerName(flags, taken));
    this.err(privilegeWarning(made.pod as Pod, made));
    const { name: _, ...pods } = targetOf(found);
    const pod = await client.create<JsonObject>(pods, made.pod);
    if (flags.replace) await client.delete(targetOf(found), { gracePeriodSeconds: 0 });
    return { ...made, pod };
  }

  async #onNode(
    { client, namespace }: Session,
    flags: DebugFlags,
    node: string,
    wishes: DebugWishes,
  ): Promise<DebugPod> {
    const made = podOnNode(`node-debugger-${node}-${randomSuffix()}`, node, wishes);
    const { name } = made.pod['metadata'] as { name: string };
    if (!flags.quiet) {
      this.out(`Creating debugging pod ${name} with container ${made.container} on node ${node}.\n`);
    }
    const target = { group: '', version: 'v1', resource: 'pods', namespace };
    return { ...made, pod: await client.create<JsonObject>(target, made.pod) };
  }

  #containerName({ quiet }: DebugFlags, taken: readonly string[]): string {
    let name = '';
    while (name === '' || taken.includes(name)) name = `debugger-${randomSuffix()}`;
    if (!quiet) this.out(`Defaulting debug container name to ${name}.\n`);
    return name;
  }

  async #attach(session: Session, flags: DebugFlags, { pod, container }: DebugPod): Promise<void> {
    const { name = '', namespace } = (pod as Pod).metadata ?? {};
    const resource = findResource(await session.discovery(), 'pods');
    const said = new Set<string>();
    const live = await waitForObject(session.client, { resource, namespace, name }, -1, (object) => {
      const state = stateOf(object as Pod, container);
      const message = state?.waiting?.message;
      if (message && !flags.quiet && !said.has(message)) this.err(`Warning: container ${container}: ${message}\n`);
      if (message) said.add(message);
      return state?.running !== undefined || state?.terminated !== undefined;
    });
    const streams = { ...flags, 'pod-running-timeout': 0 };
    if (stateOf(live as Pod, container)?.terminated === undefined) {
      return this.follow(session, live as Pod, streams, container);
    }
    return this.logsOf(session, live as Pod, container);
  }
}

/** As pflag's StringToString. */
function namedValues(summary: string): Flag<[string, string][] | undefined> {
  const read = (input: string): [string, string] => {
    const at = input.indexOf('=');
    if (at < 0) throw new Error(`${input} must be formatted as key=value`);
    return [input.slice(0, at), input.slice(at + 1)];
  };
  return { ...list({ summary }), read } as Flag<[string, string][] | undefined>;
}

function wishesOf(
  flags: DebugFlags,
  args: readonly string[],
  given: ReadonlySet<string>,
  custom: JsonObject | undefined,
): DebugWishes {
  return {
    ...flags,
    args,
    env: flags.env ?? [],
    images: new Map(flags['set-image'] ?? []),
    custom,
    ...(given.has('share-processes') ? { shareProcesses: flags['share-processes'] } : {}),
  };
}

/** @throws CliError for flags that belong to a copy, and for a copy that is none */
function checkCopy(flags: DebugFlags, { args, images }: DebugWishes): void {
  if (flags['copy-to'] !== '') {
    if (flags.image === '' && images.size === 0 && args.length === 0) {
      throw new CliError('you must specify --image, --set-image or command arguments.');
    }
    if (args.length > 0 && flags.container === '' && flags.image === '') {
      throw new CliError('you must specify an existing container or a new image when specifying args.');
    }
    if (flags.target === '') return;
    throw new CliError('--target is incompatible with --copy-to. Use --share-processes instead.');
  }
  if (flags.replace) throw new CliError('--replace may only be used with --copy-to.');
  if (flags['same-node']) throw new CliError('--same-node may only be used with --copy-to.');
  if (images.size > 0) throw new CliError('--set-image may only be used with --copy-to.');
  if (flags.image === '') throw new CliError('you must specify --image when not using --copy-to.');
}

function checkImage(image: string, where: string): void {
  if (isImageName(image)) return;
  throw new CliError(`invalid image name ${JSON.stringify(image)}${where}: invalid reference format`);
}

/** @throws CliError for a file that is none, or holds no object */
async function customContainer(file: string): Promise<JsonObject> {
  const content = await readFile(file, 'utf8').catch(() => {
    throw new CliError(
      `must pass a container spec json file for custom profile: open ${file}: no such file or directory`,
    );
  });
  let value: unknown;
  try {
    ({ value } = parseYaml(content));
  } catch (error) {
    const why = (error as Error).message.replace(
      /^(?:error converting YAML to JSON: )?/,
      'error converting YAML to JSON: ',
    );
    throw new CliError(`${file} does not contain a valid container spec: ${why}`, { cause: error });
  }
  if (isObject(value)) return value;
  throw new CliError(`${file} does not contain a valid container spec: it is no object`);
}

const FIXED = ['name', 'command', 'image', 'lifecycle', 'volumeDevices'];

function checkCustom(custom: JsonObject | undefined): void {
  if (custom === undefined || FIXED.every((field) => custom[field] === undefined)) return;
  throw new CliError('name, command, image, lifecycle and volume devices are not modifiable via custom profile');
}

function stateOf({ status = {} }: Pod, container: string) {
  const all = [
    ...(status.initContainerStatuses ?? []),
    ...(status.containerStatuses ?? []),
    ...(status.ephemeralContainerStatuses ?? []),
  ];
  return all.find(({ name }) => name === container)?.state;
}
