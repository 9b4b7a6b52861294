import type { JsonObject } from '../api/object.ts';
import { remembered } from '../cli/create/generator-command.ts';
import { deleteOne, deletionLine } from '../cli/delete/delete-objects.ts';
import { waitUntilGone } from '../cli/delete/wait-until-gone.ts';
import { DRY_RUN_FLAG, type DryRun, parseDryRun } from '../cli/dry-run.ts';
import { CliError, throwAll } from '../cli/errors.ts';
import { bool, duration, type FlagValues, integer, optionalText, text, texts } from '../cli/flags/flag-kinds.ts';
import type { GlobalFlags } from '../cli/flags/global-flags.ts';
import { inGivenNamespace } from '../cli/generate/given-namespace.ts';
import { OVERRIDE_FLAGS, overridden } from '../cli/generate/overrides.ts';
import { isImageName, type PodWishes, podOf, serviceOfPod } from '../cli/generate/run-pod.ts';
import { PRINT_FLAGS } from '../cli/get/get-flags.ts';
import { MANIFEST_FLAGS } from '../cli/manifests/manifest-source.ts';
import { resultPrinter } from '../cli/print/result-printer.ts';
import { typedObject } from '../cli/print/typed-object.ts';
import type { Selection } from '../cli/resources/selection.ts';
import type { Session } from '../cli/session.ts';
import { StreamCommand } from '../cli/streams/stream-command.ts';

const RUN_FLAGS = {
  ...PRINT_FLAGS,
  ...DRY_RUN_FLAG,
  ...OVERRIDE_FLAGS,
  annotations: texts({ summary: 'Annotation of the pod, KEY=VALUE; may be repeated.' }),
  attach: bool({ summary: 'Wait until the pod runs and follow its main process; on with -i.' }),
  cascade: optionalText(
    { summary: 'With --rm: what happens to owned objects: background, foreground or orphan.', default: 'background' },
    'background',
  ),
  command: bool({ summary: 'What follows -- is the command, not only its arguments.' }),
  env: texts({ summary: 'Environment variable, NAME=VALUE; may be repeated.' }),
  expose: bool({ summary: 'Make a service for the pod too; needs --port.' }),
  'field-manager': text({ summary: 'Name under which the fields are owned.', default: 'kubectl-run' }),
  force: bool({ summary: 'With --rm: do not wait for a graceful end.' }),
  'grace-period': integer({ summary: 'With --rm: seconds to end gracefully.', default: -1 }),
  image: text({ summary: 'Image to run.', default: '' }),
  'image-pull-policy': text({ summary: 'Always, IfNotPresent or Never.', default: '' }),
  labels: text({ char: 'l', summary: 'Labels of the pod: a=b,c=d. Without, run=NAME.', default: '' }),
  'leave-stdin-open': bool({ summary: 'Keep the input of the container open after the first who is attached goes.' }),
  'pod-running-timeout': duration({ summary: 'How long to wait until the pod runs.', default: 60_000 }),
  port: text({ summary: 'Port that the container opens.', default: '' }),
  privileged: bool({ summary: 'Run the container privileged.' }),
  quiet: bool({ char: 'q', summary: 'Only what the container writes.' }),
  restart: text({ summary: 'Always, OnFailure or Never.', default: 'Always' }),
  rm: bool({ summary: 'Delete the pod when its main process has ended; only with --attach or -i.' }),
  'save-config': bool({ summary: 'Remember the object in an annotation, as apply does.' }),
  stdin: bool({ char: 'i', summary: 'Send the standard input to the container.' }),
  timeout: duration({
    summary: 'With --rm --wait: how long to wait until the pod is gone; 0 = as long as it takes.',
    default: 0,
  }),
  tty: bool({ char: 't', summary: 'The input is a terminal.' }),
  wait: bool({ summary: 'With --rm: wait until the pod is gone.' }),
  // kubectl reads them and does nothing with them.
  filename: { ...MANIFEST_FLAGS.filename, summary: 'Ignored.', hidden: true },
  kustomize: { ...MANIFEST_FLAGS.kustomize, summary: 'Ignored.', hidden: true },
  recursive: { ...MANIFEST_FLAGS.recursive, summary: 'Ignored.', hidden: true },
};

type RunFlags = FlagValues<typeof RUN_FLAGS> & GlobalFlags;

const CASCADES = { background: 'Background', foreground: 'Foreground', orphan: 'Orphan' } as const;

export default class Run extends StreamCommand {
  static readonly summary = 'Run an image in a pod.';
  static readonly usage = 'run NAME --image=IMAGE [flags] [-- ARGUMENT… | --command -- COMMAND [ARGUMENT…]]';
  static readonly examples = [
    '<%= config.bin %> run web --image=nginx --port=80 --expose',
    '# A shell for a moment\n<%= config.bin %> run -it --rm look --image=busybox --restart=Never -- sh',
    '# With variables and labels\n<%= config.bin %> run web --image=nginx --env=MODE=dev --labels=app=web,tier=front',
    '# Another command\n<%= config.bin %> run clock --image=busybox --command -- sh -c "while true; do date; sleep 1; done"',
    '# Only the manifest\n<%= config.bin %> run web --image=nginx --dry-run=client -o yaml',
  ];
  static readonly flagSet = RUN_FLAGS;

  protected async run(): Promise<void> {
    const { flags: line, args, dash, given } = await this.line(RUN_FLAGS);
    if (!given.has('image')) throw new CliError('required flag(s) "image" not set');
    const flags = { ...line, attach: given.has('attach') ? line.attach : line.stdin };
    const dryRun = parseDryRun(flags['dry-run'], (warning) => this.err(warning));
    const propagation = propagationOf(flags.cascade);
    const [name, ...rest] = args;
    const printer = resultPrinter(flags, dryRun, true);
    this.#check(flags, dash === 0 ? undefined : name, dryRun);
    const wishes = wishesOf(flags, name as string, rest);
    const pod = overridden(podOf(wishes), flags);
    const session = await this.session(flags);
    const made = await create(session, 'pods', pod, flags, dryRun);
    const errors: unknown[] = [];
    if (flags.expose) {
      try {
        const service = await create(session, 'services', serviceOfPod(wishes), flags, dryRun);
        this.out(resultPrinter(flags, dryRun, true)(typedObject(service), 'created'));
        if (flags.output === 'yaml') this.out('---\n---\n');
      } catch (error) {
        errors.push(error);
      }
    }
    if (!flags.attach) this.out(printer(typedObject(made), 'created'));
    else await this.#attach(session, flags, name as string, propagation);
    throwAll(errors);
  }

  #check(flags: RunFlags, name: string | undefined, dryRun: DryRun): void {
    const { image, tty, stdin, expose, port, restart, attach, rm } = flags;
    if (name === undefined) throw this.usageError('NAME is required for run');
    if (flags['pod-running-timeout'] <= 0) throw this.usageError('--pod-running-timeout must be higher than zero');
    if (image === '') throw new CliError('--image is required');
    if (!isImageName(image))
      throw new CliError(`Invalid image name ${JSON.stringify(image)}: invalid reference format`);
    if (tty && !stdin) throw this.usageError('-i/--stdin is required for containers with -t/--tty=true');
    if (expose && port === '') throw this.usageError('--port must be set when exposing a service');
    if (!['Always', 'OnFailure', 'Never'].includes(restart))
      throw this.usageError(`invalid restart policy: ${restart}`);
    if (rm && !attach) throw this.usageError('--rm should only be used for attached containers');
    if (attach && dryRun !== 'none') {
      throw this.usageError(
        "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
      );
    }
    const policy = flags['image-pull-policy'];
    if (!['', 'Always', 'IfNotPresent', 'Never'].includes(policy)) {
      throw this.usageError(`invalid image pull policy: ${policy}`);
    }
  }

  /** Follows the main process; its exit code is that of the command where the pod does not start it again. */
  async #attach(
    session: Session,
    flags: RunFlags,
    name: string,
    propagation: (typeof CASCADES)[keyof typeof CASCADES],
  ): Promise<void> {
    const { podWhenRunning, endOfPod } = await import('../cli/streams/running-pod.ts');
    const selection = await podSelection(session, name);
    try {
      const pod = await podWhenRunning(session.client, selection, flags['pod-running-timeout']);
      await this.follow(session, pod, flags, name);
      if (flags.restart === 'Never' && !flags['leave-stdin-open']) await endOfPod(session.client, selection);
    } finally {
      if (flags.rm) await this.#remove(session, selection, flags, propagation);
    }
  }

  async #remove(
    { client }: Session,
    selection: Selection,
    flags: RunFlags,
    propagation: (typeof CASCADES)[keyof typeof CASCADES],
  ): Promise<void> {
    const gracePeriod = flags.force ? 0 : flags['grace-period'];
    const request = { propagation, gracePeriod, dryRun: 'none', ignoreNotFound: true } as const;
    const deleted = await deleteOne(client, selection, request);
    if (deleted === undefined) return;
    if (!flags.quiet) this.out(deletionLine(selection, request, false));
    if (flags.wait) await waitUntilGone(client, selection, deleted.uid, flags.timeout);
  }
}

function propagationOf(cascade: string): (typeof CASCADES)[keyof typeof CASCADES] {
  if (Object.hasOwn(CASCADES, cascade)) return CASCADES[cascade as keyof typeof CASCADES];
  throw new CliError(`invalid cascade value (${cascade}). Must be "background", "foreground", or "orphan"`);
}

function wishesOf(flags: RunFlags, name: string, args: readonly string[]): PodWishes {
  return {
    ...flags,
    name,
    args,
    annotations: flags.annotations ?? [],
    env: flags.env ?? [],
    leaveStdinOpen: flags['leave-stdin-open'],
  };
}

async function create(
  session: Session,
  resource: 'pods' | 'services',
  object: JsonObject,
  flags: RunFlags,
  dryRun: DryRun,
): Promise<JsonObject> {
  if (dryRun === 'client') return inGivenNamespace(object, session);
  const { client, namespace } = session;
  const body = flags['save-config'] ? remembered(object) : object;
  const options = { fieldManager: flags['field-manager'], dryRun: dryRun === 'server' };
  return client.create<JsonObject>({ group: '', version: 'v1', resource, namespace }, body, options);
}

async function podSelection({ discovery, namespace }: Session, name: string): Promise<Selection> {
  const { findResource } = await import('../cli/resources/find-resource.ts');
  return { resource: findResource(await discovery(), 'pods'), namespace, name };
}
