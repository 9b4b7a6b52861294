/** Rules of nodes; imitates core validation ValidateNode, ValidateNodeUpdate and validateNodeTaints. */
import { type FieldErrors, Path, quote } from '../../../api/field-errors.ts';
import { parseCidrLenient } from '../../../api/ip.ts';
import { byteLength, DNS1123_SUBDOMAIN_MAX_LENGTH, isValidLabelValue } from '../../../api/names.ts';
import { equalJson, isObject } from '../../../api/object.ts';
import type { Node, Taint } from '../../../api/types/core-v1.ts';
import { goJsonObjectError } from '../shared/go-json-error.ts';
import { NODE_ADDRESS, TAINT } from '../shared/go-structs.ts';
import { isDualStack, validateLegacyCIDR } from '../shared/ip.ts';
import { validateLabelName } from '../shared/label-selector.ts';
import { goValue } from '../shared/pod-go-values.ts';
import { validateResourceQuantity } from '../shared/resources.ts';

const ANNOTATIONS = Path.root('metadata').child('annotations');
const TAINTS_TEXT = 'scheduler.alpha.kubernetes.io/taints';
const AVOIDED_PODS = 'scheduler.alpha.kubernetes.io/preferAvoidPods';
const TAINTS = Path.root('metadata').child('taints');
const SPEC = Path.root('spec');
const STATUS = Path.root('status');
const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export function validateNode(obj: Node, errors: FieldErrors): void {
  validateAnnotations(obj, errors);
  validateTaints(obj.spec?.taints ?? [], TAINTS, errors);
  validateAmounts(obj, errors);
  validateSwap(obj, errors);
  validateFeatures(obj.status?.declaredFeatures ?? [], errors);
  validatePodCIDRs(obj.spec?.podCIDRs ?? [], errors);
}

/** Ancestors of spec.taints and of what the scheduler's extenders used to read. */
function validateAnnotations({ metadata }: Node, errors: FieldErrors): void {
  const { [TAINTS_TEXT]: taints, [AVOIDED_PODS]: avoided } = metadata?.annotations ?? {};
  if (taints) {
    const list = parsed(taints);
    if (Array.isArray(list)) validateTaints(list.filter(isObject) as Taint[], ANNOTATIONS.child(TAINTS_TEXT), errors);
    else errors.invalid(ANNOTATIONS, TAINTS_TEXT, goJsonError(taints, '[]v1.Taint'));
  }
  if (!avoided) return;
  const pods = parsed(avoided);
  if (!isObject(pods)) {
    errors.invalid(ANNOTATIONS.child('AvoidPods'), AVOIDED_PODS, goJsonError(avoided, 'v1.AvoidPods'));
    return;
  }
  const entries = Array.isArray(pods['preferAvoidPods']) ? pods['preferAvoidPods'] : [];
  for (const [i, entry] of entries.entries())
    validateAvoidance(entry, ANNOTATIONS.child(AVOIDED_PODS).index(i), errors);
}

function validateAvoidance(entry: unknown, path: Path, errors: FieldErrors): void {
  const signature = isObject(entry) ? entry['podSignature'] : undefined;
  const controller = isObject(signature) ? signature['podController'] : undefined;
  if (!isObject(controller)) errors.required(path.child('PodSignature'));
  else if (controller['controller'] === false) {
    errors.invalid(path.child('PodSignature', 'PodController', 'Controller'), false, 'must point to a controller');
  }
}

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function goJsonError(text: string, type: string): string {
  const kind = Array.isArray(parsed(text)) ? 'array' : typeof parsed(text);
  return kind === 'undefined'
    ? (goJsonObjectError(text) ?? 'unexpected end of JSON input')
    : `json: cannot unmarshal ${kind} into Go value of type ${type}`;
}

function validateSwap({ status }: Node, errors: FieldErrors): void {
  const capacity = status?.nodeInfo?.swap?.capacity;
  if (capacity === undefined || capacity > 0) return;
  errors.invalid(Path.root('metadata').child('nodeSwapStatus', 'capacity'), capacity, 'must be greater than zero');
}

/** Names of features in order, each once. */
function validateFeatures(features: readonly string[], errors: FieldErrors): void {
  const path = STATUS.child('declaredFeatures');
  for (const [i, feature] of features.entries()) {
    const why = featureError(feature);
    if (why !== undefined) errors.invalid(path.index(i), feature, `invalid feature name ${quote(feature)}: ${why}`);
    const next = features[i + 1];
    if (next === undefined) continue;
    if (feature === next) errors.duplicate(path.index(i + 1), next);
    else if (feature > next) errors.invalid(path.index(i + 1), next, 'list must be sorted alphabetically');
  }
}

function featureError(name: string): string | undefined {
  if (byteLength(name) > DNS1123_SUBDOMAIN_MAX_LENGTH)
    return `must be no more than ${DNS1123_SUBDOMAIN_MAX_LENGTH} characters`;
  if (/^[A-Z][a-zA-Z0-9]*(\/[a-zA-Z][a-zA-Z0-9]*)*$/.test(name)) return undefined;
  return "must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes";
}

function validateTaints(taints: readonly Taint[], at: Path, errors: FieldErrors): void {
  const seen = new Set<string>();
  for (const [i, taint] of taints.entries()) {
    const { key = '', value = '', effect = '' } = taint;
    const path = at.index(i);
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

function validatePodCIDRs(cidrs: readonly string[], errors: FieldErrors): void {
  const path = SPEC.child('podCIDRs');
  for (const [i, cidr] of cidrs.entries()) validateLegacyCIDR(cidr, path.index(i), errors);
  if (cidrs.length < 2) return;
  const bad = cidrs.findIndex((cidr) => parseCidrLenient(cidr) === undefined);
  if (bad >= 0) {
    const cause = `invalid CIDR[${bad}]: <nil> (invalid CIDR address: ${cidrs[bad]})`;
    errors.internal(path, `invalid PodCIDRs. failed to check with dual stack with error:${cause}`);
  }
  const dual = isDualStack(cidrs.map((cidr) => parseCidrLenient(cidr)?.ip.family ?? ''));
  if (dual !== true || cidrs.length > 2)
    errors.invalid(path, cidrs, 'may specify no more than one CIDR for each IP family');
}

/** Also what a status write must pass. */
export function validateNodeUpdate(obj: Node, old: Node, errors: FieldErrors): void {
  validateAnnotations(obj, errors);
  validateAmounts(obj, errors);
  validateFeatures(obj.status?.declaredFeatures ?? [], errors);
  validateAddresses(obj, errors);
  validateSamePodCIDRs(obj, old, errors);
  if (old.spec?.providerID && old.spec.providerID !== obj.spec?.providerID) {
    const detail = 'node updates may not change providerID except from "" to valid';
    errors.forbidden(SPEC.child('providerID'), detail);
  }
  validateTaints(obj.spec?.taints ?? [], TAINTS, errors);
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
