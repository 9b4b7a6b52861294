/** Rules of nodes; imitates core validation ValidateNode, ValidateNodeUpdate and validateNodeTaints. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { parseCidrLenient } from '../../../api/ip.ts';
import { isValidLabelValue } from '../../../api/names.ts';
import { equalJson } from '../../../api/object.ts';
import type { Node, Taint } from '../../../api/types/core-v1.ts';
import { NODE_ADDRESS, TAINT } from '../shared/go-structs.ts';
import { isDualStack, validateLegacyCIDR } from '../shared/ip.ts';
import { validateLabelName } from '../shared/label-selector.ts';
import { goValue } from '../shared/pod-go-values.ts';
import { validateResourceQuantity } from '../shared/resources.ts';

const TAINTS = Path.root('metadata').child('taints');
const SPEC = Path.root('spec');
const STATUS = Path.root('status');
const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** `old` ratchets: CIDRs that the node had stay valid. */
export function validateNode(obj: Node, old: Node | undefined, errors: FieldErrors): void {
  validateTaints(obj.spec?.taints ?? [], errors);
  validateAmounts(obj, errors);
  validatePodCIDRs(obj.spec?.podCIDRs ?? [], old?.spec?.podCIDRs ?? [], errors);
}

function validateTaints(taints: readonly Taint[], errors: FieldErrors): void {
  const seen = new Set<string>();
  for (const [i, taint] of taints.entries()) {
    const { key = '', value = '', effect = '' } = taint;
    const path = TAINTS.index(i);
    validateLabelName(key, path.child('key'), errors);
    const messages = isValidLabelValue(value);
    if (messages.length > 0) errors.invalid(path.child('value'), value, messages.join(';'));
    if (effect === '') errors.required(path.child('effect'));
    else if (!EFFECTS.includes(effect)) errors.notSupported(path.child('effect'), effect, EFFECTS);
    const pair = JSON.stringify([key, effect]);
    if (seen.has(pair)) {
      const detail = 'taints must be unique by key and effect pair';
      errors.add('FieldValueDuplicate', path, goValue(taint, TAINT), detail);
    }
    seen.add(pair);
  }
}

function validateAmounts(obj: Node, errors: FieldErrors): void {
  for (const list of ['capacity', 'allocatable'] as const) {
    const amounts = obj.status?.[list] ?? {};
    for (const name of Object.keys(amounts).sort())
      validateResourceQuantity(name, amounts[name] ?? '0', STATUS.child(list, name), errors);
  }
}

function validatePodCIDRs(cidrs: readonly string[], known: readonly string[], errors: FieldErrors): void {
  const path = SPEC.child('podCIDRs');
  for (const [i, cidr] of cidrs.entries()) validateLegacyCIDR(cidr, path.index(i), errors, known);
  if (cidrs.length < 2) return;
  const bad = cidrs.findIndex((cidr) => parseCidrLenient(cidr) === undefined);
  if (bad >= 0) {
    const cause = `invalid CIDR[${bad}]: <nil> (invalid CIDR address: ${cidrs[bad]})`;
    errors.internal(path, `invalid PodCIDRs. failed to check with dual stack with error:${cause}`);
  }
  const dual = isDualStack(cidrs.map((cidr) => parseCidrLenient(cidr)?.ip.family ?? ''));
  if (dual !== true || cidrs.length > 2)
    errors.invalid(path, cidrs, 'may specify no more than one CIDR for each IP family');
  for (const [i, cidr] of cidrs.entries()) if (cidrs.indexOf(cidr) < i) errors.duplicate(path.index(i), cidr);
}

/** Also what a status write must pass. */
export function validateNodeUpdate(obj: Node, old: Node, errors: FieldErrors): void {
  validateAmounts(obj, errors);
  validateAddresses(obj, errors);
  validateSamePodCIDRs(obj, old, errors);
  if (old.spec?.providerID && old.spec.providerID !== obj.spec?.providerID) {
    const detail = 'node updates may not change providerID except from "" to valid';
    errors.forbidden(SPEC.child('providerID'), detail);
  }
  validateTaints(obj.spec?.taints ?? [], errors);
  if ((obj.spec?.externalID ?? '') !== (old.spec?.externalID ?? ''))
    errors.forbidden(SPEC.child('externalID'), 'may not be updated');
}

function validateAddresses(obj: Node, errors: FieldErrors): void {
  const addresses = obj.status?.addresses ?? [];
  for (const [i, address] of addresses.entries()) {
    if (addresses.slice(0, i).some((other) => equalJson(other, address)))
      errors.duplicate(STATUS.child('addresses').index(i), goValue(address, NODE_ADDRESS));
  }
}

function validateSamePodCIDRs(obj: Node, old: Node, errors: FieldErrors): void {
  const before = old.spec?.podCIDRs ?? [];
  const after = obj.spec?.podCIDRs ?? [];
  if (before.length === 0) return;
  const changes = before.length === after.length ? before.filter((cidr, i) => cidr !== after[i]).length : 1;
  for (let i = 0; i < changes; i++)
    errors.forbidden(SPEC.child('podCIDRs'), 'node updates may not change podCIDR except from "" to valid');
}
