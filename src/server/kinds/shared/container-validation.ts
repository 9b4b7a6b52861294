/** Regular, init and ephemeral containers; imitates validateContainers and its siblings of pkg/apis/core/validation. */
import type { FieldErrors, Path } from '../../../api/field-errors.ts';
import { isDNS1123Label, isValidPortName, isValidPortNum } from '../../../api/names.ts';
import type {
  Container,
  ContainerPort,
  ContainerResizePolicy,
  ContainerRestartRule,
  EphemeralContainer,
  PodSpec,
} from '../../../api/types/core-v1.ts';
import { validateEnv, validateEnvFrom } from './container-env.ts';
import { type VolumesByName, validateVolumeDevices, validateVolumeMounts } from './container-mounts.ts';
import { validateContainerSecurityContext } from './pod-security.ts';
import type { PodValidationOptions } from './pod-validation-options.ts';
import { isSidecar } from './pod-visit.ts';
import {
  validateLifecycle,
  validateLivenessProbe,
  validateReadinessProbe,
  validateStartupProbe,
} from './probe-validation.ts';
import { validateContainerResources } from './resources.ts';

/** What containers are checked against. */
export interface ContainerContext {
  readonly spec: PodSpec;
  readonly volumes: VolumesByName;
  readonly claimNames: ReadonlySet<string>;
  readonly errors: FieldErrors;
  readonly options: PodValidationOptions;
}

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError'];
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const RESTART_POLICIES = ['Always', 'Never', 'OnFailure'];
const RULE_ACTIONS = ['Restart', 'RestartAllContainers'];
const RULE_OPERATORS = ['In', 'NotIn'];
const RESIZE_POLICIES = ['NotRequired', 'RestartContainer'];
const MAX_RULES = 20;
const MAX_EXIT_CODES = 255;
const NO_RULES_WITHOUT_POLICY = 'must specify restartPolicy when restart rules are used';

export function validateContainers(path: Path, context: ContainerContext): void {
  const { errors, spec } = context;
  const containers = spec.containers ?? [];
  if (containers.length === 0) {
    errors.required(path);
    return;
  }
  const names = new Set<string>();
  for (const [i, container] of containers.entries()) {
    const at = path.index(i);
    const name = container.name ?? '';
    validateCommon(container, at, context);
    if (names.has(name)) errors.duplicate(at.child('name'), name);
    names.add(name);
    validateHooksAndProbes(container, at, context);
    validateRestartPolicy(container, at, errors);
  }
  reportHostPortConflicts(containers, path, errors);
}

export function validateInitContainers(containers: readonly Container[], path: Path, context: ContainerContext): void {
  const { errors, spec } = context;
  const names = new Set((spec.containers ?? []).map((container) => container.name ?? ''));
  for (const [i, container] of containers.entries()) {
    const at = path.index(i);
    const name = container.name ?? '';
    validateCommon(container, at, context);
    validateInitRestartPolicy(container, at, errors);
    if (names.has(name)) errors.duplicate(at.child('name'), name);
    else if (name !== '') names.add(name);
    reportHostPortConflicts([container], path, errors);
    if (isSidecar(container)) validateHooksAndProbes(container, at, context);
    else validatePlainInitContainer(container, at, context);
  }
}

/** Init containers that run to their end have no probes, no hooks, and nothing to restart. */
function validatePlainInitContainer(container: Container, path: Path, { errors, options }: ContainerContext): void {
  for (const field of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
    if (container[field] !== undefined) {
      errors.forbidden(path.child(field), 'may not be set for init containers without restartPolicy=Always');
    }
  }
  if (options.allowRestartContainerForInitContainer === true) return;
  for (const [i, { restartPolicy }] of (container.resizePolicy ?? []).entries()) {
    if (restartPolicy !== 'RestartContainer') continue;
    const detail = "must not be set to 'RestartContainer' for non-sidecar initContainers";
    errors.invalid(path.child('resizePolicy').index(i).child('restartPolicy'), restartPolicy, detail);
  }
}

/** In the order of Go's struct, as upstream walks it by reflection. */
const NOT_FOR_EPHEMERAL = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const;
const EPHEMERAL_DETAIL = 'cannot be set for an Ephemeral Container';

export function validateEphemeralContainers(
  containers: readonly EphemeralContainer[],
  path: Path,
  context: ContainerContext,
): void {
  const { errors, spec } = context;
  const others = new Set(
    [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map((container) => container.name ?? ''),
  );
  const names = new Set(others);
  for (const [i, container] of containers.entries()) {
    const at = path.index(i);
    const name = container.name ?? '';
    validateCommon(container, at, context);
    validateImagePadding(container, at, errors);
    if (names.has(name)) errors.duplicate(at.child('name'), name);
    names.add(name);
    const target = container.targetContainerName ?? '';
    if (target !== '' && !others.has(target)) errors.notFound(at.child('targetContainerName'), target);
    validateEphemeralFields(container, at, errors);
  }
}

function validateEphemeralFields(container: EphemeralContainer, path: Path, errors: FieldErrors): void {
  for (const field of NOT_FOR_EPHEMERAL) {
    const value = container[field];
    const empty = value === undefined || (field === 'resources' && Object.keys(value).length === 0);
    if (!empty) errors.forbidden(path.child(field), EPHEMERAL_DETAIL);
  }
  for (const [i, mount] of (container.volumeMounts ?? []).entries()) {
    for (const field of ['subPath', 'subPathExpr'] as const) {
      if (mount[field]) errors.forbidden(path.child('volumeMounts').index(i).child(field), EPHEMERAL_DETAIL);
    }
  }
}

/** Pods are stricter than templates here, for the sake of old templates. */
export function validateImagePadding({ image = '' }: Container, path: Path, errors: FieldErrors): void {
  if (image.trim() !== image)
    errors.invalid(path.child('image'), image, 'must not have leading or trailing whitespace');
}

/** What all kinds of containers have in common. */
function validateCommon(container: Container, path: Path, context: ContainerContext): void {
  const { errors, spec, volumes, options } = context;
  const name = container.name ?? '';
  if (name === '') errors.required(path.child('name'));
  else for (const message of isDNS1123Label(name)) errors.invalid(path.child('name'), name, message);
  if (!container.image) errors.required(path.child('image'));
  validateRequiredEnum(
    container.terminationMessagePolicy,
    MESSAGE_POLICIES,
    path.child('terminationMessagePolicy'),
    errors,
  );
  const { ports, env, envFrom, volumeMounts, volumeDevices, resources, resizePolicy, securityContext } = container;
  if (ports) validatePorts(ports, path.child('ports'), errors);
  if (env) validateEnv(env, path.child('env'), errors);
  if (envFrom) validateEnvFrom(envFrom, path.child('envFrom'), errors);
  if (volumeMounts) validateVolumeMounts(container, volumes, path.child('volumeMounts'), errors);
  if (volumeDevices) validateVolumeDevices(container, volumes, path.child('volumeDevices'), errors);
  validatePullPolicy(container.imagePullPolicy, path.child('imagePullPolicy'), errors);
  if (resources) validateContainerResources(resources, context.claimNames, path.child('resources'), errors, options);
  if (resizePolicy) validateResizePolicy(resizePolicy, spec.restartPolicy ?? '', path.child('resizePolicy'), errors);
  const hostUsers = spec.hostUsers !== false;
  if (securityContext)
    validateContainerSecurityContext(securityContext, hostUsers, path.child('securityContext'), errors);
}

/** '' is missing, anything else must be one of `allowed`. */
export function validateRequiredEnum(
  value: string | undefined,
  allowed: readonly string[],
  path: Path,
  errors: FieldErrors,
): void {
  if (!value) errors.required(path);
  else if (!allowed.includes(value)) errors.notSupported(path, value, allowed);
}

export function validatePullPolicy(policy: string | undefined, path: Path, errors: FieldErrors): void {
  validateRequiredEnum(policy, PULL_POLICIES, path, errors);
}

function validateHooksAndProbes(container: Container, path: Path, { spec, errors }: ContainerContext): void {
  const { lifecycle, livenessProbe, readinessProbe, startupProbe } = container;
  if (lifecycle) validateLifecycle(lifecycle, spec.terminationGracePeriodSeconds, path.child('lifecycle'), errors);
  if (livenessProbe) validateLivenessProbe(livenessProbe, path.child('livenessProbe'), errors);
  if (readinessProbe) validateReadinessProbe(readinessProbe, path.child('readinessProbe'), errors);
  if (startupProbe) validateStartupProbe(startupProbe, path.child('startupProbe'), errors);
}

function validatePorts(ports: readonly ContainerPort[], path: Path, errors: FieldErrors): void {
  const names = new Set<string>();
  for (const [i, { name = '', containerPort = 0, hostPort = 0, protocol }] of ports.entries()) {
    const at = path.index(i);
    if (name !== '') validateUniquePortName(name, names, at, errors);
    if (containerPort === 0) errors.required(at.child('containerPort'));
    else
      for (const message of isValidPortNum(containerPort))
        errors.invalid(at.child('containerPort'), containerPort, message);
    for (const message of hostPort === 0 ? [] : isValidPortNum(hostPort))
      errors.invalid(at.child('hostPort'), hostPort, message);
    validateRequiredEnum(protocol, PROTOCOLS, at.child('protocol'), errors);
  }
}

function validateUniquePortName(name: string, names: Set<string>, path: Path, errors: FieldErrors): void {
  const messages = isValidPortName(name);
  for (const message of messages) errors.invalid(path.child('name'), name, message);
  if (messages.length > 0) return;
  if (names.has(name)) errors.duplicate(path.child('name'), name);
  names.add(name);
}

function reportHostPortConflicts(containers: readonly Container[], path: Path, errors: FieldErrors): void {
  const taken = new Set<string>();
  for (const [i, { ports }] of containers.entries()) {
    for (const [j, { hostPort = 0, hostIP = '', protocol = '' }] of (ports ?? []).entries()) {
      if (hostPort === 0) continue;
      const key = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(key)) errors.duplicate(path.index(i).child('ports').index(j).child('hostPort'), key);
      taken.add(key);
    }
  }
}

function validateResizePolicy(
  policies: readonly ContainerResizePolicy[],
  podRestartPolicy: string,
  path: Path,
  errors: FieldErrors,
): void {
  const seen = new Set<string>();
  for (const [i, { resourceName = '', restartPolicy = '' }] of policies.entries()) {
    if (seen.has(resourceName)) errors.duplicate(path.index(i), resourceName);
    seen.add(resourceName);
    validateRequiredEnum(resourceName, ['cpu', 'memory'], path, errors);
    validateRequiredEnum(restartPolicy, RESIZE_POLICIES, path, errors);
    if (podRestartPolicy === 'Never' && restartPolicy !== 'NotRequired') {
      errors.invalid(path, restartPolicy, "must be 'NotRequired' when pod `restartPolicy` is 'Never'");
    }
  }
}

/** Rules without a policy are not looked into here. */
function validateInitRestartPolicy(container: Container, path: Path, errors: FieldErrors): void {
  const { restartPolicy, restartPolicyRules = [] } = container;
  if (restartPolicy !== undefined) validateRestartPolicy(container, path, errors);
  else if (restartPolicyRules.length > 0) errors.required(path.child('restartPolicy'), NO_RULES_WITHOUT_POLICY);
}

function validateRestartPolicy(
  { restartPolicy, restartPolicyRules = [] }: Container,
  path: Path,
  errors: FieldErrors,
): void {
  if (restartPolicy === undefined) {
    if (restartPolicyRules.length === 0) return;
    errors.required(path.child('restartPolicy'), NO_RULES_WITHOUT_POLICY);
  } else if (!RESTART_POLICIES.includes(restartPolicy))
    errors.notSupported(path.child('restartPolicy'), restartPolicy, RESTART_POLICIES);
  const rulesPath = path.child('restartPolicyRules');
  if (restartPolicyRules.length > MAX_RULES) errors.tooMany(rulesPath, restartPolicyRules.length, MAX_RULES);
  for (const [i, rule] of restartPolicyRules.entries()) validateRestartRule(rule, rulesPath.index(i), errors);
}

function validateRestartRule({ action = '', exitCodes }: ContainerRestartRule, path: Path, errors: FieldErrors): void {
  if (!RULE_ACTIONS.includes(action)) errors.notSupported(path.child('action'), action, RULE_ACTIONS);
  if (exitCodes === undefined) {
    errors.required(path.child('exitCodes'), 'must be specified');
    return;
  }
  const { operator = '', values = [] } = exitCodes;
  if (!RULE_OPERATORS.includes(operator))
    errors.notSupported(path.child('exitCodes', 'operator'), operator, RULE_OPERATORS);
  if (values.length > MAX_EXIT_CODES) errors.tooMany(path.child('exitCodes', 'values'), values.length, MAX_EXIT_CODES);
}
