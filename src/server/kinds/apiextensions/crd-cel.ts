/**
 * The expressions of x-kubernetes-validations: they compile, and what they may cost is bounded. Imitates
 * apiextensions-apiserver pkg/apiserver/schema/cel/compilation.go and the CEL part of its validation.
 */
import { mentions } from '../../../api/cel/ast.ts';
import { type Compilation, compile } from '../../../api/cel/compile.ts';
import { estimateCost, type SizeOf } from '../../../api/cel/cost.ts';
import type { Environment } from '../../../api/cel/environment.ts';
import { BOOL, STRING, sameType } from '../../../api/cel/types.ts';
import { FieldErrors, type Path } from '../../../api/field-errors.ts';
import type { ValidationRule } from '../../../api/types/apiextensions-v1.ts';
import { hasAdditional, type JSONSchemaProps } from '../shared/json-schema-parts.ts';
import { type DeclaredType, MAX_REQUEST_BYTES, SchemaTypes } from './crd-cel-types.ts';
import { goRule } from './crd-go-values.ts';

/** Most that one rule, and all rules of a schema, may be expected to cost. */
const RULE_LIMIT = 10_000_000;
const SCHEMA_LIMIT = 100_000_000;
const SHOWN_RULES = 4;
const UNCOUNTED = SCHEMA_LIMIT / 100;
const MAX_COST = 2 ** 64;
const ADVICE =
  'try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared';

/** Where a schema stands, as far as its rules care. */
export interface RulePlace {
  /** How many values of this schema an object may hold; undefined when lists or maps around it have no bound. */
  readonly cardinality: number | undefined;
  /** The outermost list or map around whose parts cannot be found again in the old object. */
  readonly uncorrelatable: Path | undefined;
}

export const ROOT_PLACE: RulePlace = { cardinality: 1, uncorrelatable: undefined };

/** The place of what a schema holds. */
export function placeInside(schema: JSONSchemaProps, place: RulePlace): RulePlace {
  const count = childrenOf(schema);
  const known = place.cardinality !== undefined && count !== undefined;
  return { ...place, cardinality: known ? times(place.cardinality, count) : undefined };
}

function childrenOf(schema: JSONSchemaProps): number | undefined {
  const { type, maxItems, maxProperties } = schema;
  const limit = type === 'array' ? maxItems : maxProperties;
  if (type !== 'array' && (type !== 'object' || !hasAdditional(schema))) return 1;
  return limit === undefined ? undefined : Math.max(0, limit);
}

function times(cost: number, count: number): number {
  return Math.min(cost * count, MAX_COST);
}

/** Collects what is wrong with the rules of one schema. */
export class SchemaRules {
  readonly errors = new FieldErrors();
  readonly #root: JSONSchemaProps;
  readonly #anyCost: boolean;
  #types: SchemaTypes | undefined;
  #total = 0;
  #expensive: { path: Path; cost: number }[] = [];

  /** `anyCost`: single rules may cost anything, for schemas that were stored like this. */
  constructor(root: JSONSchemaProps, { anyCost }: { anyCost: boolean }) {
    this.#root = root;
    this.#anyCost = anyCost;
  }

  /** The rules of one schema within the root. */
  check(schema: JSONSchemaProps, path: Path, place: RulePlace): void {
    const rules = schema['x-kubernetes-validations'] ?? [];
    const at = path.child('x-kubernetes-validations');
    if (rules.length === 0) return;
    this.#types ??= new SchemaTypes(this.#root);
    const declared = this.#types.of(schema);
    if (declared === undefined) {
      const why = 'unable to convert structural schema to CEL declarations';
      const text = `internal error: failed to construct type information for x-kubernetes-validations rules: ${why}`;
      this.errors.internal(at, text);
      return;
    }
    for (const [i, rule] of rules.entries()) this.#checkRule(rule, declared, at.index(i), place);
  }

  #checkRule(rule: ValidationRule, declared: DeclaredType, path: Path, place: RulePlace): void {
    const environment = (this.#types as SchemaTypes).environment(declared, rule.optionalOldSelf === true);
    const sizeOf = sizeIn(declared);
    const { good, found } = this.#compileRule(rule, environment);
    const cost = good === undefined ? 0 : costOfAll(estimateCost(good, sizeOf).max, declared, place);
    this.#observe('rule', cost, path.child('rule'));
    if (found !== undefined) this.errors.invalid(path.child('rule'), goRule(rule), found);
    if (good !== undefined && rule.messageExpression) this.#checkMessage(rule, environment, sizeOf, path);
    const usesOld = good !== undefined && mentions(good.expr, 'oldSelf');
    if (!usesOld && rule.optionalOldSelf !== undefined) {
      const detail = 'may not be set if oldSelf is not used in rule';
      this.errors.invalid(path.child('optionalOldSelf'), rule.optionalOldSelf, detail);
    } else if (usesOld && place.uncorrelatable !== undefined) {
      const detail = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${place.uncorrelatable}`;
      this.errors.invalid(path.child('rule'), rule.rule ?? '', detail);
    }
  }

  #compileRule({ rule = '' }: ValidationRule, environment: Environment): { good?: Compilation; found?: string } {
    if (rule.trim() === '') return {};
    const compiled = compile(rule, environment);
    if ('error' in compiled) return { found: `compilation failed: ${compiled.error}` };
    return sameType(compiled.type, BOOL) ? { good: compiled } : { found: 'cel expression must evaluate to a bool' };
  }

  #checkMessage(rule: ValidationRule, environment: Environment, sizeOf: SizeOf, path: Path): void {
    const at = path.child('messageExpression');
    const compiled = compile(rule.messageExpression ?? '', environment);
    if ('error' in compiled)
      this.errors.invalid(at, goRule(rule), `messageExpression compilation failed: ${compiled.error}`);
    else if (!sameType(compiled.type, STRING))
      this.errors.invalid(at, goRule(rule), 'messageExpression must evaluate to a string');
    else this.#observe('messageExpression', estimateCost(compiled, sizeOf).max, at);
  }

  #observe(what: string, cost: number, path: Path): void {
    if (cost > RULE_LIMIT && !this.#anyCost)
      this.errors.forbidden(path, budgetText(`estimated ${what} cost`, cost, RULE_LIMIT));
    this.#total = Math.min(this.#total + cost, MAX_COST);
    if (cost < UNCOUNTED) return;
    this.#expensive.push({ path, cost });
    this.#expensive = this.#expensive.sort((a, b) => b.cost - a.cost).slice(0, SHOWN_RULES);
  }

  /** Whether all rules together cost too much; `path` is the root's. */
  reportTotal(path: Path, errors: FieldErrors): void {
    if (this.#total <= SCHEMA_LIMIT) return;
    for (const expensive of this.#expensive)
      errors.forbidden(
        expensive.path,
        'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema',
      );
    const what = 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema';
    errors.forbidden(path, budgetText(what, this.#total, SCHEMA_LIMIT));
  }
}

/** Without bounds, as many values are expected as a request can hold. */
function costOfAll(cost: number, { minBytes }: DeclaredType, { cardinality }: RulePlace): number {
  return cost === 0 ? 0 : times(cost, cardinality ?? Math.floor(MAX_REQUEST_BYTES / (minBytes + 1)));
}

/** Exported for its unit test: how far a cost is above its limit, in upstream's words. */
export function budgetText(what: string, cost: number, limit: number): string {
  const factor = cost / limit;
  const shown = factor > 100 ? 'more than 100x' : factor < 1.5 ? `${factor.toFixed(6)}x` : `${oneDecimal(factor)}x`;
  return `${what} exceeds budget by factor of ${shown} (${ADVICE})`;
}

/** As Go rounds: halves to the even digit. */
function oneDecimal(value: number): string {
  const tenths = value * 10;
  const isHalf = tenths % 1 === 0.5;
  return isHalf && Math.floor(tenths) % 2 === 0 ? (Math.floor(tenths) / 10).toFixed(1) : value.toFixed(1);
}

function sizeIn(declared: DeclaredType): SizeOf {
  return (path) => {
    let at: DeclaredType | undefined = path.length === 0 ? undefined : declared;
    for (const step of path.slice(1)) {
      if (step === '@items' || step === '@values') at = at?.element;
      else at = step === '@keys' ? at?.key : at?.fields?.get(step);
    }
    return at === undefined ? undefined : { min: 0, max: at.maxElements };
  };
}
