/** What `kctl serve` can be told, by kube-apiserver's names in camel case; defaults in one place. */
export interface ServerFlags {
  /** --secure-port; 0 = any free port. */
  securePort: number;
  /** --bind-address */
  bindAddress: string;
  /** --advertise-address: what the `kubernetes` EndpointSlice and the kubeconfig name. */
  advertiseAddress: string;
  /** --token-auth-file: CSV of token,user,uid[,"group,group"]. */
  tokenAuthFile: string | undefined;
  /** --client-ca-file: replaces the data directory's CA for client certificates. */
  clientCaFile: string | undefined;
  /** --tls-cert-file and --tls-private-key-file */
  tlsCertFile: string | undefined;
  tlsPrivateKeyFile: string | undefined;
  /** --service-cluster-ip-range: one CIDR, or an IPv4 and an IPv6 one. */
  serviceClusterIpRange: readonly string[];
  /** --service-node-port-range */
  serviceNodePortRange: string;
  /** --authorization-mode */
  authorizationMode: readonly string[];
  /** --enable-admission-plugins, besides the default ones. */
  enableAdmissionPlugins: readonly string[];
  /** --disable-admission-plugins */
  disableAdmissionPlugins: readonly string[];
  /** --anonymous-auth */
  anonymousAuth: boolean;
  /** --enable-bootstrap-token-auth */
  enableBootstrapTokenAuth: boolean;
  /** --service-account-issuer (the first one signs) */
  serviceAccountIssuer: readonly string[];
  /** --api-audiences; default: the issuer. */
  apiAudiences: readonly string[];
  /** --max-requests-inflight and --max-mutating-requests-inflight; 0 = no limit. */
  maxRequestsInflight: number;
  maxMutatingRequestsInflight: number;
  /** --request-timeout, in milliseconds: when a request that is no watch or stream is answered 504. */
  requestTimeout: number;
  /** --min-request-timeout, in seconds: watches without timeoutSeconds end after this to twice this; 0 = never. */
  minRequestTimeout: number;
}

export const DEFAULT_FLAGS: Readonly<ServerFlags> = Object.freeze({
  securePort: 6443,
  bindAddress: '127.0.0.1',
  advertiseAddress: '127.0.0.1',
  tokenAuthFile: undefined,
  clientCaFile: undefined,
  tlsCertFile: undefined,
  tlsPrivateKeyFile: undefined,
  serviceClusterIpRange: ['10.0.0.0/24'],
  serviceNodePortRange: '30000-32767',
  authorizationMode: ['Node', 'RBAC'],
  enableAdmissionPlugins: [],
  disableAdmissionPlugins: [],
  anonymousAuth: true,
  enableBootstrapTokenAuth: true,
  serviceAccountIssuer: ['https://kubernetes.default.svc.cluster.local'],
  apiAudiences: [],
  maxRequestsInflight: 400,
  maxMutatingRequestsInflight: 200,
  requestTimeout: 60_000,
  minRequestTimeout: 1800,
});
