/** The expressions of one policy, compiled once, and their evaluation for one write within the budget of one. */
import { type AdmissionScope, admissionEnvironment } from '../../../api/cel/admission-environment.ts';
import { type Compilation, compile } from '../../../api/cel/compile.ts';
import type { Environment } from '../../../api/cel/environment.ts';
import { EvaluationError, evaluate } from '../../../api/cel/evaluate.ts';
import type { CelType } from '../../../api/cel/types.ts';
import { CelError, CelMap, type CelValue, fromJson } from '../../../api/cel/values.ts';
import type { KubeObject } from '../../../api/object.ts';
import type { MatchCondition, ParamKind, Variable } from '../../../api/types/admissionregistration-v1.ts';
import type { PolicyScope } from './policy-scope.ts';

/** Most that one expression, and all expressions of one policy for one write, may cost. */
const CALL_LIMIT = 1_000_000;
const POLICY_LIMIT = 10_000_000;

/** An expression that could not be evaluated, in upstream's words. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

interface Compiled {
  readonly text: string;
  readonly program: Compilation | undefined;
  readonly environment: Environment;
  readonly fault: string;
}

function compiled(text: string, environment: Environment): Compiled {
  const found = compile(text, environment);
  const failed = 'error' in found;
  return { text, environment, program: failed ? undefined : found, fault: failed ? found.error : '' };
}

export interface PolicyParts {
  readonly matchConditions?: readonly MatchCondition[] | undefined;
  readonly variables?: readonly Variable[] | undefined;
  readonly params: boolean;
  /** Expressions that make patches. */
  readonly patches: boolean;
}

/** What of a policy is compiled. Later expressions see the variables before them. */
export class PolicyProgram {
  readonly #conditions: readonly { readonly name: string; readonly expression: Compiled }[];
  readonly #variables = new Map<string, Compiled>();
  readonly #scope: AdmissionScope;
  readonly #expressions = new Map<string, Compiled>();

  constructor({ matchConditions = [], variables = [], params, patches }: PolicyParts) {
    const base: AdmissionScope = { params, authorizer: true, ...(patches ? { patches } : {}) };
    this.#conditions = matchConditions.map(({ name = '', expression = '' }) => ({
      name,
      expression: compiled(expression.trim(), admissionEnvironment({ params, authorizer: true })),
    }));
    const types = new Map<string, CelType>();
    this.#scope = variables.length === 0 ? base : { ...base, variables: types };
    for (const { name = '', expression = '' } of variables) {
      const variable = compiled(expression, admissionEnvironment({ ...base, variables: new Map(types) }));
      this.#variables.set(name, variable);
      if (variable.program !== undefined) types.set(name, variable.program.type);
    }
  }

  /** One write's evaluation. */
  run(scope: PolicyScope, param: KubeObject | undefined): PolicyRun {
    return new PolicyRun(this, scope, param);
  }

  get conditions(): readonly { readonly name: string; readonly expression: Compiled }[] {
    return this.#conditions;
  }

  variable(name: string): Compiled | undefined {
    return this.#variables.get(name);
  }

  get variableNames(): Iterable<string> {
    return this.#variables.keys();
  }

  expression(text: string): Compiled {
    let found = this.#expressions.get(text);
    if (found === undefined) {
      found = compiled(text, admissionEnvironment(this.#scope));
      this.#expressions.set(text, found);
    }
    return found;
  }
}

interface PolicyLike {
  readonly spec?: { matchConditions?: MatchCondition[]; variables?: Variable[]; paramKind?: ParamKind };
}

/** Gives the program of a policy; each is compiled once, as long as the policy stays the same object. */
export function policyPrograms({ patches }: { patches: boolean }): (policy: PolicyLike) => PolicyProgram {
  const programs = new WeakMap<PolicyLike, PolicyProgram>();
  return (policy) => {
    let program = programs.get(policy);
    if (program === undefined) {
      const { matchConditions, variables, paramKind } = policy.spec ?? {};
      program = new PolicyProgram({ matchConditions, variables, params: paramKind !== undefined, patches });
      programs.set(policy, program);
    }
    return program;
  };
}

export class PolicyRun {
  readonly #program: PolicyProgram;
  readonly #scope: PolicyScope;
  readonly #param: CelValue;
  readonly #variables: Variables;
  #budget = POLICY_LIMIT;

  constructor(program: PolicyProgram, scope: PolicyScope, param: KubeObject | undefined) {
    this.#program = program;
    this.#scope = scope;
    this.#param = fromJson(param ?? null);
    this.#variables = new Variables(program, (name) => this.#variable(name));
  }

  /** Whether all conditions hold; one that does not decides, whatever else fails. @throws ExpressionError */
  matches(): boolean {
    const faults: string[] = [];
    for (const { expression } of this.#program.conditions) {
      try {
        if (this.#evaluate(expression) === false) return false;
      } catch (error) {
        if (!(error instanceof CelError)) throw error;
        faults.push(failureText(expression.text, error));
      }
    }
    if (faults.length === 0) return true;
    throw new ExpressionError(faults.length === 1 ? (faults[0] as string) : `[${faults.join(', ')}]`);
  }

  /** @throws ExpressionError: `expression '…' resulted in error: …` */
  evaluate(text: string): CelValue {
    try {
      return this.#evaluate(this.#program.expression(text));
    } catch (error) {
      if (!(error instanceof CelError)) throw error;
      throw new ExpressionError(failureText(text, error));
    }
  }

  #evaluate({ program, environment, fault }: Compiled): CelValue {
    if (program === undefined) throw new CelError(`compilation failed: ${fault}`);
    if (this.#budget <= 0)
      throw new CelError(
        'validation failed due to running out of cost budget, no further validation rules will be run',
      );
    try {
      const { value, cost } = evaluate(program, environment, (name) => this.#lookup(name), CALL_LIMIT);
      this.#budget -= cost;
      return value;
    } catch (error) {
      if (error instanceof EvaluationError) this.#budget -= error.cost;
      throw error;
    }
  }

  #lookup(name: string): CelValue | undefined {
    if (name === 'params') return this.#param;
    return name === 'variables' ? this.#variables : this.#scope(name);
  }

  #variable(name: string): CelValue | undefined {
    const variable = this.#program.variable(name);
    if (variable === undefined) return undefined;
    try {
      return this.#evaluate(variable);
    } catch (error) {
      if (!(error instanceof CelError)) throw error;
      throw new CelError(`composited variable ${JSON.stringify(name)} fails to evaluate: ${error.message}`);
    }
  }
}

function failureText(expression: string, { message }: Error): string {
  return `expression '${expression}' resulted in error: ${message}`;
}

/** `variables`: each is evaluated when it is first asked for, and then once. */
class Variables extends CelMap {
  readonly #program: PolicyProgram;
  readonly #evaluate: (name: string) => CelValue | undefined;
  readonly #known = new Map<string, CelValue | CelError>();

  constructor(program: PolicyProgram, evaluateOne: (name: string) => CelValue | undefined) {
    super();
    this.#program = program;
    this.#evaluate = evaluateOne;
  }

  override get size(): number {
    return Array.from(this.keys()).length;
  }

  override keys(): Iterable<CelValue> {
    return this.#program.variableNames;
  }

  override get(key: CelValue): CelValue | undefined {
    if (typeof key !== 'string') return undefined;
    const known = this.#known.get(key);
    if (known instanceof CelError) throw known;
    if (known !== undefined) return known;
    return this.#first(key);
  }

  #first(name: string): CelValue | undefined {
    try {
      const value = this.#evaluate(name);
      if (value !== undefined) this.#known.set(name, value);
      return value;
    } catch (error) {
      if (error instanceof CelError) this.#known.set(name, error);
      throw error;
    }
  }
}
