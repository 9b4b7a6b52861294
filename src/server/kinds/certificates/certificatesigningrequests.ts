/** CertificateSigningRequest; imitates pkg/registry/certificates/certificates. */
import { cloneJson } from '../../../api/object.ts';
import type { CertificateSigningRequest } from '../../../api/types/certificates-v1.ts';
import type { UserInfo } from '../../request/user.ts';
import { defineKind } from '../define.ts';
import type { CellValue, StrategyContext } from '../kind.ts';
import { age, humanDuration } from '../printing.ts';
import { keepSpec } from '../shared/status-metadata.ts';
import { hasCondition, keepApprovals, stampConditions } from './csr-conditions.ts';
import { validateCsr, validateCsrUpdate } from './csr-validation.ts';

type Csr = CertificateSigningRequest;

export const certificatesigningrequests = defineKind<Csr>('certificates.k8s.io', 'v1', 'certificatesigningrequests', {
  nameErrors: () => [],
  metadataOnUpdate: 'full+update',
  prepareForCreate(obj, { user }) {
    nameRequester(obj, user);
    obj.status = {};
  },
  prepareForUpdate: keepSpec,
  validate: (obj, errors) => validateCsr(obj, undefined, errors),
  validateUpdate: (obj, old, errors) => validateCsrUpdate(obj, old, errors),
  status: {
    prepareForUpdate(obj, old, { now }) {
      keepSpec(obj, old);
      keepApprovals(obj, old);
      stampConditions(obj, old, now);
    },
    validateUpdate: (obj, old, errors) => validateCsrUpdate(obj, old, errors, { certificate: true }),
  },
  statusSubresources: {
    approval: {
      tables: false,
      prepareForUpdate: prepareApproval,
      validateUpdate: (obj, old, errors) => validateCsrUpdate(obj, old, errors, { approvals: true }),
    },
  },
  cells,
  selectableFields: { 'spec.signerName': (obj) => obj.spec?.signerName ?? '' },
});

/** Whoever asks is the requester, whatever the request says. */
function nameRequester(obj: Csr, user: UserInfo): void {
  const { request, signerName, usages, expirationSeconds } = obj.spec ?? {};
  obj.spec = {
    ...(request === undefined ? {} : { request }),
    ...(signerName === undefined ? {} : { signerName }),
    ...(expirationSeconds === undefined ? {} : { expirationSeconds }),
    ...(usages === undefined ? {} : { usages }),
    ...(user.name === '' ? {} : { username: user.name }),
    ...(user.uid === '' ? {} : { uid: user.uid }),
    ...(user.groups.length === 0 ? {} : { groups: [...user.groups] }),
    ...(Object.keys(user.extra).length === 0 ? {} : { extra: cloneJson(user.extra) as Record<string, string[]> }),
  };
}

/** An approval writes conditions and nothing else. */
function prepareApproval(obj: Csr, old: Csr, { now }: StrategyContext): void {
  keepSpec(obj, old);
  stampConditions(obj, old, now);
  const { certificate } = old.status ?? {};
  const { conditions } = obj.status ?? {};
  obj.status = {
    ...(certificate === undefined ? {} : { certificate }),
    ...(conditions === undefined ? {} : { conditions }),
  };
}

function cells(obj: Csr, now: Date): CellValue[] {
  const { signerName = '', username = '', expirationSeconds } = obj.spec ?? {};
  return [
    obj.metadata?.name ?? '',
    age(obj.metadata?.creationTimestamp, now),
    signerName === '' ? '<none>' : signerName,
    username,
    expirationSeconds === undefined ? '<none>' : humanDuration(expirationSeconds * 1000),
    stateText(obj),
  ];
}

function stateText(obj: Csr): string {
  const decision = hasCondition(obj, 'Denied') ? 'Denied' : hasCondition(obj, 'Approved') ? 'Approved' : 'Pending';
  const failed = hasCondition(obj, 'Failed') ? ',Failed' : '';
  return `${decision}${failed}${(obj.status?.certificate ?? '') === '' ? '' : ',Issued'}`;
}
