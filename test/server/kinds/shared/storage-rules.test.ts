import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { PersistentVolumeClaimSpec, PersistentVolumeSpec } from '../../../../src/api/types/core-v1.ts';
import {
  enforceKnownDataSources,
  normalizeDataSources,
} from '../../../../src/server/kinds/shared/claim-data-sources.ts';
import { goJsonObjectError } from '../../../../src/server/kinds/shared/go-json-error.ts';
import { decodedLength } from '../../../../src/server/kinds/shared/object-data.ts';
import { validatePersistentVolumeSource } from '../../../../src/server/kinds/shared/persistent-volume-source.ts';
import { accessModesText } from '../../../../src/server/kinds/shared/persistent-volume-spec.ts';
import { keyPairError } from '../../../../src/server/kinds/shared/tls-key-pair.ts';
import { validateClaimSpec } from '../../../../src/server/kinds/shared/volume-claim-spec.ts';
import { makePki } from '../../../../src/server/pki/pki.ts';
import { causes } from './causes.ts';

describe('where a persistent volume is', () => {
  const check = (spec: PersistentVolumeSpec) =>
    causes((path, errors) =>
      validatePersistentVolumeSource(spec, path, errors, { pvName: 'pv', hasNodeAffinity: false }),
    );

  it.each<[PersistentVolumeSpec, string[]]>([
    [{ hostPath: { path: '/x' } }, []],
    [{ nfs: { server: 's', path: '/' } }, []],
    [{ csi: { driver: 'd.example.com', volumeHandle: 'h' } }, []],
    [{ gcePersistentDisk: { pdName: 'd', partition: 255 } }, []],
    [{}, ['x: Required value: must specify a volume type']],
    [{ hostPath: { path: '/a/../b' } }, ['x.hostPath.path: Invalid value: "/a/../b": must not contain \'..\'']],
    [
      { nfs: { path: 'rel' } },
      ['x.nfs.server: Required value', 'x.nfs.path: Invalid value: "rel": must be an absolute path'],
    ],
    [
      { hostPath: { path: '/x' }, cephfs: { monitors: ['m'] } },
      ['x.cephFS: Forbidden: may not specify more than 1 volume type'],
    ],
    [{ cephfs: {} }, ['x.cephfs.monitors: Required value']],
    [
      { gcePersistentDisk: { partition: 256 } },
      [
        'x.persistentDisk.pdName: Required value',
        'x.persistentDisk.partition: Invalid value: 256: must be between 1 and 255, inclusive',
      ],
    ],
    [{ local: { path: '/x' } }, ['x.nodeAffinity: Required value: Local volume requires node affinity']],
    [{ csi: {} }, ['x.csi.driver: Required value', 'x.csi.volumeHandle: Required value']],
    [{ azureFile: { secretName: 's', shareName: '' } }, ['x.azureFile.shareName: Required value']],
    [{ vsphereVolume: {} }, ['x.vsphereVolume.volumePath: Required value']],
  ])('%j: %j', (spec, expected) => {
    expect(check(spec)).toEqual(expected);
  });

  it.each([
    [['ReadWriteOnce'], 'RWO'],
    [['ReadWriteMany', 'ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteOncePod'], 'RWO,ROX,RWX,RWOP'],
    [undefined, ''],
  ])('access modes %j are shown as %j', (modes, text) => {
    expect(accessModesText(modes)).toBe(text);
  });
});

describe('what a claim is filled from', () => {
  const snapshot = { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 's' };
  const other = { apiGroup: 'x.example.com', kind: 'Populator', name: 'p' };
  it.each<[PersistentVolumeClaimSpec, PersistentVolumeClaimSpec]>([
    [{ dataSource: snapshot }, { dataSource: snapshot, dataSourceRef: snapshot }],
    [{ dataSourceRef: other }, { dataSource: other, dataSourceRef: other }],
    [{ dataSource: other }, {}],
    [{ dataSourceRef: { ...other, namespace: 'n' } }, {}],
    [{}, {}],
  ])('%j becomes %j', (spec, expected) => {
    const copy = structuredClone(spec);
    enforceKnownDataSources(copy, undefined);
    normalizeDataSources(copy);
    expect(copy).toEqual(expected);
  });
});

describe('texts inside secrets', () => {
  it.each([
    ['{}', undefined],
    [' {"a": [1, -2.5e+3, true, null, "x\\u00e4"]} ', undefined],
    ['null', undefined],
    ['', 'unexpected end of JSON input'],
    ['{', 'unexpected end of JSON input'],
    ['{"a"}', "invalid character '}' after object key"],
    ['{"a":1 "b"}', "invalid character '\"' after object key:value pair"],
    ['[1 2]', "invalid character '2' after array element"],
    ['{a}', "invalid character 'a' looking for beginning of object key string"],
    ['nul', 'unexpected end of JSON input'],
    ['nulx', "invalid character 'x' in literal null (expecting 'l')"],
    ['{} x', "invalid character 'x' after top-level value"],
    ['"\\q"', "invalid character 'q' in string escape code"],
    ['-x', "invalid character 'x' in numeric literal"],
    ['[]', 'json: cannot unmarshal array into Go value of type map[string]interface {}'],
    ['7', 'json: cannot unmarshal number into Go value of type map[string]interface {}'],
  ])('%j: %s', (text, expected) => {
    expect(goJsonObjectError(text)).toBe(expected);
  });

  it('nesting is bounded', () => {
    expect(goJsonObjectError('['.repeat(200_000))).toBe('exceeded max depth');
  });

  it.each([
    ['', 0],
    ['YQ==', 1],
    ['YWI=', 2],
    ['YWJj', 3],
  ])('%j decodes to %i bytes', (base64, bytes) => {
    expect(decodedLength(base64)).toBe(bytes);
  });
});

describe('certificate and key', async () => {
  const pki = await makePki({ hosts: ['localhost'], now: () => new Date() } as never);
  const { cert, key } = pki.serving;
  const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  });
  it.each([
    ['a pair', cert, key, undefined],
    ['nothing', '', '', 'tls: failed to find any PEM data in certificate input'],
    ['no key', cert, 'x', 'tls: failed to find any PEM data in key input'],
    [
      'switched',
      key,
      cert,
      'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched',
    ],
    ['two certificates', cert, cert, 'tls: found a certificate rather than a key in the PEM for the private key'],
    ['another kind of key', cert, foreign as string, /^tls: private key (type )?does not match public key/],
  ])('%s', (_, certificate, secret, expected) => {
    const problem = keyPairError(certificate, secret);
    if (expected instanceof RegExp) expect(problem).toMatch(expected);
    else expect(problem).toBe(expected);
  });
});

it.each([
  [{}, []],
  [{ apiGroup: null }, []],
  [{ apiGroup: '' }, ['x: Invalid value: {}: must match dataSourceRef']],
  [{ name: 'other' }, ['x: Invalid value: {}: must match dataSourceRef']],
])('a data source and the reference beside it are the same: %j', (change, faults) => {
  const source = { kind: 'PersistentVolumeClaim', name: 'c' };
  const spec = {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '1' } },
    dataSource: source,
    dataSourceRef: { ...source, ...change },
  };
  const check = causes((path, errors) => validateClaimSpec(spec as PersistentVolumeClaimSpec, path, errors));
  expect(check).toEqual(faults);
});
