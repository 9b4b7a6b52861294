/** Addresses of load balancers in the status of services and ingresses. */

interface Address {
  readonly ip?: string;
  readonly hostname?: string;
}

/** The IP, else the name, of each; each once, sorted. */
export function loadBalancerAddresses(addresses: readonly Address[] | undefined): string[] {
  const all = (addresses ?? []).map(({ ip, hostname }) => ip || hostname || '');
  return [...new Set(all.filter((text) => text !== ''))].sort();
}
