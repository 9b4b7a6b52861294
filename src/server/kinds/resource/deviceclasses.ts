/** DeviceClass; imitates pkg/apis/resource and pkg/registry/resource/deviceclass. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { isLongName } from '../../../api/names.ts';
import { equalJson } from '../../../api/object.ts';
import type { DeviceClass, DeviceClassConfiguration, DeviceClassSpec } from '../../../api/types/resource-v1.ts';
import { defineKind, maskTrailingDash } from '../define.ts';
import { age } from '../printing.ts';
import { MAX_CONFIGS, validateOpaqueConfiguration, validateSelectors } from '../shared/dra-claim-spec.ts';
import { validateList } from '../shared/dra-lists.ts';
import { isExtendedResource } from '../shared/resource-names.ts';

const SPEC = Path.root('spec');

export const deviceclasses = defineKind<DeviceClass>('resource.k8s.io', 'v1', 'deviceclasses', {
  nameErrors: (name, prefix) => isLongName(prefix ? maskTrailingDash(name) : name),
  metadataOnUpdate: 'update+full',
  generation: 'spec',
  deleteReturns: 'object',
  validate: (obj, errors) => validateSpec(obj.spec ?? {}, undefined, errors),
  validateUpdate: (obj, old, errors) => validateSpec(obj.spec ?? {}, old.spec ?? {}, errors),
  cells: ({ metadata = {} }, now) => [metadata.name ?? '', age(metadata.creationTimestamp, now)],
});

/** Selectors and configurations that are as stored were fine once and still are. */
function validateSpec(spec: DeviceClassSpec, old: DeviceClassSpec | undefined, errors: FieldErrors): void {
  const { selectors = [], config = [], extendedResourceName: extended } = spec;
  const storedSelectors = old !== undefined && equalJson(old.selectors ?? [], selectors);
  validateSelectors(selectors, SPEC.child('selectors'), errors, { stored: storedSelectors });
  const stored = old !== undefined && equalJson(old.config ?? [], config);
  const validateConfig = ({ opaque }: DeviceClassConfiguration, path: Path): void =>
    validateOpaqueConfiguration(opaque, path.child('opaque'), errors, { stored });
  validateList(config, MAX_CONFIGS, validateConfig, SPEC.child('config'), errors);
  if (extended !== undefined && !isExtendedResource(extended))
    errors.invalid(SPEC.child('extendedResourceName'), extended, 'must be a valid extended resource name');
}
