/** Functions that Kubernetes adds to CEL; imitates apiserver pkg/cel/library of v1.36. A receiver stands before a blank. */
import { type Functions, mergeFunctions, readSignatures, readType } from './declarations.ts';
import { type CelType, typeOf } from './types.ts';

const URLS = `
  url(string): kubernetes.URL
  isURL(string): bool
  kubernetes.URL getScheme(): string
  kubernetes.URL getHost(): string
  kubernetes.URL getHostname(): string
  kubernetes.URL getPort(): string
  kubernetes.URL getEscapedPath(): string
  kubernetes.URL getQuery(): map(string, list(string))
`;

const REGEX = `
  string find(string): string
  string findAll(string): list(string)
  string findAll(string, int): list(string)
`;

const ADDABLE = ['int', 'uint', 'double', 'duration'];
const COMPARABLE = ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes'];
const LISTS = [
  ...COMPARABLE.map((type) => `list(${type}) isSorted(): bool`),
  ...ADDABLE.map((type) => `list(${type}) sum(): ${type}`),
  ...COMPARABLE.flatMap((type) => [`list(${type}) max(): ${type}`, `list(${type}) min(): ${type}`]),
  'list(T) indexOf(T): int',
  'list(T) lastIndexOf(T): int',
].join('\n');

const AUTHORIZER = `
  kubernetes.authorization.Authorizer path(string): kubernetes.authorization.PathCheck
  kubernetes.authorization.Authorizer group(string): kubernetes.authorization.GroupCheck
  kubernetes.authorization.Authorizer serviceAccount(string, string): kubernetes.authorization.Authorizer
  kubernetes.authorization.GroupCheck resource(string): kubernetes.authorization.ResourceCheck
  kubernetes.authorization.ResourceCheck subresource(string): kubernetes.authorization.ResourceCheck
  kubernetes.authorization.ResourceCheck namespace(string): kubernetes.authorization.ResourceCheck
  kubernetes.authorization.ResourceCheck name(string): kubernetes.authorization.ResourceCheck
  kubernetes.authorization.ResourceCheck fieldSelector(string): kubernetes.authorization.ResourceCheck
  kubernetes.authorization.ResourceCheck labelSelector(string): kubernetes.authorization.ResourceCheck
  kubernetes.authorization.PathCheck check(string): kubernetes.authorization.Decision
  kubernetes.authorization.ResourceCheck check(string): kubernetes.authorization.Decision
  kubernetes.authorization.Decision errored(): bool
  kubernetes.authorization.Decision error(): string
  kubernetes.authorization.Decision allowed(): bool
  kubernetes.authorization.Decision reason(): string
`;

const QUANTITY = `
  quantity(string): kubernetes.Quantity
  isQuantity(string): bool
  kubernetes.Quantity sign(): int
  kubernetes.Quantity isGreaterThan(kubernetes.Quantity): bool
  kubernetes.Quantity isLessThan(kubernetes.Quantity): bool
  kubernetes.Quantity compareTo(kubernetes.Quantity): int
  kubernetes.Quantity asApproximateFloat(): double
  kubernetes.Quantity asInteger(): int
  kubernetes.Quantity isInteger(): bool
  kubernetes.Quantity add(kubernetes.Quantity): kubernetes.Quantity
  kubernetes.Quantity add(int): kubernetes.Quantity
  kubernetes.Quantity sub(kubernetes.Quantity): kubernetes.Quantity
  kubernetes.Quantity sub(int): kubernetes.Quantity
`;

const ADDRESSES = `
  ip(string): net.IP
  isIP(string): bool
  ip.isCanonical(string): bool
  string(net.IP): string
  net.IP family(): int
  net.IP isUnspecified(): bool
  net.IP isLoopback(): bool
  net.IP isLinkLocalMulticast(): bool
  net.IP isLinkLocalUnicast(): bool
  net.IP isGlobalUnicast(): bool
  cidr(string): net.CIDR
  isCIDR(string): bool
  string(net.CIDR): string
  net.CIDR containsIP(string): bool
  net.CIDR containsIP(net.IP): bool
  net.CIDR containsCIDR(string): bool
  net.CIDR containsCIDR(net.CIDR): bool
  net.CIDR ip(): net.IP
  net.CIDR masked(): net.CIDR
  net.CIDR prefixLength(): int
`;

const FORMAT_NAMES = [
  'dns1123Label',
  'dns1123Subdomain',
  'dns1035Label',
  'qualifiedName',
  'dns1123LabelPrefix',
  'dns1123SubdomainPrefix',
  'dns1035LabelPrefix',
  'labelValue',
  'uri',
  'uuid',
  'byte',
  'date',
  'datetime',
];
const FORMATS = [
  'format.named(string): optional_type(kubernetes.NamedFormat)',
  'kubernetes.NamedFormat validate(string): optional_type(list(string))',
  ...FORMAT_NAMES.map((name) => `format.${name}(): kubernetes.NamedFormat`),
].join('\n');

const VERSIONS = `
  semver(string): kubernetes.Semver
  semver(string, bool): kubernetes.Semver
  isSemver(string): bool
  isSemver(string, bool): bool
  kubernetes.Semver major(): int
  kubernetes.Semver minor(): int
  kubernetes.Semver patch(): int
  kubernetes.Semver isGreaterThan(kubernetes.Semver): bool
  kubernetes.Semver isLessThan(kubernetes.Semver): bool
  kubernetes.Semver compareTo(kubernetes.Semver): int
`;

const IMAGES = `
  image(string): kubernetes.Image
  isImage(string): bool
  kubernetes.Image registry(): string
  kubernetes.Image repository(): string
  kubernetes.Image identifier(): string
  kubernetes.Image tag(): string
  kubernetes.Image digest(): string
  kubernetes.Image containsDigest(): bool
`;

const JSON_PATCH = 'jsonpatch.escapeKey(string): string';

let functions: Functions | undefined;
let patchFunctions: Functions | undefined;

export function kubernetesFunctions(): Functions {
  functions ??= mergeFunctions(
    ...[URLS, REGEX, LISTS, AUTHORIZER, QUANTITY, ADDRESSES, FORMATS, VERSIONS, IMAGES].map(readSignatures),
  );
  return functions;
}

/** Only where patches are made (MutatingAdmissionPolicy). */
export function jsonPatchFunctions(): Functions {
  patchFunctions ??= readSignatures(JSON_PATCH);
  return patchFunctions;
}

/** Names that are types. */
export const KUBERNETES_TYPES: ReadonlyMap<string, CelType> = new Map(
  ['kubernetes.URL', 'kubernetes.Quantity', 'net.IP', 'net.CIDR', 'kubernetes.NamedFormat', 'kubernetes.Semver'].map(
    (name) => [name, typeOf(readType(name))],
  ),
);
