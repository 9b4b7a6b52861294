/**
 * What expressions of webhooks and admission policies can see; imitates apiserver pkg/admission/plugin/cel/compile.go
 * and pkg/cel/mutation.
 */
import { readType } from './declarations.ts';
import { type Environment, joinProviders, makeEnvironment, type TypeProvider, typeProvider } from './environment.ts';
import { jsonPatchFunctions } from './kubernetes-library.ts';
import { BOOL, type CelType, DYN, INT, listOf, mapOf, STRING, structType, TIMESTAMP, type TypeKind } from './types.ts';

const VARIABLES_TYPE = 'kubernetes.variables';
const STRINGS = listOf(STRING);
const STRING_MAP = mapOf(STRING, STRING);
const AUTHORIZER = readType('kubernetes.authorization.Authorizer');
const RESOURCE_CHECK = readType('kubernetes.authorization.ResourceCheck');

const ADMISSION_TYPES = typeProvider({
  'kubernetes.GroupVersionKind': { group: STRING, version: STRING, kind: STRING },
  'kubernetes.GroupVersionResource': { group: STRING, version: STRING, resource: STRING },
  'kubernetes.UserInfo': { username: STRING, uid: STRING, groups: STRINGS, extra: mapOf(STRING, STRINGS) },
  'kubernetes.AdmissionRequest': {
    kind: structType('kubernetes.GroupVersionKind'),
    resource: structType('kubernetes.GroupVersionResource'),
    subResource: STRING,
    requestKind: structType('kubernetes.GroupVersionKind'),
    requestResource: structType('kubernetes.GroupVersionResource'),
    requestSubResource: STRING,
    name: STRING,
    namespace: STRING,
    operation: STRING,
    userInfo: structType('kubernetes.UserInfo'),
    dryRun: BOOL,
    options: DYN,
  },
  'kubernetes.NamespaceSpec': { finalizers: STRINGS },
  'kubernetes.NamespaceCondition': {
    status: STRING,
    type: STRING,
    lastTransitionTime: TIMESTAMP,
    message: STRING,
    reason: STRING,
  },
  'kubernetes.NamespaceStatus': { conditions: listOf(structType('kubernetes.NamespaceCondition')), phase: STRING },
  'kubernetes.NamespaceMetadata': {
    name: STRING,
    generateName: STRING,
    namespace: STRING,
    labels: STRING_MAP,
    annotations: STRING_MAP,
    UID: STRING,
    creationTimestamp: TIMESTAMP,
    deletionGracePeriodSeconds: INT,
    deletionTimestamp: TIMESTAMP,
    generation: INT,
    resourceVersion: STRING,
    finalizers: STRINGS,
  },
  'kubernetes.Namespace': {
    metadata: structType('kubernetes.NamespaceMetadata'),
    spec: structType('kubernetes.NamespaceSpec'),
    status: structType('kubernetes.NamespaceStatus'),
  },
});

/** `Object`, `Object.spec` …, which take any field, and `JSONPatch`. */
const PATCH_TYPES: TypeProvider = joinProviders(
  typeProvider({ JSONPatch: { op: STRING, path: STRING, from: STRING, value: DYN } }),
  { hasType: (name) => name === 'Object' || name.startsWith('Object.'), fieldType: () => DYN },
);

/** What an ApplyConfiguration must evaluate to. */
export const OBJECT_TYPE: CelType = structType('Object');
/** What a JSONPatch must evaluate to. */
export const PATCH_LIST_TYPE: CelType = listOf(structType('JSONPatch'));

export interface AdmissionScope {
  /** The policy names a kind of parameters. */
  readonly params: boolean;
  readonly authorizer: boolean;
  /** Expressions that make patches. */
  readonly patches?: boolean;
  /** Types of the policy's own variables, `variables.x`; absent where there are none to be had. */
  readonly variables?: ReadonlyMap<string, CelType>;
  /** What is known of the objects in question; absent: they may be anything. */
  readonly objects?: ObjectTypes;
}

export interface ObjectTypes {
  readonly object: CelType;
  readonly params: CelType;
  readonly provider: TypeProvider;
}

const known = new Map<string, Environment>();

/** The environment of an expression in a webhook's or policy's fields. */
export function admissionEnvironment(scope: AdmissionScope): Environment {
  if (scope.variables !== undefined || scope.objects !== undefined) return makeScope(scope);
  const key = `${scope.params} ${scope.authorizer} ${scope.patches === true}`;
  let environment = known.get(key);
  if (environment === undefined) {
    environment = makeScope(scope);
    known.set(key, environment);
  }
  return environment;
}

const KEPT_TYPES = new Set<TypeKind>([
  'any',
  'bool',
  'bytes',
  'double',
  'duration',
  'int',
  'null_type',
  'string',
  'timestamp',
  'uint',
]);

/** How others see a variable of this type: what is neither plain nor a list or map of such may be anything to them. */
export function variableType(type: CelType): CelType {
  if (type.kind === 'list' || type.kind === 'map') return { ...type, params: type.params.map(variableType) };
  return KEPT_TYPES.has(type.kind) ? type : DYN;
}

function makeScope({ params, authorizer, patches, variables: own, objects }: AdmissionScope): Environment {
  const variables = new Map<string, CelType>([
    ['object', objects?.object ?? DYN],
    ['oldObject', objects?.object ?? DYN],
    ['namespaceObject', structType('kubernetes.Namespace')],
    ['request', structType('kubernetes.AdmissionRequest')],
  ]);
  if (params) variables.set('params', objects?.params ?? DYN);
  if (authorizer) {
    variables.set('authorizer', AUTHORIZER);
    // Upstream forgets it where objects have types.
    if (objects === undefined) variables.set('authorizer.requestResource', RESOURCE_CHECK);
  }
  const providers = objects === undefined ? [ADMISSION_TYPES] : [ADMISSION_TYPES, objects.provider];
  if (patches === true) providers.push(PATCH_TYPES);
  if (own !== undefined) {
    variables.set('variables', structType(VARIABLES_TYPE));
    providers.push({
      hasType: (name) => name === VARIABLES_TYPE,
      fieldType: (_type, field) => own.get(field),
    });
  }
  const types = joinProviders(...providers);
  return makeEnvironment(
    patches === true ? { variables, types, functions: jsonPatchFunctions() } : { variables, types },
  );
}
