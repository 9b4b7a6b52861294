import { describe, expect, test } from 'vitest';
import { encodeZero } from '../../../src/api/schema/decoder.ts';
import { goShapes } from '../../../src/api/schema/go-shapes.ts';
import { qualifiedGoType, schemaOf, schemaOfKind, typeNames } from '../../../src/api/schema/type-table.ts';

const POD_SPEC = 'io.k8s.api.core.v1.PodSpec';

describe('type table', () => {
  test('every type of the tables builds, and the same one is the same schema', () => {
    for (const name of typeNames()) {
      const schema = schemaOf(name);
      expect(schemaOf(name)).toBe(schema);
      for (const field of schema.fields?.values() ?? []) expect(field.schema.goType).not.toBe('');
      expect(() => encodeZero(schema)).not.toThrow();
    }
  });

  test('go-shapes name only types and fields that exist', () => {
    for (const [name, shape] of Object.entries(goShapes())) {
      const fields = schemaOf(name).fields;
      const named = [
        ...(shape.pointer ?? []),
        ...(shape.always ?? []),
        ...(shape.omitzero ?? []),
        ...Object.keys(shape.goNames ?? {}),
      ];
      expect(
        named.filter((field) => !fields?.has(field)),
        name,
      ).toEqual([]);
    }
  });

  test('kinds are found by group and version', () => {
    expect(schemaOfKind('apps', 'v1', 'Deployment').name).toBe('io.k8s.api.apps.v1.Deployment');
    expect(() => schemaOfKind('apps', 'v1', 'Nothing')).toThrow('no kind Nothing in apps/v1');
    expect(() => schemaOf('x.y')).toThrow('no type x.y');
  });

  test('Go names', () => {
    const fields = schemaOf(POD_SPEC).fields;
    expect(fields?.get('containers')?.schema.goType).toBe('[]v1.Container');
    expect(fields?.get('nodeSelector')?.schema.goType).toBe('map[string]string');
    expect(fields?.get('restartPolicy')?.schema.goType).toBe('v1.RestartPolicy');
    expect(fields?.get('hostNetwork')?.schema.goType).toBe('bool');
    expect(qualifiedGoType(schemaOf(POD_SPEC))).toBe('v1.PodSpec');
  });

  test('traits of lists, maps and structs', () => {
    const fields = schemaOf(POD_SPEC).fields;
    expect(fields?.get('containers')?.schema).toMatchObject({
      listType: 'map',
      listMapKeys: ['name'],
      patchStrategy: ['merge'],
      patchMergeKey: 'name',
    });
    expect(fields?.get('volumes')?.schema.patchStrategy).toEqual(['merge', 'retainKeys']);
    expect(fields?.get('nodeSelector')?.schema.mapType).toBe('atomic');
    const claim = schemaOf('io.k8s.api.core.v1.PersistentVolumeSpec').fields?.get('claimRef')?.schema;
    expect(claim?.mapType).toBe('granular');
    expect(schemaOf('io.k8s.api.core.v1.ObjectReference').mapType).toBe('atomic');
    expect({ ...claim }.fields?.has('name')).toBe(true);
  });
});
