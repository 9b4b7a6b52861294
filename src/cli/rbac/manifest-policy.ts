/** Roles, bindings, service accounts and resource definitions out of manifests. */
import { isObject, type JsonObject } from '../../api/object.ts';
import type { PolicyRule, Subject } from '../../api/types/rbac-v1.ts';
import { CliError } from '../errors.ts';
import type { Manifest } from '../manifests/read-manifests.ts';
import { aggregated, defaultPolicy, Policy, type PolicyObject, RBAC_KINDS, type RbacKind } from './policy.ts';

const GROUP = 'rbac.authorization.k8s.io/';
const RULE_FIELDS = ['apiGroups', 'resources', 'resourceNames', 'nonResourceURLs', 'verbs'] as const;

export interface ManifestOptions {
  /** Of objects that name none. */
  readonly namespace: string;
  /** Whether the roles and bindings that every cluster has count too. */
  readonly defaults: boolean;
}

/** Objects of other kinds are passed over. @throws CliError for roles and bindings of a wrong shape */
export function policyOfManifests(manifests: readonly Manifest[], { namespace, defaults }: ManifestOptions): Policy {
  const own = manifests.flatMap((manifest) => policyObjects(manifest, namespace));
  const accounts = manifests.flatMap(({ object }) => {
    const metadata = isObject(object['metadata']) ? object['metadata'] : {};
    return object['kind'] === 'ServiceAccount' ? [`${metadata['namespace'] ?? namespace}/${metadata['name']}`] : [];
  });
  const objects = aggregated([...(defaults ? defaultPolicy() : []), ...own]);
  return new Policy(objects, accounts.length === 0 ? {} : { accounts: new Set(accounts) });
}

/** The role or binding that a manifest is; none for other kinds. @throws CliError */
export function policyObjects({ object, source }: Manifest, namespace: string): PolicyObject[] {
  const { apiVersion, kind } = object;
  if (typeof apiVersion !== 'string' || !apiVersion.startsWith(GROUP)) return [];
  if (!(RBAC_KINDS as readonly unknown[]).includes(kind)) return [];
  return [policyObject(object, kind as RbacKind, namespace, source)];
}

function policyObject(object: JsonObject, kind: RbacKind, namespace: string, source: string): PolicyObject {
  const metadata = isObject(object['metadata']) ? object['metadata'] : {};
  const name = metadata['name'];
  if (typeof name !== 'string' || name === '') throw new CliError(`${source}: a ${kind} has no metadata.name`);
  const where = `${source}: ${kind} ${JSON.stringify(name)}`;
  const labels = isObject(metadata['labels']) ? (metadata['labels'] as Record<string, string>) : {};
  const home = typeof metadata['namespace'] === 'string' ? metadata['namespace'] : namespace;
  const { rules, subjects, roleRef, aggregationRule } = object;
  return {
    kind,
    metadata: { name, labels, ...(kind.startsWith('Cluster') ? {} : { namespace: home }) },
    source,
    ...(kind.endsWith('Binding')
      ? { subjects: listOf<Subject>(subjects, `${where}: subjects`), roleRef: isObject(roleRef) ? roleRef : {} }
      : {
          rules: listOf<PolicyRule>(rules, `${where}: rules`).map((rule, i) =>
            checkedRule(rule, `${where}: rules[${i}]`),
          ),
        }),
    ...(isObject(aggregationRule) ? { aggregationRule } : {}),
  };
}

function listOf<T>(value: unknown, where: string): T[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every(isObject)) return value as T[];
  throw new CliError(`${where} must be a list of objects`);
}

function checkedRule(rule: PolicyRule, where: string): PolicyRule {
  for (const field of RULE_FIELDS) {
    const value: unknown = rule[field];
    if (value === undefined || value === null) continue;
    if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) continue;
    throw new CliError(`${where}.${field} must be a list of texts`);
  }
  return rule;
}
