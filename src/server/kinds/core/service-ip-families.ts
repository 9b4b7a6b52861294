/** Which IP families a service gets and under which policy; imitates pkg/registry/core/service initIPFamilyFields. */
import { FieldErrors } from '../../../api/field-errors.ts';
import { ipFamilyOf } from '../../../api/ip.ts';
import { invalid } from '../../../api/status-error.ts';
import type { Service, ServiceSpec } from '../../../api/types/core-v1.ts';
import type { IpFamily } from './service-ip-ranges.ts';
import { CLUSTER_IPS, IP_FAMILIES, IP_FAMILY_POLICY, validateClusterIPFields } from './services-cluster-ips.ts';
import { clusterIPsOf, familiesOf, isExternalName, NO_CLUSTER_IP, sameList } from './services-rules.ts';

/** Families that the control plane has ranges for; the first is the default. */
export type Families = readonly [IpFamily, ...IpFamily[]];

/** Fills in ipFamilyPolicy and ipFamilies. @throws StatusError 422 */
export function settleFamilies(obj: Service, old: Service | undefined, families: Families): void {
  if (isExternalName(obj) || keepsPreferDualStack(obj, old)) return;
  const spec = obj.spec as ServiceSpec;
  spec.ipFamilyPolicy ??= defaultPolicy(obj, old);
  refuse(obj, (errors) => validateClusterIPFields(obj, old, errors));
  refuse(obj, (errors) => {
    if (old !== undefined) settleRelease(obj, old, errors);
    validatePolicy(obj, errors);
    inferFamilies(obj, families, errors);
  });
  if (spec.clusterIP === NO_CLUSTER_IP && Object.keys(spec.selector ?? {}).length === 0) {
    completeFamilies(spec, families, true);
    return;
  }
  refuse(obj, (errors) => validateConfigured(obj, families, errors));
  completeFamilies(spec, families, families.length === 2);
}

function refuse(obj: Service, check: (errors: FieldErrors) => void): void {
  const errors = new FieldErrors();
  check(errors);
  if (errors.length > 0) throw invalid({ group: '', resource: 'Service' }, obj.metadata?.name ?? '', errors.list);
}

/** Such a service never changes by itself when the control plane's ranges do. */
export function keepsPreferDualStack(obj: Service, old: Service | undefined): boolean {
  if (old === undefined) return false;
  const policies = [obj.spec?.ipFamilyPolicy, old.spec?.ipFamilyPolicy];
  return (
    policies.every((policy) => policy === 'PreferDualStack') &&
    sameList(clusterIPsOf(obj), clusterIPsOf(old)) &&
    sameList(familiesOf(obj), familiesOf(old))
  );
}

function defaultPolicy({ spec = {} }: Service, old: Service | undefined): string {
  if (old?.spec?.ipFamilyPolicy !== undefined) return old.spec.ipFamilyPolicy;
  const bare = spec.clusterIP === NO_CLUSTER_IP && Object.keys(spec.selector ?? {}).length === 0;
  return bare ? 'RequireDualStack' : 'SingleStack';
}

/** Going back to one family takes the policy SingleStack; the lists then shrink by themselves. */
function settleRelease(obj: Service, old: Service, errors: FieldErrors): void {
  const spec = obj.spec as ServiceSpec;
  const [ips, families] = [clusterIPsOf(obj), familiesOf(obj)];
  if (spec.ipFamilyPolicy === 'SingleStack') {
    if (ips.length > 1 && sameList(ips, clusterIPsOf(old))) spec.clusterIPs = ips.slice(0, 1);
    if (families.length > 1 && sameList(families, familiesOf(old))) spec.ipFamilies = families.slice(0, 1);
    return;
  }
  const release = (what: string) =>
    errors.invalid(IP_FAMILY_POLICY, spec.ipFamilyPolicy, `must be 'SingleStack' to release the secondary ${what}`);
  if (ips.length > 0 && ips.length < clusterIPsOf(old).length) release('cluster IP');
  if (families.length > 0 && families.length < familiesOf(old).length) release('IP family');
}

function validatePolicy(obj: Service, errors: FieldErrors): void {
  const policy = obj.spec?.ipFamilyPolicy;
  if (policy !== 'SingleStack') return;
  const detail = "must be 'RequireDualStack' or 'PreferDualStack' when multiple";
  if (clusterIPsOf(obj).length === 2) errors.invalid(IP_FAMILY_POLICY, policy, `${detail} cluster IPs are specified`);
  if (familiesOf(obj).length === 2) errors.invalid(IP_FAMILY_POLICY, policy, `${detail} IP families are specified`);
}

/** A given address says its family. */
function inferFamilies(obj: Service, families: Families, errors: FieldErrors): void {
  const ips = clusterIPsOf(obj);
  const known = familiesOf(obj).length;
  const inferred: string[] = [];
  for (const [i, ip] of ips.entries()) {
    if (ip === NO_CLUSTER_IP) break;
    if (i < known + inferred.length) continue;
    const family = ipFamilyOf(ip);
    if (family !== '' && families.includes(family)) inferred.push(family);
    else errors.invalid(CLUSTER_IPS.index(i), ips, `${family} is not configured on this cluster`);
  }
  if (inferred.length > 0) (obj.spec as ServiceSpec).ipFamilies = [...familiesOf(obj), ...inferred];
}

function validateConfigured(obj: Service, families: Families, errors: FieldErrors): void {
  const policy = obj.spec?.ipFamilyPolicy;
  if (policy === 'RequireDualStack' && families.length < 2)
    errors.invalid(IP_FAMILY_POLICY, policy, 'this cluster is not configured for dual-stack services');
  for (const [i, family] of familiesOf(obj).entries())
    if (!families.includes(family as IpFamily))
      errors.invalid(IP_FAMILIES.index(i), family, 'not configured on this cluster');
}

/** The default family, and the other one where two are wanted and `both` can be had. */
function completeFamilies(spec: ServiceSpec, families: Families, both: boolean): void {
  const wanted = (spec.ipFamilies ?? []).length === 0 ? [families[0] as string] : [...(spec.ipFamilies ?? [])];
  if (both && wanted.length === 1 && spec.ipFamilyPolicy !== 'SingleStack')
    wanted.push(wanted[0] === 'IPv4' ? 'IPv6' : 'IPv4');
  spec.ipFamilies = wanted;
}
