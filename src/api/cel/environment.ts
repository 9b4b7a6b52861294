/** What an expression can see: variables, types with fields, functions. */
import { type Functions, mergeFunctions, type Overload } from './declarations.ts';
import { KUBERNETES_TYPES, kubernetesFunctions } from './kubernetes-library.ts';
import { STANDARD_TYPES, standardFunctions } from './standard-library.ts';
import { type CelType, structType, typeOf } from './types.ts';

/** Fields of struct types by the type's name; undefined where a type or field does not exist. */
export interface TypeProvider {
  hasType(name: string): boolean;
  fieldType(typeName: string, field: string): CelType | undefined;
}

export interface Environment {
  /** The type of a variable or of a name that is a type; undefined when nothing has this name. */
  ident(name: string): CelType | undefined;
  overloads(name: string): readonly Overload[] | undefined;
  readonly types: TypeProvider;
  /** The macro `cel.bind(name, value, expression)` is there. */
  readonly bindings: boolean;
}

export interface EnvironmentParts {
  readonly variables: ReadonlyMap<string, CelType>;
  readonly types?: TypeProvider;
  /** Besides the standard library's and those of Kubernetes. */
  readonly functions?: Functions;
  readonly bindings?: boolean;
}

const NO_TYPES: TypeProvider = { hasType: () => false, fieldType: () => undefined };

let base: Functions | undefined;

/** The environment of all expressions in Kubernetes v1.36 (apiserver pkg/cel/environment/base.go), and what is given. */
export function makeEnvironment({
  variables,
  types = NO_TYPES,
  functions,
  bindings = false,
}: EnvironmentParts): Environment {
  base ??= mergeFunctions(standardFunctions(), kubernetesFunctions());
  const own = functions;
  const known = base;
  return {
    types,
    bindings,
    overloads: (name) => known.get(name) ?? own?.get(name),
    ident: (name) =>
      variables.get(name) ??
      STANDARD_TYPES.get(name) ??
      KUBERNETES_TYPES.get(name) ??
      (types.hasType(name) ? typeOf(structType(name)) : undefined),
  };
}

/** Struct types from a table of their fields. */
export function typeProvider(structs: Readonly<Record<string, Readonly<Record<string, CelType>>>>): TypeProvider {
  return {
    hasType: (name) => Object.hasOwn(structs, name),
    fieldType: (name, field) => {
      const fields = Object.hasOwn(structs, name) ? structs[name] : undefined;
      return fields !== undefined && Object.hasOwn(fields, field) ? fields[field] : undefined;
    },
  };
}

/** Several providers as one; the first that has a type answers for it. */
export function joinProviders(...providers: TypeProvider[]): TypeProvider {
  return {
    hasType: (name) => providers.some((provider) => provider.hasType(name)),
    fieldType: (name, field) => providers.find((provider) => provider.hasType(name))?.fieldType(name, field),
  };
}
