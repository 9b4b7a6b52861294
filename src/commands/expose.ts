import type { JsonObject } from '../api/object.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { remembered } from '../cli/create/generator-command.ts';
import { DRY_RUN_FLAG, parseDryRun } from '../cli/dry-run.ts';
import { throwAll } from '../cli/errors.ts';
import { bool, type FlagValues, text } from '../cli/flags/flag-kinds.ts';
import { exposedService } from '../cli/generate/exposed-service.ts';
import { inGivenNamespace } from '../cli/generate/given-namespace.ts';
import { OVERRIDE_FLAGS, overridden } from '../cli/generate/overrides.ts';
import { PRINT_FLAGS } from '../cli/get/get-flags.ts';
import { MANIFEST_FLAGS } from '../cli/manifests/manifest-source.ts';
import { resultPrinter } from '../cli/print/result-printer.ts';
import { typedObject } from '../cli/print/typed-object.ts';
import { findObjects } from '../cli/resources/find-objects.ts';
import type { Session } from '../cli/session.ts';

const EXPOSE_FLAGS = {
  ...MANIFEST_FLAGS,
  ...PRINT_FLAGS,
  ...DRY_RUN_FLAG,
  ...OVERRIDE_FLAGS,
  'cluster-ip': text({ summary: 'Address of the service; None makes a headless one.', default: '' }),
  'external-ip': text({ summary: 'Another address that leads to the service.', default: '' }),
  'field-manager': text({ summary: 'Name under which the fields are owned.', default: 'kubectl-expose' }),
  labels: text({ char: 'l', summary: 'Labels of the service: a=b,c=d. Without, those of the object.', default: '' }),
  'load-balancer-ip': text({ summary: 'Address to give to the load balancer.', default: '' }),
  name: text({ summary: 'Name of the service; without one, that of the object.', default: '' }),
  port: text({ summary: 'Port of the service, or several with commas; without, those of the object.', default: '' }),
  protocol: text({ summary: 'TCP, UDP or SCTP; without, that of the object.', default: '' }),
  'save-config': bool({ summary: 'Remember the object in an annotation, as apply does.' }),
  selector: text({ summary: 'Which pods: a=b,c=d. Without, those of the object.', default: '' }),
  'session-affinity': text({ summary: 'None or ClientIP.', default: '' }),
  'target-port': text({ summary: 'Number or name of the port in the pods; without, --port.', default: '' }),
  type: text({ summary: 'ClusterIP, NodePort, LoadBalancer or ExternalName.', default: '' }),
};

const SERVICES = { group: '', version: 'v1', resource: 'services' } as const;

export default class Expose extends BaseCommand {
  static readonly summary = 'Make a service that leads to the pods of an object.';
  static readonly description =
    'Of pods, services, deployments, replica sets and replication controllers. Ports, selector and labels are those of the object unless flags say otherwise.';
  static readonly usage =
    'expose (TYPE NAME… | TYPE/NAME… | -f FILE) [--port=PORT] [--target-port=PORT] [--name=NAME] [flags]';
  static readonly examples = [
    '<%= config.bin %> expose deploy/web --port=80 --target-port=8080',
    '# To the world outside\n<%= config.bin %> expose deploy/web --type=NodePort --name=web-public',
    '# One pod\n<%= config.bin %> expose pod web-1 --port=444 --name=front',
    '# Only the manifest\n<%= config.bin %> expose deploy/web --port=80 --dry-run=client -o yaml',
  ];
  static readonly flagSet = EXPOSE_FLAGS;

  protected async run(): Promise<void> {
    const { flags, args } = await this.line(EXPOSE_FLAGS);
    const dryRun = parseDryRun(flags['dry-run'], (warning) => this.err(warning));
    const printer = resultPrinter(flags, dryRun, true);
    const session = await this.session(flags);
    // --selector is about the pods, not about the objects.
    const { found, errors: unread } = await findObjects(session, { ...flags, selector: '', args }, this.terminal.stdin);
    const errors: unknown[] = [];
    for (const { object, namespace } of found) {
      try {
        const service = overridden(exposedService(object, flags), flags);
        const placed = namespace ?? session.namespace;
        const made =
          dryRun === 'client'
            ? inGivenNamespace(service, session)
            : await create(session, service, placed, flags, dryRun === 'server');
        this.out(printer(typedObject(made), 'exposed'));
      } catch (error) {
        errors.push(error);
      }
    }
    throwAll([...errors, ...unread]);
  }
}

function create(
  { client }: Session,
  service: JsonObject,
  namespace: string,
  flags: FlagValues<typeof EXPOSE_FLAGS>,
  dryRun: boolean,
): Promise<JsonObject> {
  const object = flags['save-config'] ? remembered(service) : service;
  const options = { fieldManager: flags['field-manager'], dryRun };
  return client.create<JsonObject>({ ...SERVICES, namespace }, object, options);
}
