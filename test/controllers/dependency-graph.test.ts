import { expect, test } from 'vitest';
import type { KubeObject } from '../../src/api/object.ts';
import type { OwnerReference } from '../../src/api/types/meta-v1.ts';
import { AbsentOwners } from '../../src/controllers/garbage-collector/absent-owners.ts';
import { DependencyGraph } from '../../src/controllers/garbage-collector/dependency-graph.ts';
import type { GraphNode } from '../../src/controllers/garbage-collector/graph-node.ts';

const CONFIG_MAPS = { group: '', version: 'v1', resource: 'configmaps', kind: 'ConfigMap', namespaced: true };
const NODES = { group: '', version: 'v1', resource: 'nodes', kind: 'Node', namespaced: false };

function ref(name: string, more: OwnerReference = {}): OwnerReference {
  return { apiVersion: 'v1', kind: 'ConfigMap', name, uid: name, ...more };
}

function object(name: string, owners: OwnerReference[] = [], more: KubeObject['metadata'] = {}): KubeObject {
  return {
    metadata: { name, uid: name, namespace: 'ns', ...(owners.length > 0 ? { ownerReferences: owners } : {}), ...more },
  };
}

function setUp() {
  const log: string[] = [];
  const graph = new DependencyGraph({
    attemptToDelete: (node: GraphNode) => log.push(`delete ${node.uid}`),
    attemptToOrphan: (node: GraphNode) => log.push(`orphan ${node.uid}`),
    foreignOwner: (node: GraphNode, uid: string) => log.push(`foreign ${node.uid} of ${uid}`),
  });
  return { graph, log, observe: (...args: Parameters<typeof object>) => graph.observe(CONFIG_MAPS, object(...args)) };
}

const HERE = { group: '', version: 'v1', kind: 'ConfigMap', name: 'owner', namespace: 'ns' };
const DELETED = { deletionTimestamp: '2026-01-01T00:00:00Z' };

test('keeps only what owns or is owned', () => {
  const { graph, observe } = setUp();
  observe('alone');
  observe('owner');
  expect(graph.size).toBe(0);
  observe('child', [ref('owner')]);
  expect(graph.size).toBe(2);
  observe('child');
  expect(graph.size).toBe(0);
});

test('an unknown owner is looked for; known to be there, it is no longer', () => {
  const { graph, log, observe } = setUp();
  observe('child', [ref('owner')]);
  expect(log).toEqual(['delete owner']);
  graph.confirm(graph.get('owner') as GraphNode, CONFIG_MAPS, HERE);
  observe('second', [ref('owner')]);
  expect(log).toEqual(['delete owner']);
  expect(graph.get('owner')?.dependents.size).toBe(2);
});

test('the end of an owner is the concern of its dependents, and of owners that wait for it', () => {
  const { graph, log, observe } = setUp();
  observe('top', [], { ...DELETED, finalizers: ['foregroundDeletion'] });
  observe('owner', [ref('top', { blockOwnerDeletion: true })]);
  observe('a', [ref('owner')]);
  observe('b', [ref('owner')]);
  log.length = 0;
  graph.observeDeleted(CONFIG_MAPS, object('owner'));
  expect(log).toEqual(['delete a', 'delete b', 'delete top']);
  expect(graph.absentOwners.has('owner', HERE)).toBe(true);
});

test('a deletion starts once: foreground asks for the dependents, orphan for their release', () => {
  const { log, observe } = setUp();
  observe('child', [ref('owner')]);
  observe('kept', [ref('other')]);
  log.length = 0;
  for (let i = 0; i < 2; i++) observe('owner', [], { ...DELETED, finalizers: ['foregroundDeletion', 'x/y'] });
  for (let i = 0; i < 2; i++) observe('other', [], { ...DELETED, finalizers: ['orphan'] });
  observe('plain', [ref('owner')], DELETED);
  expect(log).toEqual(['delete child', 'delete owner', 'orphan other']);
});

test('an owner that waits is looked at when a reference goes or stops blocking', () => {
  const { graph, log, observe } = setUp();
  const blocking = ref('owner', { blockOwnerDeletion: true });
  observe('a', [blocking]);
  observe('b', [blocking]);
  observe('c', [ref('owner')]);
  observe('owner', [], { ...DELETED, finalizers: ['foregroundDeletion'] });
  expect(
    graph
      .get('owner')
      ?.blockingDependents()
      .map(({ uid }) => uid),
  ).toEqual(['a', 'b']);
  log.length = 0;
  observe('a', [ref('owner')]);
  observe('b', [ref('other')]);
  observe('c', [ref('other')]);
  expect(log).toEqual(['delete owner', 'delete owner', 'delete other']);
  expect(graph.get('owner')?.blockingDependents()).toEqual([]);
});

test('an absent owner is the concern of those who looked there; the others look elsewhere first', () => {
  const { graph, log, observe } = setUp();
  observe('here', [ref('owner')]);
  graph.observe(CONFIG_MAPS, object('there', [ref('owner')], { namespace: 'other' }));
  log.length = 0;
  graph.confirmAbsent('owner', HERE);
  expect(log).toEqual(['delete here', 'delete owner']);
  expect(graph.get('owner')?.coordinates.namespace).toBe('other');
  log.length = 0;
  graph.confirmAbsent('owner', { ...HERE, namespace: 'other' });
  expect(log).toEqual(['delete there', 'delete here', 'delete there']);
  expect(graph.get('owner')).toBeUndefined();
});

test('an owner that turns up elsewhere: dependents in other namespaces are wrong', () => {
  const { graph, log, observe } = setUp();
  observe('here', [ref('owner')]);
  graph.observe(CONFIG_MAPS, object('there', [ref('owner')], { namespace: 'other' }));
  log.length = 0;
  graph.confirm(graph.get('owner') as GraphNode, CONFIG_MAPS, { ...HERE, namespace: 'other' });
  expect(log).toEqual(['foreign here of owner', 'delete here']);
  log.length = 0;
  observe('late', [ref('owner')]);
  expect(log).toEqual(['foreign late of owner', 'delete late']);
  graph.confirmAbsent('owner', HERE);
  expect(graph.get('owner')?.coordinates.namespace).toBe('other');
});

test('a cluster-scoped owner is the same for all namespaces', () => {
  const { graph, log } = setUp();
  const owner = { apiVersion: 'v1', kind: 'Node', name: 'n', uid: 'n' };
  graph.observe(CONFIG_MAPS, object('a', [owner]));
  graph.observe(CONFIG_MAPS, object('b', [owner], { namespace: 'other' }));
  log.length = 0;
  graph.confirm(graph.get('n') as GraphNode, NODES, {
    group: '',
    version: 'v1',
    kind: 'Node',
    name: 'n',
    namespace: '',
  });
  graph.observe(CONFIG_MAPS, object('c', [owner], { namespace: 'third' }));
  expect(log).toEqual([]);
});

test('what a list no longer shows is asked for', () => {
  const { graph, log, observe } = setUp();
  observe('child', [ref('owner')]);
  expect(graph.ofResource(CONFIG_MAPS).map(({ uid }) => uid)).toEqual(['child']);
  log.length = 0;
  graph.doubt(graph.get('child') as GraphNode);
  expect(log).toEqual(['delete child']);
  graph.confirmAbsent('child', { ...HERE, name: 'child' });
  expect(graph.size).toBe(0);
});

test('absent owners are remembered, but not for ever', () => {
  const absent = new AbsentOwners();
  for (let i = 0; i < 2001; i++) absent.add(`u${i}`, HERE);
  expect(absent.has('u0', HERE)).toBe(false);
  expect(absent.has('u1', HERE)).toBe(true);
  expect(absent.has('u1', { ...HERE, namespace: 'x' })).toBe(false);
});
