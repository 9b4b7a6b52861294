/** Webhooks and policies may not break metadata.managedFields; imitates apiserver pkg/endpoints/handlers/fieldmanager admission.go. */
import { equalJson, type KubeObject } from '../../api/object.ts';
import { validateManagedFields } from '../../api/patch/apply/managers.ts';
import type { AdmissionAttributes } from './admission.ts';

type ManagedFields = KubeObject['metadata']['managedFields'];

/** Puts back what was there before the mutating plugins, with a warning, when what they left makes no sense. */
export function keepManagedFieldsValid({ object, warn }: AdmissionAttributes, before: ManagedFields): void {
  const meta = object?.metadata;
  if (meta === undefined || meta.managedFields === before || equalJson(meta.managedFields, before)) return;
  const fault = validateManagedFields(meta.managedFields);
  if (fault === undefined) return;
  if (before === undefined) delete meta.managedFields;
  else meta.managedFields = before;
  warn(
    `.metadata.managedFields was in an invalid state after admission; this could be caused by an outdated mutating admission controller; please fix your requests: ${fault}`,
  );
}
