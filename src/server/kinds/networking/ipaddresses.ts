/** IPAddress: one address that something holds; imitates pkg/apis/networking and pkg/registry/networking/ipaddress. */
import { type FieldErrors, Path } from '../../../api/field-errors.ts';
import { isValidIP } from '../../../api/ip.ts';
import { isDNS1123Subdomain, pathSegmentNameErrors } from '../../../api/names.ts';
import { equalJson } from '../../../api/object.ts';
import type { IPAddress, ParentReference } from '../../../api/types/networking-v1.ts';
import { defineKind } from '../define.ts';
import { age } from '../printing.ts';
import { PARENT_REFERENCE } from '../shared/go-structs.ts';
import { metadataFieldLabelError, reportInvalid } from '../shared/name-rules.ts';
import { goValue } from '../shared/pod-go-values.ts';

const PARENT = Path.root('spec').child('parentRef');

export const ipaddresses = defineKind<IPAddress>('networking.k8s.io', 'v1', 'ipaddresses', {
  /** Names are canonical addresses; there are no generated ones. */
  nameErrors: (name) => isValidIP(name),
  validate: (obj, errors) => validateParent(obj.spec?.parentRef, errors),
  validateUpdate(obj, old, errors) {
    if (equalJson(obj.spec?.parentRef, old.spec?.parentRef)) return;
    errors.invalid(PARENT, goValue(obj.spec?.parentRef, PARENT_REFERENCE), 'field is immutable');
  },
  fieldLabelError: metadataFieldLabelError,
  /** One cell more than there are columns: upstream's slip. */
  cells: (obj, now) => [
    obj.metadata?.name ?? '',
    parentText(obj.spec?.parentRef),
    age(obj.metadata?.creationTimestamp, now),
  ],
});

function validateParent(parent: ParentReference | undefined, errors: FieldErrors): void {
  if (parent === undefined) {
    errors.required(PARENT);
    return;
  }
  const { group = '', resource = '', name = '', namespace = '' } = parent;
  if (group !== '') reportInvalid(isDNS1123Subdomain(group), group, PARENT.child('group'), errors);
  if (resource === '') errors.required(PARENT.child('resource'));
  else reportInvalid(pathSegmentNameErrors(resource), resource, PARENT.child('resource'), errors);
  if (name === '') errors.required(PARENT.child('name'));
  else reportInvalid(pathSegmentNameErrors(name), name, PARENT.child('name'), errors);
  if (namespace !== '') reportInvalid(pathSegmentNameErrors(namespace), namespace, PARENT.child('namespace'), errors);
}

/** `gateways.example.com/ns/name`. */
function parentText(parent: ParentReference | undefined): string {
  if (parent === undefined) return '<none>';
  const { group = '', resource = '', namespace = '', name = '' } = parent;
  const qualified = group === '' ? resource : `${resource}.${group}`;
  return [qualified, namespace, name].filter((part) => part !== '').join('/');
}
