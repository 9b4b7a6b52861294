/** Cluster IPs, families and their policy: rules of a service and of its updates (core validation). */
import type { FieldErrors } from '../../../api/field-errors.ts';
import { Path } from '../../../api/field-errors.ts';
import { ipFamilyOf } from '../../../api/ip.ts';
import type { Service } from '../../../api/types/core-v1.ts';
import { isDualStack, validateLegacyIP } from '../shared/ip.ts';
import { clusterIPsOf, familiesOf, isExternalName, isHeadless, NO_CLUSTER_IP } from './services-rules.ts';

const SPEC = Path.root('spec');
export const CLUSTER_IPS = SPEC.child('clusterIPs');
export const IP_FAMILIES = SPEC.child('ipFamilies');
export const IP_FAMILY_POLICY = SPEC.child('ipFamilyPolicy');

const FAMILIES = ['IPv4', 'IPv6'];
const POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];
const UNCHANGEABLE = 'may not change once set';

/** Also asked before addresses are allocated; services of type ExternalName have rules of their own. */
export function validateClusterIPFields(obj: Service, old: Service | undefined, errors: FieldErrors): void {
  if (isExternalName(obj)) return;
  validateSingular(obj, errors);
  validateFamilies(obj, errors);
  const policy = obj.spec?.ipFamilyPolicy;
  if (policy !== undefined && !POLICIES.includes(policy)) errors.notSupported(IP_FAMILY_POLICY, policy, POLICIES);
  if (!validateAddresses(obj, old, errors)) return;
  const ips = clusterIPsOf(obj);
  if (ips.length > 1 && isDualStack(ips.map(ipFamilyOf)) !== true)
    errors.invalid(CLUSTER_IPS, ips, 'may specify no more than one IP for each IP family');
  if (!isHeadless(obj)) validateFamilyOfEach(obj, errors);
}

function validateSingular(obj: Service, errors: FieldErrors): void {
  const ips = clusterIPsOf(obj);
  const ip = obj.spec?.clusterIP ?? '';
  if (ip === '') {
    if (ips.length > 0) errors.invalid(CLUSTER_IPS, ips, 'must be empty when `clusterIP` is not specified');
  } else if (ips.length === 0) errors.required(CLUSTER_IPS);
  else if (ips[0] !== ip) errors.invalid(CLUSTER_IPS, ips, 'first value must match `clusterIP`');
}

function validateFamilies(obj: Service, errors: FieldErrors): void {
  const seen = new Set<string>();
  for (const [i, family] of familiesOf(obj).entries()) {
    if (!FAMILIES.includes(family)) errors.notSupported(IP_FAMILIES.index(i), family, FAMILIES);
    if (seen.has(family)) errors.duplicate(IP_FAMILIES.index(i), family);
    seen.add(family);
  }
}

/** False when one of them is no address: then nothing more can be said about them. */
function validateAddresses(obj: Service, old: Service | undefined, errors: FieldErrors): boolean {
  const ips = clusterIPsOf(obj);
  const before = errors.length;
  for (const [i, ip] of ips.entries()) {
    if (i > 0 || ip !== NO_CLUSTER_IP)
      validateLegacyIP(ip, CLUSTER_IPS.index(i), errors, old === undefined ? [] : clusterIPsOf(old));
    else if (ips.length > 1) errors.invalid(CLUSTER_IPS, ips, "'None' must be the first and only value");
  }
  const valid = errors.length === before;
  if (ips.length > 2) errors.invalid(CLUSTER_IPS, ips, 'may only hold up to 2 values');
  return valid;
}

function validateFamilyOfEach(obj: Service, errors: FieldErrors): void {
  const families = familiesOf(obj);
  for (const [i, ip] of clusterIPsOf(obj).entries()) {
    const family = families[i];
    if (family === undefined || !FAMILIES.includes(family) || ipFamilyOf(ip) === family) continue;
    errors.invalid(CLUSTER_IPS.index(i), ip, `expected an ${family} value as indicated by \`ipFamilies[${i}]\``);
  }
}

/** A second address may come and go, the first one stays; a change from or to ExternalName is free. */
export function validateClusterIPsUpdate(obj: Service, old: Service, errors: FieldErrors): void {
  if (isExternalName(obj) || isExternalName(old)) return;
  validateAddressesUpdate(obj, old, errors);
  validateFamiliesUpdate(obj, old, errors);
}

function validateAddressesUpdate(obj: Service, old: Service, errors: FieldErrors): void {
  if (isHeadless(obj) && isHeadless(old)) return;
  const [ips, oldIPs] = [clusterIPsOf(obj), clusterIPsOf(old)];
  const first = CLUSTER_IPS.index(0);
  if (ips.length === oldIPs.length) {
    for (const [i, ip] of ips.entries()) if (ip !== oldIPs[i]) errors.invalid(CLUSTER_IPS.index(i), ips, UNCHANGEABLE);
    return;
  }
  if (ips.length === 0) errors.invalid(first, null, 'primary clusterIP can not be unset');
  else if (oldIPs.length > 0 && ips[0] !== oldIPs[0]) errors.invalid(first, ips, UNCHANGEABLE);
  if (ips.length === 1 && oldIPs.length > 1) requireSingleStack(obj, 'clusterIP', errors);
}

function validateFamiliesUpdate(obj: Service, old: Service, errors: FieldErrors): void {
  if (isHeadless(obj) || isHeadless(old)) return;
  const [families, oldFamilies] = [familiesOf(obj), familiesOf(old)];
  const first = IP_FAMILIES.index(0);
  if (families.length === oldFamilies.length) {
    for (const [i, family] of families.entries())
      if (family !== oldFamilies[i]) errors.invalid(first, families, UNCHANGEABLE);
    return;
  }
  if (families.length < oldFamilies.length && clusterIPsOf(obj).length === 0)
    errors.invalid(first, families.length === 0 ? null : families, 'primary ipFamily can not be unset');
  if (families.length > 0 && oldFamilies.length > 0 && families[0] !== oldFamilies[0])
    errors.invalid(first, clusterIPsOf(obj), UNCHANGEABLE);
  if (families.length === 1 && oldFamilies.length > 1) requireSingleStack(obj, 'ipFamily', errors);
}

function requireSingleStack(obj: Service, released: string, errors: FieldErrors): void {
  const policy = obj.spec?.ipFamilyPolicy;
  if (policy === undefined || policy === 'SingleStack') return;
  errors.invalid(IP_FAMILY_POLICY, policy, `must be set to 'SingleStack' when releasing the secondary ${released}`);
}
