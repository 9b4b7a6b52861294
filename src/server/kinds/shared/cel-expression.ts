/** CEL expressions in fields: compiled with the words of apiserver pkg/admission/plugin/cel and pkg/cel/errors.go. */
import { type Compilation, compile } from '../../../api/cel/compile.ts';
import type { Environment } from '../../../api/cel/environment.ts';
import { type CelType, sameType, typeName } from '../../../api/cel/types.ts';
import type { FieldErrors, Path } from '../../../api/field-errors.ts';

/** An expression, and what the error shows as the value when that is not the expression as compiled. */
export interface ExpressionField {
  readonly expression: string;
  readonly shown?: string;
}

/**
 * Reports an expression that does not compile or evaluates to none of `results` (any type when there are none).
 * Returns what it was compiled to when it is good.
 */
export function validateExpression(
  { expression, shown = expression }: ExpressionField,
  results: readonly CelType[],
  environment: Environment,
  path: Path,
  errors: FieldErrors,
): Compilation | undefined {
  const compiled = compile(expression, environment);
  if ('error' in compiled) {
    errors.invalid(path, shown, `compilation failed: ${compiled.error}`);
    return undefined;
  }
  const { type } = compiled;
  if (results.length === 0 || results.some((result) => sameType(result, type))) return compiled;
  const wanted = results.map(typeName);
  const rule = wanted.length === 1 ? wanted[0] : `one of [${wanted.join(' ')}]`;
  errors.invalid(path, shown, `must evaluate to ${rule} but got ${typeName(type)}`);
  return undefined;
}
