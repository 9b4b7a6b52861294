import { describe, expect, it } from 'vitest';
import { goPodSpec } from '../../../../src/server/kinds/shared/pod-spec-shape.ts';
import { goClaimSpec, goVolumeSource } from '../../../../src/server/kinds/shared/storage-shapes.ts';
import { unifiedDiff } from '../../../../src/server/kinds/shared/unified-diff.ts';

describe('differences', () => {
  it.each<[unknown, unknown, string]>([
    [{ a: 1 }, { a: 1 }, ''],
    [1, 2, '@@ -1 +1 @@\n-1\n+2\n'],
    [
      { a: 1, b: '<&>' },
      { a: 2, b: '<&>' },
      '@@ -1,4 +1,4 @@\n {\n- "a": 1,\n+ "a": 2,\n  "b": "\\u003c\\u0026\\u003e"\n }\n',
    ],
    [{ a: [1, 2, 3] }, { a: [1, 3] }, '@@ -1,7 +1,6 @@\n {\n  "a": [\n   1,\n-  2,\n   3\n  ]\n }\n'],
  ])('%j to %j', (before, after, text) => {
    expect(unifiedDiff(before, after)).toBe(text);
  });

  it('that lie far apart stand in hunks of their own', () => {
    const list = Array.from({ length: 20 }, (_, i) => i);
    const text = unifiedDiff(list, list.with(1, 100).with(18, 200));
    expect(text.match(/^@@.*$/gm)).toEqual(['@@ -1,6 +1,6 @@', '@@ -17,6 +17,6 @@']);
  });
});

describe('structs', () => {
  it('a pod as upstream recorded it', () => {
    const container = { name: 'c', image: 'i' };
    const spec = { containers: [container], restartPolicy: 'Always', dnsPolicy: 'ClusterFirst' };
    const before = { ...spec, activeDeadlineSeconds: 30, terminationGracePeriodSeconds: 30 };
    const text = unifiedDiff(goPodSpec(before), goPodSpec({ ...before, terminationGracePeriodSeconds: 5 }));
    expect(text).toBe(
      [
        '@@ -36,7 +36,7 @@',
        '  ],',
        '  "EphemeralContainers": null,',
        '  "RestartPolicy": "Always",',
        '- "TerminationGracePeriodSeconds": 30,',
        '+ "TerminationGracePeriodSeconds": 5,',
        '  "ActiveDeadlineSeconds": 30,',
        '  "DNSPolicy": "ClusterFirst",',
        '  "NodeSelector": null,',
        '',
      ].join('\n'),
    );
  });
  it('maps stand in order, namespaces of the host in the security context', () => {
    const shown = JSON.stringify(goPodSpec({ nodeSelector: { b: '1', a: '2' }, hostNetwork: true }));
    expect(shown).toContain('"NodeSelector":{"a":"2","b":"1"}');
    expect(shown).toContain('"SecurityContext":{"HostNetwork":true,"HostPID":false,');
  });
  it('claims and volumes', () => {
    expect(goClaimSpec({ accessModes: ['ReadWriteOnce'] })).toMatchObject({
      Resources: { Limits: null, Requests: null },
      VolumeName: '',
      DataSource: null,
    });
    expect(goVolumeSource({ nfs: { server: 's', path: '/' } })).toMatchObject({
      HostPath: null,
      NFS: { Server: 's', Path: '/', ReadOnly: false },
    });
  });
});
