/** Refusals as apiserver pkg/admission/errors.go words them. */
import { forbidden, type StatusError } from '../../api/status-error.ts';
import type { AdmissionAttributes } from './admission.ts';

/** A 403: `pods "web" is forbidden: WHY`. */
export function admissionForbidden(attributes: AdmissionAttributes, why: string): StatusError {
  return forbidden(attributes.kind, objectName(attributes), why);
}

/** The name of what is refused; a name that is yet to be made shows as its base. */
function objectName({ name, object }: AdmissionAttributes): string {
  if (name !== '') return name;
  if (object === undefined) return 'Unknown';
  return object.metadata?.name || object.metadata?.generateName || 'Unknown';
}
