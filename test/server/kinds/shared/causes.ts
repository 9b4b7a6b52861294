import { FieldErrors, fieldErrorText, Path } from '../../../../src/api/field-errors.ts';

/** What a validator reports at path `x`, as texts. */
export function causes(validate: (path: Path, errors: FieldErrors) => void): string[] {
  const errors = new FieldErrors();
  validate(Path.root('x'), errors);
  return errors.list.map(fieldErrorText);
}
