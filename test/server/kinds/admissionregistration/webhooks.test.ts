import { describe, expect, it } from 'vitest';
import { FieldErrors } from '../../../../src/api/field-errors.ts';
import type { KubeObject } from '../../../../src/api/object.ts';
import { validatingwebhookconfigurations as kind } from '../../../../src/server/kinds/admissionregistration/validatingwebhookconfigurations.ts';
import { parseGoUrl } from '../../../../src/server/kinds/shared/go-url.ts';
import { validateWebhookService, validateWebhookUrl } from '../../../../src/server/kinds/shared/webhook-client.ts';
import { validateRuleWithOperations } from '../../../../src/server/kinds/shared/webhook-rules.ts';
import { NOW, strategyContext } from '../golden-harness.ts';
import { causes } from '../shared/causes.ts';

const FORM = 'desired format: https://host[/path]';
const RULE = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] };
const WEBHOOK = {
  name: 'a.example.com',
  clientConfig: { url: 'https://h.example.com' },
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
};

describe('URLs as Go reads them', () => {
  it.each([
    [
      'https://u:p@h.example.com:8443/x?y=1#z',
      { scheme: 'https', host: 'h.example.com:8443', user: 'u:p', path: '/x', query: 'y=1', fragment: 'z' },
    ],
    ['HTTPS://[::1]:1', { scheme: 'https', host: '[::1]:1', path: '' }],
    ['/only/path', { scheme: '', host: '', path: '/only/path' }],
    ['', { scheme: '', host: '', path: '' }],
  ])('%s', (text, wanted) => expect(parseGoUrl(text)).toMatchObject(wanted));

  it.each([
    ['https://h:x', 'parse "https://h:x": invalid port ":x" after host'],
    ['://h', 'parse "://h": missing protocol scheme'],
    ['1a:b', 'parse "1a:b": first path segment in URL cannot contain colon'],
    ['https://h/%zz', 'parse "https://h/%zz": invalid URL escape "%zz"'],
    ['https://[::1', `parse "https://[::1": missing ']' in host`],
    ['https://a b', 'parse "https://a b": invalid character " " in host name'],
    ['https://h/\u0001', 'parse "https://h/\\x01": net/url: invalid control character in URL'],
  ])('%j is none', (text, error) => expect(parseGoUrl(text)).toEqual({ error }));
});

describe('where a webhook listens', () => {
  it.each([
    ['https://h.example.com/x', []],
    ['https://', [`x: Invalid value: "": host must be specified; ${FORM}`]],
    ['https://me@h', ['x: Invalid value: "me": user information is not permitted in the URL']],
    [
      'https://h:x',
      [`x: Required value: url must be a valid URL: parse "https://h:x": invalid port ":x" after host; ${FORM}`],
    ],
  ])('%s', (url, wanted) => expect(causes((path, errors) => validateWebhookUrl(url, path, errors))).toEqual(wanted));

  it.each([
    [undefined, []],
    ['/', []],
    ['/a/b.c/', []],
    ['//', ['x.path: Invalid value: "//": segment[0] may not be empty']],
    ['/a//b', ['x.path: Invalid value: "/a//b": segment[1] may not be empty']],
    ['rel', ['x.path: Invalid value: "rel": must start with a \'/\'']],
  ])('service path %s', (path, wanted) => {
    const service = { name: 'n', namespace: 'ns', path, port: 443 };
    expect(causes((at, errors) => validateWebhookService(service, at, errors))).toEqual(wanted);
  });
});

describe('rules', () => {
  it.each([
    [['pods', 'pods/status'], []],
    [['*', '*/scale'], []],
    [
      ['*/*', 'pods'],
      [`x.resources: Invalid value: ["*/*","pods"]: if '*/*' is present, must not specify other resources`],
    ],
    [
      ['*/status', 'pods/status'],
      [`x.resources[1]: Invalid value: "pods/status": if '*/status' is present, must not specify pods/status`],
    ],
    [['', 'x'], ['x.resources[0]: Required value']],
    [['pods', '*'], []],
  ])('resources %j', (resources, wanted) => {
    expect(causes((path, errors) => validateRuleWithOperations({ ...RULE, resources }, path, errors))).toEqual(wanted);
  });
});

function faults(webhooks: object[], old?: object[]): string[] {
  const errors = new FieldErrors();
  const config = (list: object[]) => ({ metadata: { name: 'x' }, webhooks: list }) as unknown as KubeObject;
  if (old === undefined) kind.strategy.validate?.(config(webhooks), errors, strategyContext());
  else kind.strategy.validateUpdate?.(config(webhooks), config(old), errors, strategyContext());
  return errors.list.map((error) => `${error.field}: ${error.detail}`);
}

describe('webhook configurations', () => {
  it('tolerate on update what is stored', () => {
    const odd = { ...WEBHOOK, sideEffects: 'Some', admissionReviewVersions: ['v9'] };
    expect(faults([odd])).toHaveLength(2);
    expect(faults([odd], [odd])).toEqual([]);
    expect(faults([WEBHOOK, WEBHOOK], [WEBHOOK, WEBHOOK])).toEqual([]);
    expect(faults([{ ...WEBHOOK, sideEffects: null }], [odd])).toEqual([
      'webhooks[0].sideEffects: must specify one of None, NoneOnDryRun, Some, Unknown',
    ]);
  });

  it('check match conditions only when they change', () => {
    const blank = { ...WEBHOOK, matchConditions: [{ name: 'a', expression: ' ' }] };
    expect(faults([blank], [blank])).toEqual([]);
    expect(faults([blank], [WEBHOOK])).toEqual(['webhooks[0].matchConditions[0].expression: ']);
  });

  it('name at most 64 match conditions', () => {
    const many = Array.from({ length: 65 }, (_, i) => ({ name: `n${i}`, expression: 'true' }));
    expect(faults([{ ...WEBHOOK, matchConditions: many }])).toEqual([
      'webhooks[0].matchConditions: must have at most 64 items',
    ]);
  });

  it('repeat no review version', () => {
    expect(faults([{ ...WEBHOOK, admissionReviewVersions: ['v1', 'v1'] }])).toEqual([
      'webhooks[0].admissionReviewVersions[1]: duplicate version',
    ]);
  });

  it('need a resourceVersion to be put', () => {
    expect(kind.strategy).toMatchObject({ unconditionalUpdate: false, createOnUpdate: false, generation: 'spec' });
    expect(kind.table.cells({ metadata: { name: 'w' } } as KubeObject, NOW)).toEqual(['w', 0, '<unknown>']);
  });
});
