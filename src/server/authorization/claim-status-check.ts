/**
 * Who may say what became of a resource claim: its allocation and reservations need the sub-resource `binding`, the
 * status of its devices `driver`, a driver at a time. Both exist for authorization alone. Imitates
 * pkg/registry/resource/utils.go of v1.36 (DRAResourceClaimGranularStatusAuthorization, on by default).
 */
import { FieldErrors, Path } from '../../api/field-errors.ts';
import { isDNS1123Subdomain } from '../../api/names.ts';
import { splitServiceAccountUsername } from '../../api/rbac/subjects.ts';
import { invalid } from '../../api/status-error.ts';
import type {
  AllocatedDeviceStatus,
  AllocationResult,
  ResourceClaim,
  ResourceClaimStatus,
} from '../../api/types/resource-v1.ts';
import { deallocatedDevices, deviceKey, sharedDeviceKey } from '../kinds/shared/dra-claim-status.ts';
import { semanticEqual } from '../kinds/shared/pod-equality.ts';
import type { UserInfo } from '../request/user.ts';
import type { AccessAttributes, Decision } from './authorizer.ts';
import { forbiddenMessage } from './forbidden-message.ts';

type Authorize = (attributes: AccessAttributes) => Decision | Promise<Decision>;

/** A write of a claim's status. */
export interface ClaimStatusWrite {
  readonly user: UserInfo;
  /** Of the request: verbs of `driver` are made from it. */
  readonly verb: 'update' | 'patch';
  readonly version: string;
  readonly namespace: string;
  readonly object: ResourceClaim;
  readonly old: ResourceClaim;
}

const GROUP = 'resource.k8s.io';
const STATUS = Path.root('status');
const NODE_NAME = 'authentication.kubernetes.io/node-name';

/** @throws StatusError 422 with a cause for each thing that the user may not change */
export async function checkClaimStatus(write: ClaimStatusWrite, authorize: Authorize): Promise<void> {
  const errors = new FieldErrors();
  await checkBinding(write, authorize, errors);
  await checkDrivers(write, authorize, errors);
  if (errors.length > 0)
    throw invalid({ group: GROUP, resource: 'ResourceClaim' }, write.object.metadata?.name ?? '', errors.list);
}

/** Asked for in the whole cluster, whatever the claim's namespace. */
async function checkBinding(write: ClaimStatusWrite, authorize: Authorize, errors: FieldErrors): Promise<void> {
  const { verb, object, old } = write;
  if (!changesBinding(object.status ?? {}, old.status ?? {})) return;
  const asked = { verb, subresource: 'binding', namespace: '', name: '' };
  const refusal = await refusalOf(attributesFor(write, asked), authorize);
  if (refusal === undefined) return;
  const what = `changing status.allocation or status.reservedFor requires resource="resourceclaims/binding"`;
  errors.forbidden(STATUS, `${what}, verb="${verb}" permission: ${refusal}`);
}

function changesBinding(now: ResourceClaimStatus, before: ResourceClaimStatus): boolean {
  // No allocation differs from an empty one.
  if ((now.allocation === undefined) !== (before.allocation === undefined)) return true;
  return !semanticEqual(now.allocation, before.allocation) || !semanticEqual(now.reservedFor, before.reservedFor);
}

async function checkDrivers(write: ClaimStatusWrite, authorize: Authorize, errors: FieldErrors): Promise<void> {
  const drivers = changedDrivers(write.object, write.old);
  if (drivers.length === 0) return;
  const verbs = driverVerbs(write);
  for (const driver of drivers) {
    const refusal = await refusalOfAll(write, verbs, driver, authorize);
    if (refusal === undefined) continue;
    const what = `changing status.devices requires resource="resourceclaims/driver", verb="[${verbs.join(' ')}]"`;
    errors.forbidden(STATUS.child('devices'), `${what} permission: ${refusal}`);
  }
}

/** Whose devices got, lost or changed their status, sorted. What goes with the allocation is not the drivers' business. */
export function changedDrivers(object: ResourceClaim, old: ResourceClaim): string[] {
  const gone = deallocatedDevices(object, old);
  const before = new Map<string, AllocatedDeviceStatus>();
  for (const device of old.status?.devices ?? [])
    if (!gone.has(deviceKey(device))) before.set(sharedDeviceKey(device), device);
  const drivers = new Set<string>();
  for (const device of object.status?.devices ?? []) {
    const key = sharedDeviceKey(device);
    if (!semanticEqual(before.get(key), device)) drivers.add(device.driver ?? '');
    before.delete(key);
  }
  for (const { driver = '' } of before.values()) drivers.add(driver);
  return [...drivers].sort();
}

/** Any of them will do. Who runs on the claim's node may have the right for that node alone. */
function driverVerbs({ user, verb, object }: ClaimStatusWrite): string[] {
  const node = allocatedNode(object.status?.allocation);
  const arbitrary = `arbitrary-node:${verb}`;
  return node !== undefined && runsOn(user, node) ? [`associated-node:${verb}`, arbitrary] : [arbitrary];
}

/** The one node that an allocation is for; undefined when it is for several, or any. */
function allocatedNode(allocation: AllocationResult | undefined): string | undefined {
  const [term, ...others] = allocation?.nodeSelector?.nodeSelectorTerms ?? [];
  const [field, ...more] = term?.matchFields ?? [];
  const single = others.length === 0 && more.length === 0 && (term?.matchExpressions ?? []).length === 0;
  if (!single || field?.key !== 'metadata.name' || field.operator !== 'In' || field.values?.length !== 1)
    return undefined;
  return field.values[0];
}

/** Whether this is a service account whose token is bound to the node. */
function runsOn({ name, extra }: UserInfo, node: string): boolean {
  if (splitServiceAccountUsername(name) === undefined || !Object.hasOwn(extra, NODE_NAME)) return false;
  const nodes = extra[NODE_NAME] ?? [];
  return nodes.length === 1 && nodes[0] === node && isDNS1123Subdomain(node).length === 0;
}

/** Why none of the verbs is allowed, in the words for the first; undefined when one is. */
async function refusalOfAll(
  write: ClaimStatusWrite,
  verbs: readonly string[],
  driver: string,
  authorize: Authorize,
): Promise<string | undefined> {
  let first: string | undefined;
  for (const verb of verbs) {
    const asked = { verb, subresource: 'driver', namespace: write.namespace, name: driver };
    const refusal = await refusalOf(attributesFor(write, asked), authorize);
    if (refusal === undefined) return undefined;
    first ??= refusal;
  }
  return first;
}

async function refusalOf(attributes: AccessAttributes, authorize: Authorize): Promise<string | undefined> {
  const { verdict, reason, error = '' } = await authorize(attributes);
  if (verdict === 'allow') return undefined;
  return forbiddenMessage(attributes, [error, reason].filter((text) => text !== '').join(': '));
}

function attributesFor(
  { user, version }: ClaimStatusWrite,
  asked: Pick<AccessAttributes, 'verb' | 'subresource' | 'namespace' | 'name'>,
): AccessAttributes {
  return { user, isResource: true, path: '', group: GROUP, version, resource: 'resourceclaims', ...asked };
}
