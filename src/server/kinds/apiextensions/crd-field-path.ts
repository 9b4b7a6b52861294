/** Dotted paths into a schema, `.spec.color` or `.spec['a b']`; imitates cel.ValidFieldPath of apiextensions-apiserver. */
import {
  additionalSchema,
  hasAdditional,
  type JSONSchemaProps,
  propertyNames,
  propertySchema,
} from '../shared/json-schema-parts.ts';

/** A path that the schema does not have; the message says why in upstream's words. */
export class FieldPathError extends Error {
  override readonly name = 'FieldPathError';
}

export interface SchemaField {
  /** Where it points, steps in order. */
  readonly steps: readonly string[];
  readonly schema: JSONSchemaProps | undefined;
}

const TOKENS = /[.[\]]|'(?:[^'\\]|\\.)*'?|[^.[\]]+/g;

/** @throws FieldPathError */
export function fieldOfSchema(path: string, root: JSONSchemaProps, options: { brackets: boolean }): SchemaField {
  const tokens = path.match(TOKENS) ?? [];
  const steps: string[] = [];
  let schema: JSONSchemaProps | undefined = root;
  let at = 0;
  const next = (): string => {
    const token = tokens[at++];
    if (token === undefined) throw new FieldPathError('unexpected end of JSON path');
    return token;
  };
  while (at < tokens.length) {
    const token = next();
    if (token !== '.' && token !== '[') throw new FieldPathError(`expected [ or . but got: ${token}`);
    if (token === '[' && !options.brackets) throw new FieldPathError('array notation is not allowed');
    const step = token === '.' ? next() : unquoted(next());
    schema = stepInto(schema, step);
    steps.push(step);
    if (token === '[') closeBracket(next());
  }
  return { steps, schema };
}

function closeBracket(token: string): void {
  if (token !== ']') throw new FieldPathError(`expected ] but got ${token}`);
}

function unquoted(token: string): string {
  if (!/^'.*'$/s.test(token) || token.length < 2)
    throw new FieldPathError(`expected single quoted string but got ${token}`);
  return token.slice(1, -1).replace(/\\(.)/g, '$1');
}

function stepInto(schema: JSONSchemaProps | undefined, step: string): JSONSchemaProps | undefined {
  const missing = new FieldPathError('does not refer to a valid field');
  if (schema === undefined) throw missing;
  if (propertyNames(schema).length > 0) {
    const property = propertySchema(schema, step);
    if (property === undefined) throw missing;
    return property;
  }
  if (!hasAdditional(schema)) throw missing;
  return additionalSchema(schema);
}
