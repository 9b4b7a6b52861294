/** `--validate`: what the server is to do about fields that it does not know. */
import type { FieldValidation } from '../apply/apply-options.ts';
import { CliError } from '../errors.ts';
import { optionalText } from '../flags/flag-kinds.ts';

const VALIDATION: Readonly<Record<string, FieldValidation>> = {
  true: 'Strict',
  strict: 'Strict',
  warn: 'Warn',
  ignore: 'Ignore',
  false: 'Ignore',
};

export const VALIDATE_FLAG = {
  validate: optionalText(
    { summary: 'What to do about unknown fields: strict (or true), warn, ignore (or false).', default: 'strict' },
    'strict',
  ),
};

/** @throws CliError */
export function parseValidation(value: string): FieldValidation {
  const found = Object.hasOwn(VALIDATION, value) ? VALIDATION[value] : undefined;
  if (found !== undefined) return found;
  throw new CliError(
    `invalid - validate option ${JSON.stringify(value)}; must be one of: strict (or true), warn, ignore (or false)`,
  );
}
