/** Names of a definition, as wanted in the spec and as accepted in the status. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { isDNS1035Label } from '../../../api/names.ts';
import type { CustomResourceDefinitionNames } from '../../../api/types/apiextensions-v1.ts';

export function validateRequiredNames(names: CustomResourceDefinitionNames, path: Path, errors: FieldErrors): void {
  for (const field of ['plural', 'singular', 'kind', 'listKind'] as const)
    if (!names[field]) errors.required(path.child(field));
}

export function validateNames(names: CustomResourceDefinitionNames, path: Path, errors: FieldErrors): void {
  const { plural = '', singular = '', kind = '', listKind = '', shortNames, categories } = names;
  validateLabel(plural, path.child('plural'), errors);
  validateLabel(singular, path.child('singular'), errors);
  validateMixedCase(kind, path.child('kind'), errors);
  validateMixedCase(listKind, path.child('listKind'), errors);
  for (const [i, name] of (shortNames ?? []).entries()) validateEntry(name, path.child('shortNames').index(i), errors);
  if (kind !== '' && kind === listKind)
    errors.invalid(path.child('listKind'), listKind, 'kind and listKind may not be the same');
  for (const [i, name] of (categories ?? []).entries()) validateEntry(name, path.child('categories').index(i), errors);
}

function validateLabel(name: string, path: Path, errors: FieldErrors): void {
  if (name !== '') validateEntry(name, path, errors);
}

function validateEntry(name: string, path: Path, errors: FieldErrors): void {
  const wrong = isDNS1035Label(name);
  if (wrong.length > 0) errors.invalid(path, name, wrong.join(','));
}

function validateMixedCase(name: string, path: Path, errors: FieldErrors): void {
  const wrong = isDNS1035Label(name.toLowerCase());
  if (name !== '' && wrong.length > 0)
    errors.invalid(path, name, `may have mixed case, but should otherwise match: ${wrong.join(',')}`);
}
