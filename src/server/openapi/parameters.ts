/** The parameters that operations take, by what they do: the query forms of CreateOptions, ListOptions, DeleteOptions … */
import type { Descriptions } from './descriptions.ts';
import type { Parameter } from './route.ts';

type Types = Readonly<Record<string, Parameter['type']>>;

const PRETTY: Types = { pretty: 'string' };
const WRITE: Types = { ...PRETTY, dryRun: 'string', fieldManager: 'string', fieldValidation: 'string' };
const DELETE: Types = {
  ...PRETTY,
  dryRun: 'string',
  gracePeriodSeconds: 'integer',
  ignoreStoreReadErrorWithClusterBreakingPotential: 'boolean',
  orphanDependents: 'boolean',
  propagationPolicy: 'string',
};
const SELECT: Types = {
  ...PRETTY,
  continue: 'string',
  fieldSelector: 'string',
  labelSelector: 'string',
  limit: 'integer',
  resourceVersion: 'string',
  resourceVersionMatch: 'string',
  sendInitialEvents: 'boolean',
  shardSelector: 'string',
  timeoutSeconds: 'integer',
};
const LIST: Types = { ...SELECT, allowWatchBookmarks: 'boolean', watch: 'boolean' };

/** By x-kubernetes-action. */
const BY_ACTION: Readonly<Record<string, Types>> = {
  get: PRETTY,
  list: LIST,
  watch: LIST,
  watchlist: LIST,
  post: WRITE,
  put: WRITE,
  patch: { ...WRITE, force: 'boolean' },
  delete: DELETE,
  deletecollection: { ...SELECT, ...DELETE },
};

const STREAM: Types = { container: 'string', stderr: 'boolean', stdin: 'boolean', stdout: 'boolean', tty: 'boolean' };

/** The options that connecting sub-resources (and log) take as query parameters. */
const OPTIONS: Readonly<Record<string, Types>> = {
  PodAttachOptions: STREAM,
  PodExecOptions: { ...STREAM, command: 'string' },
  PodPortForwardOptions: { ports: 'integer' },
  PodProxyOptions: { path: 'string' },
  ServiceProxyOptions: { path: 'string' },
  NodeProxyOptions: { path: 'string' },
  PodLogOptions: {
    container: 'string',
    follow: 'boolean',
    insecureSkipTLSVerifyBackend: 'boolean',
    limitBytes: 'integer',
    previous: 'boolean',
    sinceSeconds: 'integer',
    stream: 'string',
    tailLines: 'integer',
    timestamps: 'boolean',
  },
};

export class Parameters {
  readonly #texts: Readonly<Record<string, string>>;

  constructor({ parameters }: Descriptions) {
    this.#texts = parameters;
  }

  forAction(action: string): Parameter[] {
    return this.#query(BY_ACTION[action] ?? {}, '');
  }

  /** @param options kind of the options, e.g. PodExecOptions */
  forOptions(options: string): Parameter[] {
    return this.#query(OPTIONS[options] ?? {}, `${options}.`);
  }

  isOptions(kind: string): boolean {
    return Object.hasOwn(OPTIONS, kind);
  }

  /** The parameters that stand in the path itself. */
  inPath(path: string, kind: string): Parameter[] {
    const texts: Record<string, string> = {
      name: `name of the ${kind}`,
      namespace: 'object name and auth scope, such as for teams and projects',
      path: 'path to the resource',
    };
    return ['name', 'namespace', 'path']
      .filter((name) => path.includes(`{${name}}`))
      .map((name) => ({ name, in: 'path', type: 'string', description: texts[name] as string }));
  }

  #query(types: Types, owner: string): Parameter[] {
    return Object.entries(types).map(([name, type]) => {
      const description = this.#texts[`${owner}${name}`] ?? (owner === '' ? undefined : this.#texts[name]);
      return { name, in: 'query', type, ...(description === undefined ? {} : { description }) };
    });
  }
}
