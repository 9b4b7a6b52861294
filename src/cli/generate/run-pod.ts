/** The pod that `run` makes, and the service that goes with it. */
import { isEnvVarName } from '../../api/names.ts';
import { type JsonObject, setOwn } from '../../api/object.ts';
import { CliError } from '../errors.ts';
import { portNumber } from './exposed-service.ts';
import { labelPairs } from './label-pairs.ts';

export interface PodWishes {
  readonly name: string;
  readonly image: string;
  readonly 'image-pull-policy': string;
  readonly labels: string;
  readonly annotations: readonly string[];
  readonly env: readonly string[];
  readonly port: string;
  readonly restart: string;
  readonly privileged: boolean;
  readonly stdin: boolean;
  readonly tty: boolean;
  /** Input stays open for those who attach later. */
  readonly leaveStdinOpen: boolean;
  /** Whether `args` are the command, and not its arguments. */
  readonly command: boolean;
  readonly args: readonly string[];
}

/** @throws CliError */
export function podOf(wishes: PodWishes): JsonObject {
  const annotations = annotationPairs(wishes.annotations);
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name: wishes.name,
      labels: labelsOf(wishes),
      ...(wishes.annotations.length === 0 ? {} : { annotations }),
    },
    spec: { containers: [containerOf(wishes)], restartPolicy: wishes.restart, dnsPolicy: 'ClusterFirst' },
    status: {},
  };
}

export function labelsOf({ labels, name }: Pick<PodWishes, 'labels' | 'name'>): JsonObject {
  return labels === '' ? { run: name } : labelPairs(labels);
}

function containerOf(wishes: PodWishes): JsonObject {
  const env = wishes.env.map(variable);
  const { args, stdin, tty } = wishes;
  return {
    name: wishes.name,
    image: wishes.image,
    ...(args.length === 0 ? {} : { [wishes.command ? 'command' : 'args']: args }),
    ...(wishes.port === '' ? {} : { ports: [{ containerPort: portNumber(wishes.port) }] }),
    ...(env.length === 0 ? {} : { env }),
    resources: {},
    ...(wishes['image-pull-policy'] === '' ? {} : { imagePullPolicy: wishes['image-pull-policy'] }),
    ...(wishes.privileged ? { securityContext: { privileged: true } } : {}),
    ...(stdin ? { stdin, ...(wishes.leaveStdinOpen ? {} : { stdinOnce: true }) } : {}),
    ...(tty ? { tty } : {}),
  };
}

function variable(text: string): JsonObject {
  const at = text.indexOf('=');
  const name = text.slice(0, at);
  if (at < 0 || isEnvVarName(name).length > 0) throw new CliError(`invalid env: ${text}`);
  const value = text.slice(at + 1);
  return { name, ...(value === '' ? {} : { value }) };
}

function annotationPairs(texts: readonly string[]): JsonObject {
  const annotations: JsonObject = {};
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at < 0) throw new CliError(`invalid annotations format: ${text}`);
    setOwn(annotations, text.slice(0, at), text.slice(at + 1));
  }
  return annotations;
}

/** @throws CliError */
export function serviceOfPod(wishes: Pick<PodWishes, 'labels' | 'name' | 'port'>): JsonObject {
  const port = portNumber(wishes.port);
  return {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: { name: wishes.name },
    spec: { ports: [{ protocol: 'TCP', port, targetPort: port }], selector: labelsOf(wishes) },
    status: { loadBalancer: {} },
  };
}

const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const HOST =
  '(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[a-fA-F0-9:]+\\])';
const IMAGE = new RegExp(
  `^(?:${HOST}(?::\\d+)?/)?${COMPONENT}(?:/${COMPONENT})*(?::\\w[\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$`,
);
const MAX_IMAGE = 4096;

/** Whether a text can be the name of an image: distribution/reference. */
export function isImageName(text: string): boolean {
  return text.length <= MAX_IMAGE && IMAGE.test(text);
}
