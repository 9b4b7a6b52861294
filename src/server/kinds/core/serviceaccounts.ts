/** ServiceAccount; imitates pkg/registry/core/serviceaccount. The token sub-resource has its own home. */
import { Path } from '../../../api/field-errors.ts';
import type { ServiceAccount } from '../../../api/types/core-v1.ts';
import { defineKind } from '../define.ts';
import { age } from '../printing.ts';
import { metadataFieldLabelError } from '../shared/name-rules.ts';
import { issueToken } from './serviceaccounts-token.ts';

const ENFORCE_MOUNTABLE = 'kubernetes.io/enforce-mountable-secrets';

export const serviceaccounts = defineKind<ServiceAccount>('', 'v1', 'serviceaccounts', {
  deleteReturns: 'object',
  metadataOnUpdate: 'update+full',
  prepareForCreate: keepSecretNamesOnly,
  prepareForUpdate: keepSecretNamesOnly,
  warnings(obj, old) {
    const has = (account: ServiceAccount | undefined) =>
      account?.metadata?.annotations?.[ENFORCE_MOUNTABLE] !== undefined;
    if (!has(obj) || has(old)) return [];
    const path = Path.root('metadata').child('annotations').key(ENFORCE_MOUNTABLE);
    return [`${path}: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`];
  },
  fieldLabelError: metadataFieldLabelError,
  handlers: { token: issueToken },
  cells: (obj, now) => [obj.metadata?.name ?? '', age(obj.metadata?.creationTimestamp, now)],
});

/** A reference to a secret is its name, whatever else was sent. */
function keepSecretNamesOnly(obj: ServiceAccount): void {
  if (obj.secrets) obj.secrets = obj.secrets.map(({ name }) => (name === undefined ? {} : { name }));
}
