/** `v10` before `v2` before `v1beta3` before `v1alpha1` before `foo`: apimachinery pkg/version CompareKubeAwareVersionStrings. */
const KUBE_VERSION = /^v([1-9][0-9]*)(?:(alpha|beta)([1-9][0-9]*))?$/;
const STABILITY: Record<string, number> = { alpha: 0, beta: 1 };
const STABLE = 2;

/** Negative when `a` comes first (is the more preferred one). */
export function compareKubeVersions(a: string, b: string): number {
  if (a === b) return 0;
  const left = parse(a);
  const right = parse(b);
  if (left === undefined && right === undefined) return a < b ? -1 : 1;
  if (left === undefined) return 1;
  if (right === undefined) return -1;
  return right.stability - left.stability || right.major - left.major || right.minor - left.minor;
}

function parse(version: string): { major: number; stability: number; minor: number } | undefined {
  const match = KUBE_VERSION.exec(version);
  if (match === null) return undefined;
  return { major: Number(match[1]), stability: STABILITY[match[2] ?? ''] ?? STABLE, minor: Number(match[3] ?? 0) };
}
