import { expect, it } from 'vitest';
import type { KubeObject } from '../../../src/api/object.ts';
import { horizontalpodautoscalers } from '../../../src/server/kinds/autoscaling/horizontalpodautoscalers.ts';
import { cronjobs } from '../../../src/server/kinds/batch/cronjobs.ts';
import { jobs } from '../../../src/server/kinds/batch/jobs.ts';
import { certificatesigningrequests } from '../../../src/server/kinds/certificates/certificatesigningrequests.ts';
import { endpointslices } from '../../../src/server/kinds/discovery/endpointslices.ts';
import { flowschemas } from '../../../src/server/kinds/flowcontrol/flowschemas.ts';
import { prioritylevelconfigurations } from '../../../src/server/kinds/flowcontrol/prioritylevelconfigurations.ts';
import type { Kind } from '../../../src/server/kinds/kind.ts';
import { ingressclasses } from '../../../src/server/kinds/networking/ingressclasses.ts';
import { ingresses } from '../../../src/server/kinds/networking/ingresses.ts';
import { ipaddresses } from '../../../src/server/kinds/networking/ipaddresses.ts';
import { resourceclaims } from '../../../src/server/kinds/resource/resourceclaims.ts';
import { csidrivers } from '../../../src/server/kinds/storage/csidrivers.ts';
import { storageclasses } from '../../../src/server/kinds/storage/storageclasses.ts';
import { volumeattachments } from '../../../src/server/kinds/storage/volumeattachments.ts';
import { NOW } from './golden-harness.ts';

/** The cells under these columns. */
function cells(kind: Kind, fields: object, ...columns: string[]): unknown[] {
  const obj = { ...fields, metadata: { name: 'x', ...(fields as { metadata?: object }).metadata } } as KubeObject;
  const row = kind.table.cells(obj, NOW);
  return columns.map((name) => row[kind.table.columns.findIndex((column) => column.name === name)]);
}

const at = (secondsAgo: number): string => new Date(NOW.getTime() - secondsAgo * 1000).toISOString();
const condition = (type: string, status = 'True'): object => ({ type, status });
const job = (spec: object, status: object, metadata = {}): object => ({ spec, status, metadata });
const rules = (...hosts: (string | undefined)[]): object => ({ spec: { rules: hosts.map((host) => ({ host })) } });
const metric = (type: string, field: string, target: object, name?: string): object => ({
  type,
  [field]: { ...(name === undefined ? {} : { name }), target },
});
const hpa = (metrics: object[], currentMetrics: object[] = []): object => ({
  spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' }, minReplicas: 1, maxReplicas: 3, metrics },
  status: { currentMetrics },
});

it.each<[string, Kind, object, Record<string, unknown>]>([
  [
    'complete job',
    jobs,
    job(
      { completions: 2 },
      { succeeded: 2, conditions: [condition('Complete')], startTime: at(90), completionTime: at(30) },
    ),
    { Status: 'Complete', Completions: '2/2', Duration: '60s' },
  ],
  [
    'failed job',
    jobs,
    job({}, { conditions: [condition('FailureTarget'), condition('Failed')] }),
    { Status: 'Failed', Completions: '0/1', Duration: '' },
  ],
  [
    'job to fail',
    jobs,
    job({ parallelism: 3 }, { conditions: [condition('FailureTarget')] }),
    { Status: 'FailureTarget', Completions: '0/1 of 3' },
  ],
  [
    'successful job',
    jobs,
    job({}, { conditions: [condition('SuccessCriteriaMet')] }),
    { Status: 'SuccessCriteriaMet' },
  ],
  ['suspended job', jobs, job({}, { conditions: [condition('Suspended')] }), { Status: 'Suspended' }],
  [
    'resumed job',
    jobs,
    job({}, { conditions: [condition('Suspended', 'False')], startTime: at(5) }),
    { Status: 'Running', Duration: '5s' },
  ],
  ['dying job', jobs, job({}, {}, { deletionTimestamp: at(1) }), { Status: 'Terminating' }],
  [
    'cron job',
    cronjobs,
    { spec: { schedule: '@daily', suspend: true }, status: { active: [{}, {}], lastScheduleTime: at(7200) } },
    { Schedule: '@daily', Timezone: '<none>', Suspend: 'True', Active: 2, 'Last Schedule': '120m' },
  ],
  [
    'cron job, new',
    cronjobs,
    { spec: { schedule: '* * * * *', timeZone: 'Etc/UTC', suspend: false } },
    { Timezone: 'Etc/UTC', Suspend: 'False', Active: 0, 'Last Schedule': '<none>' },
  ],
  [
    'autoscaler without metrics',
    horizontalpodautoscalers,
    hpa([]),
    { Reference: 'Deployment/web', Targets: '<none>', MinPods: '1', MaxPods: 3, Replicas: 0 },
  ],
  [
    'autoscaler on cpu, unknown',
    horizontalpodautoscalers,
    hpa([metric('Resource', 'resource', { averageUtilization: 80 }, 'cpu')]),
    { Targets: 'cpu: <unknown>/80%' },
  ],
  [
    'autoscaler on cpu',
    horizontalpodautoscalers,
    hpa(
      [metric('Resource', 'resource', { averageUtilization: 80 }, 'cpu')],
      [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 63, averageValue: '50m' } } }],
    ),
    { Targets: 'cpu: 63%/80%' },
  ],
  [
    'autoscaler on pods and objects',
    horizontalpodautoscalers,
    hpa(
      [
        metric('Pods', 'pods', { averageValue: '10' }),
        metric('Object', 'object', { value: '5' }),
        metric('External', 'external', { averageValue: '2' }),
      ],
      [{ type: 'Pods', pods: { current: { averageValue: '7' } } }],
    ),
    { Targets: '7/10, <unknown>/5 + 1 more...' },
  ],
  ['ingress without hosts', ingresses, rules(undefined), { Class: '<none>', Hosts: '*', Address: '', Ports: '80' }],
  ['ingress with three hosts', ingresses, rules('a', 'b', 'c'), { Hosts: 'a,b,c' }],
  ['ingress with more hosts', ingresses, rules('a', undefined, 'b', 'c', undefined), { Hosts: 'a,b,c + 2 more...' }],
  [
    'ingress with addresses',
    ingresses,
    {
      spec: { ingressClassName: 'nginx', tls: [{}] },
      status: { loadBalancer: { ingress: [{ ip: '192.0.2.9' }, { hostname: 'lb.example' }, { ip: '192.0.2.1' }] } },
    },
    { Class: 'nginx', Address: '192.0.2.1,192.0.2.9,lb.example', Ports: '80, 443' },
  ],
  [
    'default ingress class',
    ingressclasses,
    {
      metadata: { annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
      spec: { controller: 'c/d', parameters: { apiGroup: 'g', kind: 'K', name: 'n' } },
    },
    { Name: 'x (default)', Controller: 'c/d', Parameters: 'K.g/n' },
  ],
  [
    'address of a service',
    ipaddresses,
    { spec: { parentRef: { resource: 'services', namespace: 'n', name: 's' } } },
    { ParentRef: 'services/n/s' },
  ],
  [
    'slice without anything',
    endpointslices,
    { addressType: 'IPv4' },
    { AddressType: 'IPv4', Ports: '<unset>', Endpoints: '<unset>' },
  ],
  ['slice with a port of no number', endpointslices, { ports: [{ name: '' }] }, { Ports: '<unset>' }],
  [
    'slice with many',
    endpointslices,
    {
      ports: [{ port: 80 }, { name: 'http' }, { port: 1 }, { port: 2 }],
      endpoints: [{ addresses: ['192.0.2.1', '192.0.2.2'] }, { addresses: ['192.0.2.3'] }],
    },
    { Ports: '80,http,1 + 1 more...', Endpoints: '192.0.2.1,192.0.2.2,192.0.2.3' },
  ],
  [
    'pending request',
    certificatesigningrequests,
    { spec: { signerName: 'a.b/c', username: 'jane' } },
    { Condition: 'Pending', Requestor: 'jane', SignerName: 'a.b/c', RequestedDuration: '<none>' },
  ],
  [
    'issued request',
    certificatesigningrequests,
    { spec: { expirationSeconds: 86400 }, status: { conditions: [condition('Approved')], certificate: 'eA==' } },
    { Condition: 'Approved,Issued', SignerName: '<none>', RequestedDuration: '24h' },
  ],
  [
    'failed request',
    certificatesigningrequests,
    { status: { conditions: [condition('Approved'), condition('Failed')] } },
    { Condition: 'Approved,Failed' },
  ],
  [
    'denied request',
    certificatesigningrequests,
    { status: { conditions: [condition('Denied')] } },
    { Condition: 'Denied' },
  ],
  [
    'flow schema',
    flowschemas,
    { spec: { priorityLevelConfiguration: { name: 'p' }, matchingPrecedence: 5 } },
    { PriorityLevel: 'p', MatchingPrecedence: 5, DistinguisherMethod: '<none>', MissingPL: '?' },
  ],
  [
    'dangling flow schema',
    flowschemas,
    { spec: { distinguisherMethod: { type: 'ByUser' } }, status: { conditions: [condition('Dangling')] } },
    { DistinguisherMethod: 'ByUser', MissingPL: 'True' },
  ],
  [
    'exempt level',
    prioritylevelconfigurations,
    { spec: { type: 'Exempt', exempt: {} } },
    { Type: 'Exempt', NominalConcurrencyShares: '<none>', Queues: '<none>' },
  ],
  [
    'queuing level',
    prioritylevelconfigurations,
    {
      spec: {
        type: 'Limited',
        limited: {
          nominalConcurrencyShares: 3,
          limitResponse: { type: 'Queue', queuing: { queues: 4, handSize: 5, queueLengthLimit: 6 } },
        },
      },
    },
    { NominalConcurrencyShares: 3, Queues: 4, HandSize: 5, QueueLengthLimit: 6 },
  ],
  ['pending claim', resourceclaims, {}, { State: 'pending' }],
  ['claim in use', resourceclaims, { status: { allocation: {}, reservedFor: [{}] } }, { State: 'allocated,reserved' }],
  [
    'dying claim',
    resourceclaims,
    { metadata: { deletionTimestamp: at(1) }, status: { allocation: {} } },
    { State: 'deleted,allocated' },
  ],
  [
    'driver',
    csidrivers,
    {
      spec: {
        attachRequired: false,
        tokenRequests: [{ audience: '' }, { audience: 'b' }],
        volumeLifecycleModes: ['Persistent', 'Ephemeral'],
      },
    },
    { AttachRequired: false, TokenRequests: ',b', Modes: 'Persistent,Ephemeral' },
  ],
  [
    'default class',
    storageclasses,
    {
      metadata: { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      provisioner: 'p',
      allowVolumeExpansion: true,
    },
    { Name: 'x (default)', Provisioner: 'p', ReclaimPolicy: 'Delete', AllowVolumeExpansion: true },
  ],
  [
    'attachment',
    volumeattachments,
    { spec: { attacher: 'a', nodeName: 'n', source: { persistentVolumeName: 'pv' } }, status: { attached: true } },
    { Attacher: 'a', PV: 'pv', Node: 'n', Attached: true },
  ],
])('shows a %s', (_, kind, fields, expected) => {
  expect(cells(kind, fields, ...Object.keys(expected))).toEqual(Object.values(expected));
});
