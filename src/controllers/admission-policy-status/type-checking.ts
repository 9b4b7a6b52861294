/** Whether a policy's expressions fit the kinds it is about; imitates apiserver pkg/admission/plugin/policy/validating/typechecking.go. */
import { type AdmissionScope, admissionEnvironment, variableType } from '../../api/cel/admission-environment.ts';
import { compile } from '../../api/cel/compile.ts';
import type { Environment } from '../../api/cel/environment.ts';
import { joinProviders } from '../../api/cel/environment.ts';
import { type GroupVersionKind, type OpenApiSchemas, OpenApiTypes } from '../../api/cel/openapi-types.ts';
import { type CelType, DYN } from '../../api/cel/types.ts';
import type {
  ExpressionWarning,
  RuleWithOperations,
  ValidatingAdmissionPolicy,
  Variable,
} from '../../api/types/admissionregistration-v1.ts';

const MAX_KINDS = 10;

/** What is served. */
export interface ServedResource extends GroupVersionKind {
  readonly resource: string;
  readonly singular: string;
}

/** The schemas of a group's version; undefined when it has none. */
export type FindSchemas = (group: string, version: string) => Promise<OpenApiSchemas | undefined>;

/** What is wrong with a policy's expressions for the kinds that its rules name without wildcards. */
export async function checkPolicyTypes(
  { spec = {} }: ValidatingAdmissionPolicy,
  served: readonly ServedResource[],
  findSchemas: FindSchemas,
): Promise<ExpressionWarning[]> {
  const kinds = kindsToCheck(spec.matchConstraints?.resourceRules ?? [], served);
  const param = paramKindOf(spec.paramKind);
  const environments: [string, Environment][] = [];
  for (const kind of kinds) {
    const environment = await environmentOf(kind, param, spec.variables ?? [], findSchemas);
    if (environment !== undefined) environments.push([`${kind.group}/${kind.version}, Kind=${kind.kind}`, environment]);
  }
  return (spec.validations ?? []).flatMap(({ expression = '', messageExpression = '' }, i) => [
    ...warningsOf(`spec.validations[${i}].expression`, expression, environments),
    ...(messageExpression === ''
      ? []
      : warningsOf(`spec.validations[${i}].messageExpression`, messageExpression, environments)),
  ]);
}

function warningsOf(
  fieldRef: string,
  expression: string,
  environments: readonly [string, Environment][],
): ExpressionWarning[] {
  const faults = environments.flatMap(([kind, environment]) => {
    const compiled = compile(expression, environment);
    return 'error' in compiled ? [`${kind}: ${compiled.error}\n`] : [];
  });
  return faults.length === 0 ? [] : [{ fieldRef, warning: faults.join('\n') }];
}

async function environmentOf(
  kind: GroupVersionKind,
  param: GroupVersionKind | undefined,
  variables: readonly Variable[],
  findSchemas: FindSchemas,
): Promise<Environment | undefined> {
  const own = await typesOf(kind, findSchemas);
  if (own === undefined) return undefined;
  const params = param === undefined ? undefined : await typesOf(param, findSchemas);
  const types = new Map<string, CelType>();
  const scope: AdmissionScope = {
    params: params !== undefined,
    authorizer: true,
    variables: types,
    objects: {
      object: own.type,
      params: params?.type ?? DYN,
      provider: params === undefined ? own.types : joinProviders(own.types, params.types),
    },
  };
  const environment = admissionEnvironment(scope);
  for (const { name = '', expression = '' } of variables) {
    const compiled = compile(expression, environment);
    types.set(name, 'error' in compiled ? DYN : variableType(compiled.type));
  }
  return environment;
}

/** Upstream's names of types end in a random number, so that a kind's parameters can be of the kind itself. */
async function typesOf(
  kind: GroupVersionKind,
  findSchemas: FindSchemas,
): Promise<{ types: OpenApiTypes; type: CelType } | undefined> {
  const schemas = await findSchemas(kind.group, kind.version);
  if (schemas === undefined) return undefined;
  const types = new OpenApiTypes(schemas);
  const type = types.kindType(kind, `${kind.kind}0`);
  return type === undefined ? undefined : { types, type };
}

function paramKindOf(ref: { apiVersion?: string; kind?: string } | undefined): GroupVersionKind | undefined {
  if (ref === undefined) return undefined;
  const [group = '', version = ''] = (ref.apiVersion ?? '').includes('/')
    ? (ref.apiVersion ?? '').split('/')
    : ['', ref.apiVersion ?? ''];
  return { group, version, kind: ref.kind ?? '' };
}

/** The first ten kinds of a rule end the search; sorted. */
export function kindsToCheck(
  rules: readonly RuleWithOperations[],
  served: readonly ServedResource[],
): GroupVersionKind[] {
  const kinds = new Map<string, GroupVersionKind>();
  for (const rule of rules) {
    let count = 0;
    for (const { group, version, kind } of resourcesOf(rule, served)) {
      kinds.set(`${group}/${version}/${kind}`, { group, version, kind });
      count++;
      if (count === MAX_KINDS) return sorted(kinds.values());
    }
  }
  return sorted(kinds.values());
}

/** What a rule names; nothing when its groups or versions have wildcards. Sub-resources do not count. */
function resourcesOf(rule: RuleWithOperations, served: readonly ServedResource[]): ServedResource[] {
  const groups = [...(rule.apiGroups ?? [])].sort();
  const versions = [...(rule.apiVersions ?? [])].sort();
  if ([...groups, ...versions].some((part) => part.includes('*'))) return [];
  const resources = (rule.resources ?? []).filter((name) => !/[*/]/.test(name)).sort();
  return groups.flatMap((group) =>
    versions.flatMap((version) => resources.flatMap((name) => served.filter(names(group, version, name)))),
  );
}

/** As a REST mapper reads a resource: the empty group is any. */
function names(group: string, version: string, name: string): (one: ServedResource) => boolean {
  const wanted = name.toLowerCase();
  return (one) =>
    (group === '' || one.group === group) &&
    one.version === version &&
    (one.resource === wanted || (one.singular || one.kind.toLowerCase()) === wanted);
}

function sorted(kinds: Iterable<GroupVersionKind>): GroupVersionKind[] {
  const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
  return [...kinds].sort((a, b) => order(a.group, b.group) || order(a.version, b.version) || order(a.kind, b.kind));
}
