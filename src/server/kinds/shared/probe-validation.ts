/** Probes and lifecycle hooks of containers; imitates validateProbe and validateLifecycle of pkg/apis/core/validation. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { isHTTPHeaderName, isValidPortName, isValidPortNum } from '../../../api/names.ts';
import type {
  ExecAction,
  HTTPGetAction,
  Lifecycle,
  LifecycleHandler,
  Probe,
  SleepAction,
} from '../../../api/types/core-v1.ts';

const SCHEMES = ['HTTP', 'HTTPS'];

export function validateLivenessProbe(probe: Probe, path: Path, errors: FieldErrors): void {
  validateProbe(probe, path, errors);
  if (probe.successThreshold !== 1)
    errors.invalid(path.child('successThreshold'), probe.successThreshold ?? 0, 'must be 1');
}

/** The same rules as for liveness. */
export const validateStartupProbe = validateLivenessProbe;

export function validateReadinessProbe(probe: Probe, path: Path, errors: FieldErrors): void {
  validateProbe(probe, path, errors);
  const seconds = probe.terminationGracePeriodSeconds;
  if (seconds !== undefined) {
    errors.invalid(path.child('terminationGracePeriodSeconds'), seconds, 'must not be set for readinessProbes');
  }
}

function validateProbe(probe: Probe, path: Path, errors: FieldErrors): void {
  validateHandler(probe, undefined, path, errors);
  reportNegative(probe.initialDelaySeconds, path, 'initialDelaySeconds', errors);
  reportNegative(probe.timeoutSeconds, path, 'timeoutSeconds', errors);
  reportNegative(probe.periodSeconds, path, 'periodSeconds', errors);
  reportNegative(probe.successThreshold, path, 'successThreshold', errors);
  reportNegative(probe.failureThreshold, path, 'failureThreshold', errors);
  const seconds = probe.terminationGracePeriodSeconds;
  if (seconds !== undefined && seconds <= 0)
    errors.invalid(path.child('terminationGracePeriodSeconds'), seconds, 'must be greater than 0');
}

function reportNegative(value: number | undefined, path: Path, field: string, errors: FieldErrors): void {
  if (value !== undefined && value < 0) errors.invalid(path.child(field), value, 'must be greater than or equal to 0');
}

/** `gracePeriod` is the pod's, in seconds. */
export function validateLifecycle(
  lifecycle: Lifecycle,
  gracePeriod: number | undefined,
  path: Path,
  errors: FieldErrors,
): void {
  if (lifecycle.postStart !== undefined)
    validateHandler(lifecycle.postStart, gracePeriod, path.child('postStart'), errors);
  if (lifecycle.preStop !== undefined) validateHandler(lifecycle.preStop, gracePeriod, path.child('preStop'), errors);
}

type Handler = LifecycleHandler & Pick<Probe, 'grpc'>;

/** In upstream's order. */
const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const;

/** Exactly one of the handlers; only the first is looked into. */
function validateHandler(handler: Handler, gracePeriod: number | undefined, path: Path, errors: FieldErrors): void {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  if (exec) validateExec(exec, path.child('exec'), errors);
  else if (httpGet) validateHttpGet(httpGet, path.child('httpGet'), errors);
  else if (tcpSocket) validatePortNumOrName(tcpSocket.port ?? 0, path.child('tcpSocket', 'port'), errors);
  else if (grpc) validatePortNumOrName(grpc.port ?? 0, path.child('grpc', 'port'), errors);
  else if (sleep) validateSleep(sleep, gracePeriod, path.child('sleep'), errors);
  else errors.required(path, 'must specify a handler type');
  const others = HANDLERS.filter((field) => handler[field] !== undefined).slice(1);
  for (const field of others) errors.forbidden(path.child(field), 'may not specify more than 1 handler type');
}

function validateExec(exec: ExecAction, path: Path, errors: FieldErrors): void {
  if ((exec.command ?? []).length === 0) errors.required(path.child('command'));
}

function validateHttpGet(http: HTTPGetAction, path: Path, errors: FieldErrors): void {
  if (!http.path) errors.required(path.child('path'));
  validatePortNumOrName(http.port ?? 0, path.child('port'), errors);
  const { scheme = '' } = http;
  if (!SCHEMES.includes(scheme)) errors.notSupported(path.child('scheme'), scheme, SCHEMES);
  for (const { name = '' } of http.httpHeaders ?? []) {
    for (const message of isHTTPHeaderName(name)) errors.invalid(path.child('httpHeaders'), name, message);
  }
}

/** A port number, or the name of one. */
export function validatePortNumOrName(port: number | string, path: Path, errors: FieldErrors): void {
  const messages = typeof port === 'number' ? isValidPortNum(port) : isValidPortName(port);
  for (const message of messages) errors.invalid(path, port, message);
}

function validateSleep(sleep: SleepAction, gracePeriod: number | undefined, path: Path, errors: FieldErrors): void {
  const seconds = sleep.seconds ?? 0;
  if (gracePeriod === undefined || (seconds >= 0 && seconds <= gracePeriod)) return;
  errors.invalid(path, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriod})`);
}
