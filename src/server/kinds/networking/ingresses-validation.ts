/** Rules of ingresses; imitates pkg/apis/networking/validation. */
import { FieldErrors, Path } from '../../../api/field-errors.ts';
import { isDNS1123Subdomain, isValidPortName, isWildcardDNS1123Subdomain } from '../../../api/names.ts';
import type {
  HTTPIngressPath,
  Ingress,
  IngressBackend,
  IngressRule,
  IngressServiceBackend,
  IngressSpec,
  IngressTLS,
} from '../../../api/types/networking-v1.ts';
import { shownField } from '../shared/go-maps.ts';
import { validateIngressHostname, validateLegacyIP } from '../shared/ip.ts';
import { dnsLabelName, reportInvalid, validatePortNumber } from '../shared/name-rules.ts';
import { validateTypedReference } from '../shared/typed-reference.ts';

const SPEC = Path.root('spec');
const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const BAD_SEQUENCES = ['//', '/./', '/../', '%2f', '%2F'];
const BAD_SUFFIXES = ['/..', '/.'];

/** What stored objects may keep: faults of before the rule existed. */
interface Leniency {
  readonly secretNames: boolean;
  readonly wildcardRules: boolean;
}

export function validateNewIngress(obj: Ingress, errors: FieldErrors): void {
  validateSpec(obj.spec ?? {}, { secretNames: false, wildcardRules: false }, errors);
  const annotation = obj.metadata?.annotations?.[CLASS_ANNOTATION];
  const name = obj.spec?.ingressClassName;
  if (annotation !== undefined && name !== undefined && annotation !== name) {
    const path = Path.root('annotations').child(CLASS_ANNOTATION);
    errors.invalid(path, annotation, 'must match `ingressClassName` when both are specified');
  }
}

export function validateIngress(obj: Ingress, old: Ingress, errors: FieldErrors): void {
  const secretNames = (old.spec?.tls ?? []).some((tls) => secretNameMessages(tls.secretName ?? '').length > 0);
  validateSpec(obj.spec ?? {}, { secretNames, wildcardRules: (old.spec?.rules ?? []).some(isBadWildcardRule) }, errors);
}

function isBadWildcardRule(rule: IngressRule): boolean {
  const errors = new FieldErrors();
  if (rule.host?.includes('*') !== true) return false;
  validateRuleValue(rule, SPEC, errors);
  return errors.length > 0;
}

function validateSpec(spec: IngressSpec, lenient: Leniency, errors: FieldErrors): void {
  const { rules = [], defaultBackend, ingressClassName: name } = spec;
  if (rules.length === 0 && defaultBackend === undefined)
    errors.invalid(SPEC, shownField(spec, 'rules'), 'either `defaultBackend` or `rules` must be specified');
  if (defaultBackend !== undefined) validateBackend(defaultBackend, SPEC.child('defaultBackend'), errors);
  for (const [i, rule] of rules.entries()) validateRule(rule, lenient, SPEC.child('rules').index(i), errors);
  for (const [i, tls] of (spec.tls ?? []).entries()) validateTLS(tls, lenient, SPEC.child('tls').index(i), errors);
  if (name !== undefined) reportInvalid(isDNS1123Subdomain(name), name, SPEC.child('ingressClassName'), errors);
}

function validateRule(rule: IngressRule, lenient: Leniency, path: Path, errors: FieldErrors): void {
  const { host = '' } = rule;
  const wildcard = host.includes('*');
  if (host !== '') {
    validateIngressHostname(host, path.child('host'), errors);
    reportInvalid(hostMessages(host), host, path.child('host'), errors);
  }
  if (!wildcard || !lenient.wildcardRules) validateRuleValue(rule, path, errors);
}

function hostMessages(host: string): string[] {
  return host.includes('*') ? isWildcardDNS1123Subdomain(host) : isDNS1123Subdomain(host);
}

function validateRuleValue({ http }: IngressRule, path: Path, errors: FieldErrors): void {
  if (http === undefined) return;
  const at = path.child('http', 'paths');
  const paths = http.paths ?? [];
  if (paths.length === 0) errors.required(at);
  for (const [i, item] of paths.entries()) validatePath(item, at.index(i), errors);
}

function validatePath(item: HTTPIngressPath, path: Path, errors: FieldErrors): void {
  const { path: where = '', pathType } = item;
  if (pathType === undefined || pathType === null) {
    errors.required(path.child('pathType'), 'pathType must be specified');
    return;
  }
  const at = path.child('path');
  const literal = pathType === 'Exact' || pathType === 'Prefix';
  if (!PATH_TYPES.includes(pathType)) errors.notSupported(path.child('pathType'), pathType, PATH_TYPES);
  else if ((literal || where !== '') && !where.startsWith('/')) errors.invalid(at, where, 'must be an absolute path');
  if (literal) {
    for (const part of BAD_SEQUENCES) if (where.includes(part)) errors.invalid(at, where, `must not contain '${part}'`);
    for (const end of BAD_SUFFIXES) if (where.endsWith(end)) errors.invalid(at, where, `cannot end with '${end}'`);
  }
  validateBackend(item.backend ?? {}, path.child('backend'), errors);
}

function validateBackend({ resource, service }: IngressBackend, path: Path, errors: FieldErrors): void {
  if (resource !== undefined && service !== undefined)
    errors.invalid(path, '', 'cannot set both resource and service backends');
  else if (resource !== undefined) validateTypedReference(resource, path.child('resource'), errors, { explain: true });
  else if (service !== undefined) validateServiceBackend(service, path, errors);
  else errors.invalid(path, '', 'resource or service backend is required');
}

function validateServiceBackend(
  { name = '', port = {} }: IngressServiceBackend,
  path: Path,
  errors: FieldErrors,
): void {
  if (name === '') errors.required(path.child('service', 'name'));
  else reportInvalid(dnsLabelName(name, false), name, path.child('service', 'name'), errors);
  const { name: portName = '', number = 0 } = port;
  if (portName !== '' && number !== 0) errors.invalid(path, '', 'cannot set both port name & port number');
  else if (portName !== '')
    reportInvalid(isValidPortName(portName), portName, path.child('service', 'port', 'name'), errors);
  else if (number !== 0) validatePortNumber(number, path.child('service', 'port', 'number'), errors);
  else errors.required(path, 'port name or number is required');
}

function validateTLS(tls: IngressTLS, lenient: Leniency, path: Path, errors: FieldErrors): void {
  for (const [i, host] of (tls.hosts ?? []).entries())
    reportInvalid(hostMessages(host), host, path.child('hosts').index(i), errors);
  const name = tls.secretName ?? '';
  if (!lenient.secretNames) reportInvalid(secretNameMessages(name), name, path.child('secretName'), errors);
}

function secretNameMessages(name: string): string[] {
  return name === '' ? [] : isDNS1123Subdomain(name);
}

export function validateIngressStatus(obj: Ingress, old: Ingress, errors: FieldErrors): void {
  const known = (old.status?.loadBalancer?.ingress ?? []).map((address) => address.ip ?? '');
  for (const [i, { ip = '', hostname = '' }] of (obj.status?.loadBalancer?.ingress ?? []).entries()) {
    const path = Path.root('status').child('loadBalancer', 'ingress').index(i);
    if (ip !== '') validateLegacyIP(ip, path.child('ip'), errors, known);
    if (hostname === '') continue;
    reportInvalid(isDNS1123Subdomain(hostname), hostname, path.child('hostname'), errors);
    validateIngressHostname(hostname, path.child('hostname'), errors);
  }
}
