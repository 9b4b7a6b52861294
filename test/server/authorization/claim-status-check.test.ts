import { describe, expect, it } from 'vitest';
import type { ResourceClaim, ResourceClaimStatus } from '../../../src/api/types/resource-v1.ts';
import { claimStatusGuard } from '../../../src/server/admission/claim-status-guard.ts';
import type { AccessAttributes, Decision } from '../../../src/server/authorization/authorizer.ts';
import { changedDrivers, checkClaimStatus } from '../../../src/server/authorization/claim-status-check.ts';
import { attributesOf } from '../../helpers/admission.ts';

const JANE = { name: 'jane', uid: '', groups: ['dev'], extra: {} };
const DRIVER = 'system:serviceaccount:kube-system:dra-driver';
const on = (...nodes: string[]) => ({
  name: DRIVER,
  uid: '',
  groups: [],
  extra: { 'authentication.kubernetes.io/node-name': nodes },
});

const term = (...values: string[]) => ({ matchFields: [{ key: 'metadata.name', operator: 'In', values }] });
const allocated = (...terms: object[]) =>
  ({
    devices: { results: [{ request: 'r', driver: 'd', pool: 'p', device: 'a' }] },
    ...(terms.length === 0 ? {} : { nodeSelector: { nodeSelectorTerms: terms } }),
  }) as NonNullable<ResourceClaimStatus['allocation']>;
const device = (driver: string, name: string, more: object = {}) => ({ driver, pool: 'p', device: name, ...more });
const claim = (status: ResourceClaimStatus): ResourceClaim => ({ metadata: { name: 'c', namespace: 'shop' }, status });

interface Asked {
  readonly user?: typeof JANE | ReturnType<typeof on>;
  readonly verb?: 'update' | 'patch';
  readonly allow?: readonly string[];
  readonly answer?: Partial<Decision>;
}

/** What was asked (`VERB SUBRESOURCE NAMESPACE/NAME`) and what was refused. */
async function outcome(
  now: ResourceClaimStatus,
  before: ResourceClaimStatus,
  { user = JANE, verb = 'update', allow = [], answer = {} }: Asked,
): Promise<{ asked: string[]; causes: unknown }> {
  const asked: string[] = [];
  const authorize = (attributes: AccessAttributes): Decision => {
    const { verb, group, version, resource, subresource, namespace, name } = attributes;
    expect([group, version, resource]).toEqual(['resource.k8s.io', 'v1', 'resourceclaims']);
    const text = `${verb} ${subresource} ${namespace}/${name}`;
    asked.push(text);
    return { verdict: allow.includes(text) ? 'allow' : 'no-opinion', reason: '', ...answer };
  };
  const write = { user, verb, version: 'v1', namespace: 'shop', object: claim(now), old: claim(before) } as const;
  try {
    await checkClaimStatus(write, authorize);
    return { asked, causes: [] };
  } catch (error) {
    const { code, details } = (error as { status: { code: number; details: { causes: { field: string }[] } } }).status;
    expect(code).toBe(422);
    return { asked, causes: details.causes.map(({ field }) => field) };
  }
}

describe('the binding of a claim', () => {
  const consumer = { resource: 'pods', name: 'p', uid: 'u' };
  it.each<[ResourceClaimStatus, ResourceClaimStatus, Asked, string[], string[]]>([
    [{}, {}, {}, [], []],
    [{ reservedFor: [] }, {}, {}, [], []],
    [{ allocation: {} }, {}, {}, ['update binding /'], ['status']],
    [{ allocation: allocated() }, {}, { allow: ['update binding /'] }, ['update binding /'], []],
    [{ allocation: allocated() }, {}, {}, ['update binding /'], ['status']],
    [{ reservedFor: [consumer] }, {}, {}, ['update binding /'], ['status']],
    [{}, { reservedFor: [consumer] }, { verb: 'patch' }, ['patch binding /'], ['status']],
    [{}, { allocation: allocated() }, { allow: ['update binding /'] }, ['update binding /'], []],
    // The status of devices that go with the allocation is not asked about.
    [{}, { allocation: allocated(), devices: [device('d', 'a')] }, {}, ['update binding /'], ['status']],
  ])('%j from %j by %j', async (now, before, how, asked, causes) =>
    expect(await outcome(now, before, how)).toEqual({ asked, causes }),
  );
});

describe('the status of devices', () => {
  const before = (...terms: object[]) => ({ allocation: allocated(...terms), devices: [device('d', 'a')] });
  const changed = (...terms: object[]) => ({
    allocation: allocated(...terms),
    devices: [device('d', 'a', { conditions: [{ type: 'Ready', status: 'True' }] })],
  });
  const associated = 'associated-node:update driver shop/d';
  const arbitrary = 'arbitrary-node:update driver shop/d';
  it.each<[string, readonly object[], Asked, string[], string[]]>([
    ['on the node', [term('n')], { user: on('n'), allow: [associated] }, [associated], []],
    [
      'on the node, with the wider right',
      [term('n')],
      { user: on('n'), allow: [arbitrary] },
      [associated, arbitrary],
      [],
    ],
    ['on the node, with no right', [term('n')], { user: on('n') }, [associated, arbitrary], ['status.devices']],
    ['on another node', [term('m')], { user: on('n'), allow: [associated] }, [arbitrary], ['status.devices']],
    ['on two nodes', [term('n')], { user: on('n', 'm') }, [arbitrary], ['status.devices']],
    ['on no node', [term('n')], { allow: [arbitrary] }, [arbitrary], []],
    ['on a node with an odd name', [term('N')], { user: on('N') }, [arbitrary], ['status.devices']],
    ['for several nodes', [term('n', 'm')], { user: on('n') }, [arbitrary], ['status.devices']],
    ['for several terms', [term('n'), term('n')], { user: on('n') }, [arbitrary], ['status.devices']],
    ['for any node', [], { user: on('n') }, [arbitrary], ['status.devices']],
    ['for labels', [{ matchExpressions: [{}], ...term('n') }], { user: on('n') }, [arbitrary], ['status.devices']],
    [
      'by a user who is no service account',
      [term('n')],
      { user: { ...on('n'), name: 'jane' } },
      [arbitrary],
      ['status.devices'],
    ],
    [
      'by a patch',
      [term('n')],
      { user: on('n'), verb: 'patch', allow: ['associated-node:patch driver shop/d'] },
      ['associated-node:patch driver shop/d'],
      [],
    ],
  ])('%s', async (_title, terms, how, asked, causes) =>
    expect(await outcome(changed(...terms), before(...terms), how)).toEqual({ asked, causes }),
  );

  it('is asked about for each driver', async () => {
    const devices = (condition: string) =>
      ['b', 'a'].map((driver) => device(driver, 'x', { conditions: [{ type: condition, status: 'True' }] }));
    const how = { allow: ['arbitrary-node:update driver shop/a'] };
    expect(await outcome({ devices: devices('New') }, { devices: devices('Old') }, how)).toEqual({
      asked: ['arbitrary-node:update driver shop/a', 'arbitrary-node:update driver shop/b'],
      causes: ['status.devices'],
    });
  });

  it.each<[ResourceClaimStatus, ResourceClaimStatus, string[]]>([
    [{ devices: [device('a', '1')] }, { devices: [device('a', '1')] }, []],
    [{ devices: [device('a', '1'), device('b', '1')] }, { devices: [device('a', '1')] }, ['b']],
    [{ devices: [device('a', '1', { conditions: [] })] }, { devices: [device('a', '1')] }, []],
    [{}, { devices: [device('a', '1')] }, ['a']],
    [{ devices: [device('a', '2')] }, { devices: [device('a', '1')] }, ['a']],
    [{ devices: [device('a', '1', { shareID: 's' })] }, { devices: [device('a', '1')] }, ['a']],
    [{ devices: [device('b', '1'), device('a', '1')] }, { devices: [device('c', '1')] }, ['a', 'b', 'c']],
    [{}, { allocation: allocated(), devices: [device('d', 'a'), device('e', 'b')] }, ['e']],
  ])('%j from %j is by %j', (now, old, drivers) => expect(changedDrivers(claim(now), claim(old))).toEqual(drivers));
});

describe('the words', () => {
  const message = async (now: ResourceClaimStatus, user: Asked['user'], answer: Partial<Decision> = {}) => {
    const write = { user: user ?? JANE, verb: 'update', version: 'v1', namespace: 'shop' } as const;
    const authorize = (): Decision => ({ verdict: 'no-opinion', reason: '', ...answer });
    return checkClaimStatus({ ...write, object: claim(now), old: claim({}) }, authorize).catch(String);
  };
  it('name the permission that is missing', async () => {
    expect(await message({ allocation: allocated() }, JANE)).toContain(
      'ResourceClaim.resource.k8s.io "c" is invalid: status: Forbidden: changing status.allocation or status.reservedFor requires resource="resourceclaims/binding", verb="update" permission: ' +
        'resourceclaims.resource.k8s.io is forbidden: User "jane" cannot update resource "resourceclaims/binding" in API group "resource.k8s.io" at the cluster scope',
    );
    expect(await message({ devices: [device('d', 'a')] }, JANE, { reason: 'no', error: 'broken' })).toContain(
      'status.devices: Forbidden: changing status.devices requires resource="resourceclaims/driver", verb="[arbitrary-node:update]" permission: ' +
        'resourceclaims.resource.k8s.io "d" is forbidden: User "jane" cannot arbitrary-node:update resource "resourceclaims/driver" in API group "resource.k8s.io" in the namespace "shop": broken: no',
    );
  });
});

describe('the guard', () => {
  const guard = claimStatusGuard(() => ({ verdict: 'no-opinion', reason: '' }));
  const write = { operation: 'UPDATE', object: claim({ allocation: allocated() }), old: claim({}) } as const;
  const validate = async (to: string, kind = 'UpdateOptions') =>
    guard.validate?.({ ...attributesOf({ ...write, to }), options: { kind } });
  it('looks at writes of the status', async () => {
    await expect(validate('resourceclaims.resource.k8s.io/status')).rejects.toThrow('verb="update"');
    await expect(validate('resourceclaims.resource.k8s.io/status', 'PatchOptions')).rejects.toThrow('verb="patch"');
    await expect(validate('resourceclaims.resource.k8s.io')).resolves.toBeUndefined();
  });
});
