/** Administrators' access to devices in use: only in namespaces that are labelled for it. Imitates pkg/registry/resource/utils.go. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import type { DeviceRequest, DeviceRequestAllocationResult } from '../../../api/types/resource-v1.ts';
import type { StrategyContext } from '../kind.ts';

const LABEL = 'resource.kubernetes.io/admin-access';
const REFUSED = `admin access to devices requires the \`${LABEL}: true\` label on the containing namespace`;
const REQUESTS = Path.root('spec').child('devices', 'requests');
const RESULTS = Path.root('status').child('allocation', 'devices', 'results');

export function validateAdminRequests(
  requests: readonly DeviceRequest[] | null | undefined,
  namespace: string,
  errors: FieldErrors,
  ctx: StrategyContext,
): void {
  const at = (requests ?? []).findIndex((request) => request.exactly?.adminAccess === true);
  if (at >= 0) validateLabelled(REQUESTS.index(at).child('adminAccess'), namespace, errors, ctx);
}

/** What was granted before stays granted. */
export function validateAdminResults(
  results: readonly DeviceRequestAllocationResult[],
  old: readonly DeviceRequestAllocationResult[],
  namespace: string,
  errors: FieldErrors,
  ctx: StrategyContext,
): void {
  if (old.some((result) => result.adminAccess === true)) return;
  const at = results.findIndex((result) => result.adminAccess === true);
  if (at >= 0) validateLabelled(RESULTS.index(at).child('adminAccess'), namespace, errors, ctx);
}

function validateLabelled(path: Path, namespace: string, errors: FieldErrors, ctx: StrategyContext): void {
  const labels = ctx.namespaceLabels?.(namespace);
  if (labels !== undefined && labels[LABEL] !== 'true') errors.forbidden(path, REFUSED);
}
