/** Paths inside volumes and containers; imitates the path checks of kubernetes pkg/apis/core/validation. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';

/** Relative, without `..`, and not beginning with two dots. */
export function validateLocalNonReservedPath(target: string, path: Path, errors: FieldErrors): void {
  validateLocalDescendingPath(target, path, errors);
  if (target.startsWith('..') && !target.startsWith('../')) errors.invalid(path, target, "must not start with '..'");
}

/** Relative and without `..`. */
export function validateLocalDescendingPath(target: string, path: Path, errors: FieldErrors): void {
  if (target.startsWith('/')) errors.invalid(path, target, 'must be a relative path');
  validatePathNoBacksteps(target, path, errors);
}

export function validatePathNoBacksteps(target: string, path: Path, errors: FieldErrors): void {
  if (hasBacksteps(target)) errors.invalid(path, target, "must not contain '..'");
}

export function hasBacksteps(target: string): boolean {
  return target.includes('..') && target.split('/').includes('..');
}
