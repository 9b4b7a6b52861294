import { describe, expect, it } from 'vitest';
import { FieldErrors, fieldErrorText, Path } from '../../../../src/api/field-errors.ts';
import type { JsonObject } from '../../../../src/api/object.ts';
import type { CertificateSigningRequest } from '../../../../src/api/types/certificates-v1.ts';
import { certificatesigningrequests as kind } from '../../../../src/server/kinds/certificates/certificatesigningrequests.ts';
import { certificateError, requestError } from '../../../../src/server/kinds/certificates/csr-pem.ts';
import { validateSignerName } from '../../../../src/server/kinds/certificates/csr-validation.ts';
import { causesOf, NOW } from '../golden-harness.ts';
import { RegistryPlayer } from '../registry-player.ts';

const REQUEST =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIZk1JR0ZBZ0VBTUNNeERUQUxCZ05WQkFvTUJHUmxkbk14RWpBUUJnTlZCQU1NQ1dGMWRHaHVMV1JsZGpCWgpNQk1HQnlxR1NNNDlBZ0VHQ0NxR1NNNDlBd0VIQTBJQUJISSt4cThuNW9nUFM4MDlGemRaTGV3d3Y1QjR4aWo4CjdTUHpncHNMY1pCQ3VQMXBuaGpjU2NhakNpalFIWmJDUHB1UmtRRG9odWZmNHdDcXJVQ1A3V21nQURBS0JnZ3EKaGtqT1BRUURBZ05KQURCR0FpRUEzVnU0U3VNNWtYZWI1c2JtRjFxZkdsbHZsUDRFRUpSL0xUY3BiellHVVM0QwpJUUN3UDNKT3FHck83TW4yZ0s5dVlIRWw2S29KcU0xNHI0Njh2QU9VTHpWQmNnPT0KLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==';

const CSR = {
  apiVersion: 'certificates.k8s.io/v1',
  kind: 'CertificateSigningRequest',
  metadata: { name: 'Any:Name_x' },
  spec: {
    request: REQUEST,
    signerName: 'example.com/x',
    usages: ['client auth'],
    username: 'forged',
    groups: ['kings'],
  },
};
const APPROVED = { type: 'Approved', status: 'True', reason: 'Fine', message: 'ok' };

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function pem(label: string, body: string): string {
  return base64(`-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`);
}

async function play(act: (player: RegistryPlayer) => Promise<void>): Promise<void> {
  const player = new RegistryPlayer();
  expect((await player.create(kind, CSR)).status).toBe(201);
  await act(player);
  await player.close();
}

function write(player: RegistryPlayer, subresource: string, status: JsonObject) {
  return player.merge(kind, CSR.metadata.name, { status }, subresource);
}

describe('signer names', () => {
  it.each([
    ['example.com/x', []],
    ['kubernetes.io/kube-apiserver-client', []],
    ['example.com/ns.name', []],
    ['', ['x: Required value']],
    [
      'a/b/c',
      [`x: Invalid value: "a/b/c": must be a fully qualified domain and path of the form 'example.com/signer-name'`],
    ],
    ['local/x', ['x: Invalid value: "local": should be a domain with at least two segments separated by dots']],
    [`${'a.'.repeat(127)}bb/x`, ['x: Too long: may not be more than 253 bytes']],
  ])('%s', (name, wanted) => {
    const errors = new FieldErrors();
    validateSignerName(name, Path.root('x'), errors);
    expect(errors.list.map(fieldErrorText)).toEqual(wanted);
  });

  it('checks each label of the domain', () => {
    const errors = new FieldErrors();
    validateSignerName('Bad_.Worse.com/x', Path.root('x'), errors);
    expect(errors.list.map((e) => /validating label "(.*?)"/.exec(e.detail)?.[1])).toEqual(['Bad_', 'Worse']);
  });
});

describe('PEM', () => {
  it.each([
    [undefined, 'PEM block type must be CERTIFICATE REQUEST'],
    [base64('no pem'), 'PEM block type must be CERTIFICATE REQUEST'],
    [pem('CERTIFICATE', 'aGk='), 'PEM block type must be CERTIFICATE REQUEST'],
    [pem('CERTIFICATE REQUEST', 'aGk='), 'asn1: syntax error: data truncated'],
    [REQUEST, undefined],
  ])('request %#', (request, wanted) => expect(requestError(request)).toBe(wanted));

  it('knows a request that another key signed', () => {
    const text = Buffer.from(REQUEST, 'base64').toString();
    const der = Buffer.from(text.split('\n').slice(1, -2).join(''), 'base64');
    der[der.length - 1] = (der.at(-1) as number) ^ 1;
    expect(requestError(pem('CERTIFICATE REQUEST', der.toString('base64')))).toBe('x509: ECDSA verification failure');
  });

  it.each([
    ['', undefined],
    [base64('hello'), 'must contain at least one CERTIFICATE PEM block'],
    [pem('PRIVATE KEY', 'aGk='), 'only CERTIFICATE PEM blocks are allowed, found "PRIVATE KEY"'],
    [pem('CERTIFICATE', 'a: b\n\naGk='), 'no PEM block headers are permitted'],
    [pem('CERTIFICATE', 'aGk='), 'x509: malformed certificate'],
  ])('certificate %#', (certificate, wanted) => expect(certificateError(certificate)).toBe(wanted));
});

describe('signing requests', () => {
  it('belong to whoever asks', () =>
    play(async (player) => {
      const { spec, status } = (await player.get(kind, CSR.metadata.name)).body as CertificateSigningRequest;
      expect(spec).toMatchObject({ username: 'test', signerName: 'example.com/x' });
      expect(spec?.groups).toBeUndefined();
      expect(status).toEqual({});
    }));

  it('keep their spec and status on plain updates', () =>
    play(async (player) => {
      await write(player, '', { conditions: [APPROVED] });
      const { body } = await player.merge(kind, CSR.metadata.name, {
        spec: { signerName: 'a.b/c' },
        metadata: { labels: { a: 'b' } },
      });
      expect(body).toMatchObject({
        metadata: { labels: { a: 'b' } },
        spec: { signerName: 'example.com/x' },
        status: {},
      });
    }));

  it('are approved once, with times, and stay so', () =>
    play(async (player) => {
      const approved = await write(player, 'approval', { conditions: [APPROVED], certificate: base64('no') });
      const time = NOW.toISOString().replace('.000', '');
      expect((approved.body as CertificateSigningRequest).status).toEqual({
        conditions: [{ ...APPROVED, lastTransitionTime: time, lastUpdateTime: time }],
      });
      expect(causesOf((await write(player, 'approval', { conditions: [] })).body)).toEqual([
        'FieldValueForbidden status.conditions: Forbidden: updates may not remove a condition of type "Approved"',
      ]);
      const both = [APPROVED, { type: 'Denied', status: 'True' }];
      expect(causesOf((await write(player, 'approval', { conditions: both })).body)).toEqual([
        'FieldValueInvalid status.conditions: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive',
      ]);
    }));

  it('cannot be approved by /status, which may fail them', () =>
    play(async (player) => {
      expect(causesOf((await write(player, 'status', { conditions: [APPROVED] })).body)).toEqual([
        'FieldValueForbidden status.conditions: Forbidden: updates may not add a condition of type "Approved"',
      ]);
      await write(player, 'approval', { conditions: [APPROVED] });
      const failed = [
        { type: 'Approved', status: 'True' },
        { type: 'Failed', status: 'True' },
      ];
      const { body } = await write(player, 'status', { conditions: failed });
      expect(body).toMatchObject({ status: { conditions: [APPROVED, { type: 'Failed' }] } });
    }));

  it.each([
    [
      [{ type: 'Approved', status: 'False' }],
      ['FieldValueNotSupported status.conditions[0].status: Unsupported value: "False": supported values: "True"'],
    ],
    [
      [{ type: '', status: 'Odd' }],
      [
        'FieldValueRequired status.conditions[0].type: Required value',
        'FieldValueNotSupported status.conditions[0].status: Unsupported value: "Odd": supported values: "False", "True", "Unknown"',
      ],
    ],
    [
      [
        { type: 'A', status: 'True' },
        { type: 'A', status: 'False' },
      ],
      ['FieldValueDuplicate status.conditions[1].type: Duplicate value: "A"'],
    ],
  ])('refuse conditions %#', (conditions, wanted) =>
    play(async (player) => {
      expect(causesOf((await write(player, 'approval', { conditions })).body)).toEqual(wanted);
    }),
  );

  it.each([
    [{}, 'Pending'],
    [{ conditions: [{ type: 'Approved' }] }, 'Approved'],
    [{ conditions: [{ type: 'Approved' }], certificate: 'eA==' }, 'Approved,Issued'],
    [{ conditions: [{ type: 'Approved' }, { type: 'Denied' }, { type: 'Failed' }] }, 'Denied,Failed'],
  ])('table of %j', (status, wanted) => {
    const obj = { metadata: { name: 'c' }, spec: { username: 'u', expirationSeconds: 5400 }, status };
    expect(kind.table.cells(obj, NOW)).toEqual(['c', '<unknown>', '<none>', 'u', '90m', wanted]);
  });
});
