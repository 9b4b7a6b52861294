/** IngressClass; imitates pkg/apis/networking and pkg/registry/networking/ingressclass. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { byteLength, isDomainPrefixedPath } from '../../../api/names.ts';
import type { IngressClass, IngressClassParametersReference } from '../../../api/types/networking-v1.ts';
import { defineKind } from '../define.ts';
import { age } from '../printing.ts';
import { validateImmutable } from '../shared/field-rules.ts';
import { dnsLabelName, metadataFieldLabelError, reportInvalid } from '../shared/name-rules.ts';
import { validateTypedReference } from '../shared/typed-reference.ts';

const CONTROLLER = Path.root('spec').child('controller');
const PARAMETERS = Path.root('spec').child('parameters');
const MAX_CONTROLLER = 250;
const SCOPES = ['Cluster', 'Namespace'];
const DEFAULT_CLASS = 'ingressclass.kubernetes.io/is-default-class';

export const ingressclasses = defineKind<IngressClass>('networking.k8s.io', 'v1', 'ingressclasses', {
  generation: 'spec',
  metadataOnUpdate: 'update+full',
  applyDefaults(obj) {
    if (obj.spec?.parameters) obj.spec.parameters.scope ??= 'Cluster';
  },
  validate,
  validateUpdate(obj, old, errors) {
    validateImmutable(obj.spec?.controller, old.spec?.controller, CONTROLLER, errors);
    validate(obj, errors);
  },
  fieldLabelError: metadataFieldLabelError,
  cells(obj, now) {
    const { name = '', annotations, creationTimestamp } = obj.metadata ?? {};
    return [
      annotations?.[DEFAULT_CLASS] === 'true' ? `${name} (default)` : name,
      obj.spec?.controller ?? '',
      parametersText(obj.spec?.parameters),
      age(creationTimestamp, now),
    ];
  },
});

function parametersText(parameters: IngressClassParametersReference | undefined): string {
  if (parameters === undefined) return '<none>';
  const { apiGroup, kind = '', name = '' } = parameters;
  return apiGroup === undefined ? `${kind}/${name}` : `${kind}.${apiGroup}/${name}`;
}

function validate(obj: IngressClass, errors: FieldErrors): void {
  const { controller = '', parameters } = obj.spec ?? {};
  if (byteLength(controller) > MAX_CONTROLLER) errors.tooLong(CONTROLLER, MAX_CONTROLLER);
  if (controller === '') errors.required(CONTROLLER);
  else for (const { value, message } of isDomainPrefixedPath(controller)) errors.invalid(CONTROLLER, value, message);
  if (parameters !== undefined) validateParameters(parameters, errors);
}

function validateParameters(parameters: IngressClassParametersReference, errors: FieldErrors): void {
  validateTypedReference(parameters, PARAMETERS, errors, { explain: false });
  const { scope, namespace } = parameters;
  const at = PARAMETERS.child('namespace');
  if (scope === undefined) errors.required(PARAMETERS.child('scope'));
  else if (!SCOPES.includes(scope)) errors.notSupported(PARAMETERS.child('scope'), scope, SCOPES);
  else if (scope === 'Cluster') {
    if (namespace !== undefined) errors.forbidden(at, "`parameters.scope` is set to 'Cluster'");
  } else if (namespace === undefined) errors.required(at, "`parameters.scope` is set to 'Namespace'");
  else reportInvalid(dnsLabelName(namespace, false), namespace, at, errors);
}
