/** Conditions that a device must meet before it counts as bound; imitates pkg/apis/resource/validation. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { validateList } from './dra-lists.ts';
import { validateDeviceLabelName } from './dra-names.ts';

const MAX_CONDITIONS = 4;

export interface BindingConditions {
  bindingConditions?: string[];
  bindingFailureConditions?: string[];
}

/** Both lists or neither, without repeats or overlaps. */
export function validateBindingConditions(device: BindingConditions, path: Path, errors: FieldErrors): void {
  const { bindingConditions: wanted = [], bindingFailureConditions: failures = [] } = device;
  const wantedPath = path.child('bindingConditions');
  const failuresPath = path.child('bindingFailureConditions');
  validateList(wanted, MAX_CONDITIONS, validateDeviceLabelName, wantedPath, errors);
  validateList(failures, MAX_CONDITIONS, validateDeviceLabelName, failuresPath, errors);
  for (const [i, name] of wanted.entries()) if (wanted.indexOf(name) < i) errors.duplicate(wantedPath.index(i), name);
  for (const [i, name] of failures.entries()) {
    if (failures.indexOf(name) < i) errors.duplicate(failuresPath.index(i), name);
    if (wanted.includes(name)) {
      const message = 'bindingFailureConditions must not overlap with bindingConditions';
      errors.invalid(failuresPath.index(i), name, message);
    }
  }
  if (wanted.length === 0 && failures.length > 0)
    errors.invalid(
      wantedPath,
      shown(device.bindingConditions),
      'bindingConditions are required to use bindingFailureConditions',
    );
  if (failures.length === 0 && wanted.length > 0)
    errors.invalid(
      failuresPath,
      shown(device.bindingFailureConditions),
      'bindingFailureConditions are required to use bindingConditions',
    );
}

function shown(list: readonly string[] | undefined): readonly string[] | null {
  return list ?? null;
}
