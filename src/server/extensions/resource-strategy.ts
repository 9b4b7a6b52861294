/** How custom resources are written; imitates apiextensions-apiserver pkg/registry/customresource/strategy.go. */
import { isDNS1123Subdomain, maskTrailingDash } from '../../api/names.ts';
import { cloneJson, equalJson, type KubeObject } from '../../api/object.ts';
import { forbidden, internalError } from '../../api/status-error.ts';
import type { CustomResourceSubresourceScale } from '../../api/types/apiextensions-v1.ts';
import type { ScaleStrategy, StatusStrategy, Strategy } from '../kinds/kind.ts';
import { AccessorError, integerAt, putAt, stepsOf, textAt } from './dotted-path.ts';
import type { ResourceRules } from './resource-validation.ts';

export interface StrategyParts {
  readonly group: string;
  readonly resource: string;
  readonly rules: ResourceRules;
  readonly hasStatus: boolean;
  readonly scale: CustomResourceSubresourceScale | undefined;
  /** Warning of every request to a deprecated version. */
  readonly deprecation: string | undefined;
  /** Whether the definition is going: then nothing new may come. */
  isTerminating(): boolean;
}

export function resourceStrategy(parts: StrategyParts): Strategy {
  const { group, resource, rules, hasStatus, scale, deprecation } = parts;
  return {
    nameErrors: (name, prefix) => isDNS1123Subdomain(prefix ? maskTrailingDash(name) : name),
    finalizerNames: 'qualified',
    prepareForCreate(obj) {
      if (parts.isTerminating()) {
        const why = 'create not allowed while custom resource definition is terminating';
        throw forbidden({ group, resource }, obj.metadata.name ?? '', why);
      }
      if (hasStatus) delete obj.status;
    },
    validate: (obj, errors, ctx) => rules.validate(obj, errors, ctx.warn),
    validateUpdate: (obj, old, errors, ctx) => rules.validate(obj, errors, ctx.warn, old),
    warnings: finalizerWarnings,
    generation: hasStatus ? 'spec' : contentChanged,
    createOnUpdate: false,
    unconditionalUpdate: false,
    deleteReturns: 'status',
    defaultPropagation: 'Background',
    ...(hasStatus ? { status: statusStrategy(rules) } : {}),
    ...(scale === undefined ? {} : { scale: scaleStrategy(scale) }),
    ...(deprecation === undefined ? {} : { deprecation }),
  };
}

/** A status write changes the status and who owns it, nothing else. */
function statusStrategy(rules: ResourceRules): StatusStrategy<KubeObject> {
  return {
    prepareForUpdate(obj, old) {
      const { status } = obj;
      const { managedFields } = obj.metadata;
      for (const key of Object.keys(obj)) delete obj[key];
      Object.assign(obj, cloneJson(old));
      if (managedFields === undefined) delete obj.metadata.managedFields;
      else obj.metadata.managedFields = managedFields;
      if (status === undefined) delete obj.status;
      else obj.status = status;
    },
    validateUpdate: (obj, old, errors, ctx) => rules.validateStatus(obj, old, errors, ctx.warn),
  };
}

/** Without a status sub-resource every change outside metadata counts. */
function contentChanged(obj: KubeObject, old: KubeObject): boolean {
  const keys = new Set([...Object.keys(obj), ...Object.keys(old)]);
  keys.delete('metadata');
  return [...keys].some((key) => !equalJson(obj[key], old[key]));
}

const STANDARD_FINALIZERS = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

function finalizerWarnings(obj: KubeObject, old: KubeObject | undefined): string[] {
  const known = old?.metadata.finalizers ?? [];
  const added = (obj.metadata.finalizers ?? []).filter((name) => !known.includes(name));
  return [...new Set(added)]
    .sort()
    .filter((name) => !name.includes('/') && !STANDARD_FINALIZERS.has(name))
    .map(
      (name) =>
        `metadata.finalizers: ${JSON.stringify(name)}: prefer a domain-qualified finalizer name including a path (/) to avoid accidental conflicts with other finalizer writers`,
    );
}

function scaleStrategy(scale: CustomResourceSubresourceScale): ScaleStrategy<KubeObject> {
  const { specReplicasPath = '', statusReplicasPath = '', labelSelectorPath = '' } = scale;
  const spec = stepsOf(specReplicasPath);
  return {
    specReplicas: (obj) => lenient(() => integerAt(obj, spec)) ?? 0,
    statusReplicas: (obj) => lenient(() => integerAt(obj, stepsOf(statusReplicasPath))) ?? 0,
    selector: (obj) => (labelSelectorPath === '' ? '' : (lenient(() => textAt(obj, stepsOf(labelSelectorPath))) ?? '')),
    setReplicas: (obj, replicas) => putAt(obj, spec, replicas),
    validatesReplicas: true,
    specPath: spec,
    lacksReplicas: (obj) => lenient(() => integerAt(obj, spec)) === undefined,
    checkReadable(obj) {
      if (lenient(() => integerAt(obj, spec)) !== undefined) return;
      throw internalError(`the spec replicas field ${JSON.stringify(specReplicasPath)} does not exist`);
    },
  };
}

function lenient<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof AccessorError) return undefined;
    throw error;
  }
}
