/** Ports of services and endpoints; imitates core validation validateServicePort and ValidatePortNumOrName. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { isValidPortName } from '../../../api/names.ts';
import type { EndpointPort, ServicePort } from '../../../api/types/core-v1.ts';
import { reportInvalid, validateDNSLabel, validatePortNumber, validateQualifiedName } from './name-rules.ts';

export const PORT_PROTOCOLS = ['SCTP', 'TCP', 'UDP'] as const;

/** A number from 1 to 65535 or an IANA service name. */
export function validatePortNumOrName(port: number | string, path: Path, errors: FieldErrors): void {
  if (typeof port === 'number') validatePortNumber(port, path, errors);
  else reportInvalid(isValidPortName(port), port, path, errors);
}

export function validateProtocol(protocol: string | undefined, path: Path, errors: FieldErrors): void {
  if (!protocol) errors.required(path);
  else if (!(PORT_PROTOCOLS as readonly string[]).includes(protocol))
    errors.notSupported(path, protocol, PORT_PROTOCOLS);
}

/** `names` collects the names seen so far; each port needs one when there are several. */
export function validateServicePort(
  port: ServicePort,
  path: Path,
  errors: FieldErrors,
  options: { requireName: boolean; names: Set<string> },
): void {
  const { name = '', appProtocol } = port;
  if (options.requireName && name === '') errors.required(path.child('name'));
  else if (name !== '') {
    validateDNSLabel(name, path.child('name'), errors);
    if (options.names.has(name)) errors.duplicate(path.child('name'), name);
    options.names.add(name);
  }
  validatePortNumber(port.port ?? 0, path.child('port'), errors);
  validateProtocol(port.protocol, path.child('protocol'), errors);
  validatePortNumOrName(port.targetPort ?? 0, path.child('targetPort'), errors);
  if (appProtocol !== undefined) validateQualifiedName(appProtocol, path.child('appProtocol'), errors);
}

/** A port of v1 Endpoints. */
export function validateEndpointPort(port: EndpointPort, requireName: boolean, path: Path, errors: FieldErrors): void {
  const { name = '', appProtocol } = port;
  if (requireName && name === '') errors.required(path.child('name'));
  else if (name !== '') validateDNSLabel(name, path.child('name'), errors);
  validatePortNumber(port.port ?? 0, path.child('port'), errors);
  validateProtocol(port.protocol, path.child('protocol'), errors);
  if (appProtocol !== undefined) validateQualifiedName(appProtocol, path.child('appProtocol'), errors);
}
