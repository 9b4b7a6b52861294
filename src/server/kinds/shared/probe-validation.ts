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

const NEGATIVE = 'must be greater than or equal to 0';
const SCHEMES = ['HTTP', 'HTTPS'];
const PROBE_NUMBERS = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const;

export function validateLivenessProbe(probe: Probe | undefined, path: Path, errors: FieldErrors): void {
  if (probe === undefined) return;
  validateProbe(probe, path, errors);
  if (probe.successThreshold !== 1)
    errors.invalid(path.child('successThreshold'), probe.successThreshold ?? 0, 'must be 1');
}

/** The same rules as for liveness. */
export const validateStartupProbe = validateLivenessProbe;

export function validateReadinessProbe(probe: Probe | undefined, path: Path, errors: FieldErrors): void {
  if (probe === undefined) return;
  validateProbe(probe, path, errors);
  const seconds = probe.terminationGracePeriodSeconds;
  if (seconds !== undefined) {
    errors.invalid(path.child('terminationGracePeriodSeconds'), seconds, 'must not be set for readinessProbes');
  }
}

function validateProbe(probe: Probe, path: Path, errors: FieldErrors): void {
  validateHandler(probe, undefined, path, errors);
  for (const field of PROBE_NUMBERS) {
    const value = probe[field] ?? 0;
    if (value < 0) errors.invalid(path.child(field), value, NEGATIVE);
  }
  const seconds = probe.terminationGracePeriodSeconds;
  if (seconds !== undefined && seconds <= 0)
    errors.invalid(path.child('terminationGracePeriodSeconds'), seconds, 'must be greater than 0');
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

/** Exactly one of the handlers, in upstream's order; only the first is looked into. */
function validateHandler(handler: Handler, gracePeriod: number | undefined, path: Path, errors: FieldErrors): void {
  const checks: readonly [keyof Handler, (at: Path) => void][] = [
    ['exec', (at) => validateExec(handler.exec as ExecAction, at, errors)],
    ['httpGet', (at) => validateHttpGet(handler.httpGet as HTTPGetAction, at, errors)],
    ['tcpSocket', (at) => validatePortNumOrName(handler.tcpSocket?.port ?? 0, at.child('port'), errors)],
    ['grpc', (at) => validatePortNumOrName(handler.grpc?.port ?? 0, at.child('port'), errors)],
    ['sleep', (at) => validateSleep(handler.sleep as SleepAction, gracePeriod, at, errors)],
  ];
  const given = checks.filter(([field]) => handler[field] !== undefined);
  if (given.length === 0) errors.required(path, 'must specify a handler type');
  for (const [i, [field, check]] of given.entries()) {
    if (i === 0) check(path.child(field));
    else errors.forbidden(path.child(field), 'may not specify more than 1 handler type');
  }
}

function validateExec(exec: ExecAction, path: Path, errors: FieldErrors): void {
  if ((exec.command ?? []).length === 0) errors.required(path.child('command'));
}

function validateHttpGet(http: HTTPGetAction, path: Path, errors: FieldErrors): void {
  if (!http.path) errors.required(path.child('path'));
  validatePortNumOrName(http.port ?? 0, path.child('port'), errors);
  if (!SCHEMES.includes(http.scheme ?? '')) errors.notSupported(path.child('scheme'), http.scheme ?? '', SCHEMES);
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
