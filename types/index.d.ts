/** What `import … from 'kctl'` gives. test/docs/package.test.ts compares it with src/control-plane.ts. */
import type { Logger } from 'pino';

/** Flags of `kctl serve` by their names in camel case (docs/flags.md), and where things are kept. */
export interface ControlPlaneOptions {
  /** Where objects, certificates and the kubeconfig are kept. Absent: nowhere. */
  readonly dataDir?: string;
  /** Nothing is kept; with a `dataDir` the kubeconfig and the CA's certificate lie there until `close()`. */
  readonly inMemory?: boolean;
  readonly durability?: 'full' | 'normal' | 'memory';
  /** Default: silent. */
  readonly log?: Logger;
  /** 0 takes any free port. Default: 6443. */
  readonly securePort?: number;
  readonly bindAddress?: string;
  readonly advertiseAddress?: string;
  readonly tokenAuthFile?: string | undefined;
  readonly clientCaFile?: string | undefined;
  readonly tlsCertFile?: string | undefined;
  readonly tlsPrivateKeyFile?: string | undefined;
  readonly serviceClusterIpRange?: readonly string[];
  readonly serviceNodePortRange?: string;
  readonly authorizationMode?: readonly string[];
  readonly enableAdmissionPlugins?: readonly string[];
  readonly disableAdmissionPlugins?: readonly string[];
  readonly anonymousAuth?: boolean;
  readonly enableBootstrapTokenAuth?: boolean;
  readonly serviceAccountIssuer?: readonly string[];
  readonly apiAudiences?: readonly string[];
  readonly maxRequestsInflight?: number;
  readonly maxMutatingRequestsInflight?: number;
  /** Milliseconds until a request that is no watch is answered 504. Default: 60 s. */
  readonly requestTimeout?: number;
  /** Seconds, to twice as many, until a watch ends that names no time. Default: 1800. */
  readonly minRequestTimeout?: number;
}

export interface UserInfo {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** Requests from inside the process as one user: neither authenticated nor authorized. */
export interface LocalTransport {
  send(request: {
    readonly method: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string | Buffer;
    readonly signal?: AbortSignal;
  }): Promise<{
    readonly status: number;
    readonly headers: Readonly<Record<string, string | string[] | undefined>>;
    readonly body: AsyncIterable<Buffer>;
  }>;
  close(): Promise<void>;
}

export interface ControlPlane {
  /** `https://127.0.0.1:6443` */
  readonly url: string;
  readonly port: number;
  /** Kubeconfig text of an administrator. */
  readonly kubeconfig: string;
  /** Its path, when there is a data directory. */
  readonly kubeconfigFile: string | undefined;
  /** PEM */
  readonly caCertificate: string;
  local(user: UserInfo): LocalTransport;
  /** Ends watches, drains, closes the store. */
  close(): Promise<void>;
}

/**
 * Starts an API server with its controllers in this process; many may run at once.
 * @throws Error in plain words when the data directory or the address cannot be used
 */
export function startControlPlane(options?: ControlPlaneOptions): Promise<ControlPlane>;
