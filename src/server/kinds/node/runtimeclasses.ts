import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import type { Toleration } from '../../../api/types/core-v1.ts';
import type { RuntimeClass, Scheduling } from '../../../api/types/node-v1.ts';
import { defineKind } from '../define.ts';
import { age } from '../printing.ts';
import { validateImmutable } from '../shared/field-rules.ts';
import { validateLabels } from '../shared/label-selector.ts';
import { metadataFieldLabelError, validateDNSLabel } from '../shared/name-rules.ts';
import { deprecatedNodeLabel } from '../shared/node-selector.ts';
import { type GoShape, goValue } from '../shared/pod-go-values.ts';
import { roundResourceList, validateContainerResources } from '../shared/resources.ts';
import { validateTolerations } from '../shared/scheduling-tolerations.ts';

const HANDLER = Path.root('handler');
const TOLERATION: GoShape = [
  ['Key', 'key', ''],
  ['Operator', 'operator', ''],
  ['Value', 'value', ''],
  ['Effect', 'effect', ''],
  ['TolerationSeconds', 'tolerationSeconds'],
];

/** Imitates pkg/apis/node/validation and pkg/registry/node/runtimeclass. */
export const runtimeclasses = defineKind<RuntimeClass>('node.k8s.io', 'v1', 'runtimeclasses', {
  applyDefaults(obj) {
    roundResourceList(obj.overhead?.podFixed);
  },
  validate,
  validateUpdate(obj, old, errors) {
    validate(obj, errors);
    validateImmutable(obj.handler, old.handler, HANDLER, errors);
  },
  warnings: ({ scheduling }) => nodeLabelWarnings(scheduling?.nodeSelector ?? {}),
  metadataOnUpdate: 'update+full',
  createOnUpdate: true,
  unconditionalUpdate: false,
  cells: (obj, now) => [obj.metadata?.name ?? '', obj.handler ?? '', age(obj.metadata?.creationTimestamp, now)],
  fieldLabelError: metadataFieldLabelError,
});

function validate(obj: RuntimeClass, errors: FieldErrors): void {
  const { handler = '', overhead, scheduling } = obj;
  if (handler === '') errors.required(HANDLER);
  else validateDNSLabel(handler, HANDLER, errors);
  if (overhead !== undefined) {
    validateContainerResources({ limits: overhead.podFixed }, new Set(), Path.root('overhead'), errors, {});
  }
  if (scheduling !== undefined) validateScheduling(scheduling, Path.root('scheduling'), errors);
}

function nodeLabelWarnings(selector: Record<string, string>): string[] {
  const messages = Object.keys(selector).sort().map(deprecatedNodeLabel);
  return messages.filter((message) => message !== undefined).map((message) => `scheduling.nodeSelector: ${message}`);
}

function validateScheduling({ nodeSelector, tolerations = [] }: Scheduling, path: Path, errors: FieldErrors): void {
  validateLabels(nodeSelector, path.child('nodeSelector'), errors);
  const tolerationsPath = path.child('tolerations');
  validateTolerations(tolerations, tolerationsPath, errors);
  const seen = new Set<string>();
  for (const [i, toleration] of tolerations.entries()) {
    const key = identity(toleration);
    if (seen.has(key)) errors.duplicate(tolerationsPath.index(i), goValue(toleration, TOLERATION));
    seen.add(key);
  }
}

function identity({ key = '', operator = '', value = '', effect = '' }: Toleration): string {
  return JSON.stringify([key, operator, value, effect]);
}
