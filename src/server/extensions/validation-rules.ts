/**
 * Evaluates x-kubernetes-validations; imitates apiextensions-apiserver pkg/apiserver/schema/cel/validation.go. On an
 * update, what a part that did not change breaks is told as a warning only (ratcheting).
 */

import { mentions } from '../../api/cel/ast.ts';
import { type Compilation, compile } from '../../api/cel/compile.ts';
import type { Environment } from '../../api/cel/environment.ts';
import { type Activation, type Evaluation, EvaluationError, evaluate } from '../../api/cel/evaluate.ts';
import { CelError, CelOptional, type CelValue, NONE } from '../../api/cel/values.ts';
import { FieldErrors, type FieldErrorType, fieldErrorText, OMITTED } from '../../api/field-errors.ts';
import { isObject } from '../../api/object.ts';
import type { ValidationRule } from '../../api/types/apiextensions-v1.ts';
import { SchemaTypes, withMetadata } from '../kinds/apiextensions/crd-cel-types.ts';
import { fieldOfSchema } from '../kinds/apiextensions/crd-field-path.ts';
import {
  type Correlated,
  CREATED,
  correlate,
  correlatedItem,
  correlatedMember,
  itemBefore,
} from '../kinds/shared/json-schema-correlation.ts';
import {
  additionalSchema,
  itemsSchema,
  type JSONSchemaProps,
  propertyNames,
  propertySchema,
  someSchema,
} from '../kinds/shared/json-schema-parts.ts';
import { schemaValue } from './schema-values.ts';

/** Most that one expression, and all of one object's, may cost. */
const CALL_LIMIT = 1_000_000;
const OBJECT_LIMIT = 10_000_000;
const LONGEST_MESSAGE = 5 * 1024;
const BUDGET_USED = 'validation failed due to running out of cost budget, no further validation rules will be run';

/** Where warnings go that take the place of errors. */
export type Warn = (text: string) => void;

interface CompiledRule {
  readonly rule: ValidationRule;
  readonly environment: Environment;
  readonly program: Compilation | undefined;
  readonly fault: string | undefined;
  readonly message: Compilation | undefined;
  readonly usesOld: boolean;
  /** From the value to the field that the error names. */
  readonly steps: readonly string[];
}

/** The rules of one schema and of all below it; undefined where there are none. */
interface RuleNode {
  readonly schema: JSONSchemaProps;
  /** As its values are read: the schema, with the names that every resource has. */
  readonly readAs: JSONSchemaProps;
  readonly rules: readonly CompiledRule[];
  readonly properties: ReadonlyMap<string, RuleNode>;
  readonly additional: RuleNode | undefined;
  readonly items: RuleNode | undefined;
}

export class ValidationRules {
  readonly #root: JSONSchemaProps;
  /** Whether there is any rule. */
  readonly present: boolean;
  #node: RuleNode | undefined;

  constructor(root: JSONSchemaProps) {
    this.#root = root;
    this.present = someSchema(root, (schema) => (schema['x-kubernetes-validations'] ?? []).length > 0);
  }

  /** `old` absent: a create. */
  validate(value: unknown, old: unknown, errors: FieldErrors, warn: Warn): void {
    this.#node ??= new RuleCompiler(this.#root).node(this.#root, true);
    if (this.#node === undefined) return;
    const run = new Run(errors, warn);
    run.visit(this.#node, '', value, old, old === undefined ? CREATED : correlate(old, value));
  }
}

class RuleCompiler {
  readonly #types: SchemaTypes;

  constructor(root: JSONSchemaProps) {
    this.#types = new SchemaTypes(root);
  }

  node(schema: JSONSchemaProps, isRoot: boolean): RuleNode | undefined {
    const rules = this.#rulesOf(schema);
    const properties = new Map<string, RuleNode>();
    for (const name of propertyNames(schema)) {
      const node = this.node(propertySchema(schema, name) as JSONSchemaProps, false);
      if (node !== undefined) properties.set(name, node);
    }
    const additionalProps = additionalSchema(schema);
    const additional = additionalProps === undefined ? undefined : this.node(additionalProps, false);
    const itemProps = itemsSchema(schema);
    const items = itemProps === undefined ? undefined : this.node(itemProps, false);
    if (rules.length === 0 && properties.size === 0 && additional === undefined && items === undefined)
      return undefined;
    return { schema, readAs: isRoot ? withMetadata(schema) : schema, rules, properties, additional, items };
  }

  /** Those of `allOf` too: they look at the same value. */
  #rulesOf(schema: JSONSchemaProps): CompiledRule[] {
    const rules = [schema, ...(schema.allOf ?? [])].flatMap((part) => part['x-kubernetes-validations'] ?? []);
    const declared = rules.length === 0 ? undefined : this.#types.of(schema);
    if (declared === undefined) return [];
    return rules
      .filter(({ rule = '' }) => rule.trim() !== '')
      .map((rule) => compileRule(rule, this.#types.environment(declared, rule.optionalOldSelf === true), schema));
  }
}

function compileRule(rule: ValidationRule, environment: Environment, schema: JSONSchemaProps): CompiledRule {
  const compiled = compile(rule.rule ?? '', environment);
  const message = rule.messageExpression ? compile(rule.messageExpression, environment) : undefined;
  const program = 'error' in compiled ? undefined : compiled;
  return {
    rule,
    environment,
    program,
    fault: 'error' in compiled ? compiled.error : undefined,
    message: message === undefined || 'error' in message ? undefined : message,
    usesOld: program !== undefined && mentions(program.expr, 'oldSelf'),
    steps: rule.fieldPath ? fieldOfSchema(rule.fieldPath, schema, { brackets: true }).steps : [],
  };
}

class OutOfBudget extends Error {
  override readonly name = 'OutOfBudget';
}

/** A value whose rules are evaluated. */
interface Place {
  readonly path: string;
  /** Its schema's. */
  readonly type: string;
  readonly value: unknown;
  readonly correlated: Correlated;
  /** `self` and `oldSelf`; the latter as an optional, if so asked. */
  variables(optional: boolean): Activation;
}

/** How Go prints the path of the whole object. */
function textOf(path: string): string {
  return path === '' ? '<nil>' : path;
}

/** One object's validation. */
class Run {
  readonly #errors: FieldErrors;
  readonly #warn: Warn;
  #budget = OBJECT_LIMIT;

  constructor(errors: FieldErrors, warn: Warn) {
    this.#errors = errors;
    this.#warn = warn;
  }

  visit(node: RuleNode, path: string, value: unknown, old: unknown, correlated: Correlated): void {
    try {
      this.#visit(node, path, value, old, correlated);
    } catch (error) {
      if (!(error instanceof OutOfBudget)) throw error;
    }
  }

  /** `old` is what transition rules compare with; `correlated` is what ratcheting does. */
  #visit(node: RuleNode, path: string, value: unknown, old: unknown, correlated: Correlated): void {
    if (value === null || value === undefined) return;
    if (node.rules.length > 0) this.#evaluate(node, path, value, old, correlated);
    if (Array.isArray(value)) this.#visitItems(node, path, value, old, correlated);
    else if (isObject(value)) this.#visitMembers(node, path, value, old, correlated);
  }

  #visitMembers(node: RuleNode, path: string, value: object, old: unknown, correlated: Correlated): void {
    const comparable = node.schema['x-kubernetes-map-type'] !== 'atomic';
    for (const [name, member] of Object.entries(value)) {
      const property = node.properties.get(name);
      const inner = property ?? (propertySchema(node.schema, name) === undefined ? node.additional : undefined);
      if (inner === undefined) continue;
      const below = property === undefined ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;
      const before = comparable && isObject(old) && Object.hasOwn(old, name) ? old[name] : undefined;
      // Old and new are of one version here, whatever they were stored as.
      const typed = path === '' && (name === 'apiVersion' || name === 'kind');
      const was = typed ? CREATED : correlatedMember(correlated, node.schema, name, member);
      this.#visit(inner, below, member, before, was);
    }
  }

  #visitItems(node: RuleNode, path: string, items: readonly unknown[], old: unknown, correlated: Correlated): void {
    if (node.items === undefined) return;
    for (const [i, item] of items.entries()) {
      const inner = correlatedItem(correlated, node.schema, item);
      this.#visit(node.items, `${path}[${i}]`, item, itemBefore(old, node.schema, item), inner);
    }
  }

  #evaluate(node: RuleNode, path: string, value: unknown, old: unknown, correlated: Correlated): void {
    const { type = '' } = node.schema;
    const place = { path, type, value, correlated, variables: lazily(value, old, node.readAs) };
    for (const compiled of node.rules) {
      const optional = compiled.rule.optionalOldSelf === true;
      if (!compiled.usesOld || old !== undefined || optional) this.#evaluateRule(compiled, place);
    }
  }

  #evaluateRule(compiled: CompiledRule, place: Place): void {
    const { rule, program, fault, environment } = compiled;
    if (program === undefined) {
      this.#errors.add('FieldValueInvalid', textOf(place.path), place.type, `rule compile error: ${fault}`);
      return;
    }
    try {
      const variables = place.variables(rule.optionalOldSelf === true);
      if (this.#spend(evaluate(program, environment, variables, CALL_LIMIT), place) === true) return;
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      this.#reportFailure(error, rule, place);
      return;
    }
    this.#reportBreach(compiled, place);
  }

  #reportBreach(compiled: CompiledRule, { path, value, correlated, variables }: Place): void {
    const { rule, steps, usesOld } = compiled;
    const detail = this.#messageOf(compiled, variables(false)) ?? messageOf(rule);
    const reason = reasonOf(rule);
    const field = [path, ...steps].filter((part) => part !== '').join('.');
    const found = new FieldErrors();
    found.add(reason, textOf(field), shown(value), reason === 'FieldValueDuplicate' ? '' : detail);
    if (usesOld || !correlated.isUnchanged()) this.#errors.append(found.list);
    else for (const error of found.list) this.#warn(fieldErrorText(error));
  }

  /** @throws OutOfBudget */
  #spend({ value, cost }: Evaluation, { path, type }: Place): CelValue {
    this.#budget -= cost;
    if (this.#budget >= 0) return value;
    this.#errors.add('FieldValueInvalid', textOf(path), type, BUDGET_USED);
    throw new OutOfBudget();
  }

  /** @throws OutOfBudget */
  #reportFailure(error: EvaluationError, rule: ValidationRule, place: Place): void {
    this.#spend({ value: null, cost: error.overBudget ? 0 : error.cost }, place);
    const { message } = error;
    const named = rule.message?.trim() || (rule.rule ?? '').trim();
    const limit = `'${message}': no further validation rules will be run due to call cost exceeds limit for rule: ${named}`;
    const mismatch = `'${message}': call arguments did not match a supported operator, function or macro signature for rule: ${named}`;
    const plain = `${message} evaluating rule: ${named}`;
    const detail = error.overBudget ? limit : message.startsWith('no such overload') ? mismatch : plain;
    this.#errors.add('FieldValueInvalid', textOf(place.path), place.type, detail);
    if (error.overBudget) throw new OutOfBudget();
  }

  /** What the rule's own expression says; undefined when it says nothing of use. */
  #messageOf({ message, environment }: CompiledRule, variables: Activation): string | undefined {
    if (message === undefined) return undefined;
    try {
      const { value, cost } = evaluate(message, environment, variables, CALL_LIMIT);
      this.#budget -= cost;
      const text = typeof value === 'string' ? value.trim() : '';
      return text === '' || text.includes('\n') || text.length > LONGEST_MESSAGE ? undefined : text;
    } catch (error) {
      if (!(error instanceof CelError)) throw error;
      return undefined;
    }
  }
}

function messageOf({ rule = '', message }: ValidationRule): string {
  return message ? message.trim() : `failed rule: ${rule.trim()}`;
}

function reasonOf({ reason }: ValidationRule): FieldErrorType {
  return (reason as FieldErrorType | undefined) ?? 'FieldValueInvalid';
}

/** Scalars are shown, lists and objects are not. */
function shown(value: unknown): unknown {
  return typeof value === 'object' ? OMITTED : value;
}

/** `self` and `oldSelf`, read when they are asked for. */
function lazily(value: unknown, old: unknown, schema: JSONSchemaProps): (optional: boolean) => Activation {
  let self: CelValue | undefined;
  let oldSelf: CelValue | undefined;
  const readOld = (): CelValue | undefined => {
    if (old !== undefined && old !== null) oldSelf ??= schemaValue(old, schema);
    return oldSelf;
  };
  return (optional) => (name) => {
    if (name === 'self') {
      self ??= schemaValue(value, schema);
      return self;
    }
    if (name !== 'oldSelf') return undefined;
    const before = readOld();
    return optional ? (before === undefined ? NONE : new CelOptional(before)) : before;
  };
}
