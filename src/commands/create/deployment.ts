import type { JsonObject } from '../../api/object.ts';
import { containerName } from '../../cli/create/container-name.ts';
import { GENERATOR_FLAGS, GeneratorCommand } from '../../cli/create/generator-command.ts';
import { CliError } from '../../cli/errors.ts';
import { integer, list } from '../../cli/flags/flag-kinds.ts';

const FLAGS = {
  image: list({ summary: 'Image to run; may be repeated for several containers.' }),
  port: integer({ summary: 'Port that the container opens.', default: -1 }),
  replicas: integer({ char: 'r', summary: 'How many pods.', default: 1 }),
};

export default class CreateDeployment extends GeneratorCommand {
  static readonly summary = 'Create a deployment from images.';
  static readonly usage = 'create deployment NAME --image=IMAGE [flags] [-- COMMAND [ARG…]]';
  static readonly examples = [
    '<%= config.bin %> create deployment web --image=nginx --replicas=3 --port=80',
    '# With a command of its own\n<%= config.bin %> create deploy clock --image=busybox -- sh -c "while true; do date; sleep 1; done"',
    '# Only the manifest\n<%= config.bin %> create deploy web --image=nginx --dry-run=client -o yaml',
  ];
  static readonly flagSet = { ...GENERATOR_FLAGS, ...FLAGS };

  protected run(): Promise<void> {
    return this.generate({
      flags: FLAGS,
      required: ['image'],
      namespaced: true,
      failure: 'failed to create deployment: ',
      build: ({ image = [], port, replicas }, { name, command }) => {
        if (image.length > 1 && command.length > 0) {
          throw new CliError('cannot specify multiple --image options and command');
        }
        const labels = { app: name };
        const containers = image.map((each, i) => container(each, command, i === 0 ? port : -1));
        return {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name, labels },
          spec: {
            replicas,
            selector: { matchLabels: labels },
            template: { metadata: { labels }, spec: { containers } },
          },
        };
      },
    });
  }
}

function container(image: string, command: readonly string[], port: number): JsonObject {
  return {
    name: containerName(image),
    image,
    ...(command.length === 0 ? {} : { command }),
    ...(port < 0 ? {} : { ports: [{ containerPort: port }] }),
  };
}
