/**
 * Objects that every control plane has from its first second: namespaces, RBAC, priority classes, flow control,
 * API services, the `kubernetes` Service. One table; bootstrap.ts writes what is missing in one commit.
 */
import { quote } from '../../api/field-errors.ts';
import type { JsonObject, KubeObject } from '../../api/object.ts';
import rbac from '../../api/rbac/facts/bootstrap-rbac.json' with { type: 'json' };
import { timestamp } from '../registry/metadata.ts';
import apiServices from './facts/apiservices.json' with { type: 'json' };
import flowControl from './facts/bootstrap-flowcontrol.json' with { type: 'json' };
import priorityClasses from './facts/bootstrap-priorityclasses.json' with { type: 'json' };

export interface BootstrapObject {
  readonly group: string;
  readonly resource: string;
  readonly object: KubeObject;
  /** Put back when it differs from the facts (RBAC and flow control with autoupdate). */
  readonly reconcile: boolean;
}

interface Fact {
  name: string;
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  [field: string]: unknown;
}

const NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

function fromFact({ name, namespace, labels, annotations, ...rest }: Fact): KubeObject {
  const metadata = {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
  };
  return { metadata, ...(rest as JsonObject) };
}

function table(group: string, resource: string, facts: unknown, reconcile: boolean): BootstrapObject[] {
  return (facts as Fact[]).map((fact) => ({ group, resource, object: fromFact(fact), reconcile }));
}

/** Everything but the Service and its endpoints, whose address is not a fact. */
export function bootstrapObjects(now: Date): BootstrapObject[] {
  const rbacGroup = 'rbac.authorization.k8s.io';
  const flowGroup = 'flowcontrol.apiserver.k8s.io';
  return [
    ...NAMESPACES.map((name) => ({
      group: '',
      resource: 'namespaces',
      object: { metadata: { name } },
      reconcile: false,
    })),
    ...table(rbacGroup, 'clusterroles', rbac.clusterroles, true),
    ...table(rbacGroup, 'clusterrolebindings', rbac.clusterrolebindings, true),
    ...table(rbacGroup, 'roles', rbac.roles, true),
    ...table(rbacGroup, 'rolebindings', rbac.rolebindings, true),
    ...table('scheduling.k8s.io', 'priorityclasses', priorityClasses, false),
    ...table(flowGroup, 'prioritylevelconfigurations', flowControl.prioritylevelconfigurations, true),
    ...table(
      flowGroup,
      'flowschemas',
      flowControl.flowschemas.map((fact) => referenced(fact, now)),
      true,
    ),
    ...table(
      'apiregistration.k8s.io',
      'apiservices',
      apiServices.map((fact) => available(fact, now)),
      false,
    ),
  ];
}

/** The priority levels of the server's own schemas exist. */
function referenced(fact: (typeof flowControl.flowschemas)[number], now: Date): Fact {
  const level = fact.spec.priorityLevelConfiguration.name;
  const condition = {
    type: 'Dangling',
    status: 'False',
    lastTransitionTime: timestamp(now),
    reason: 'Found',
    message: `This FlowSchema references the PriorityLevelConfiguration object named ${quote(level)} and it exists`,
  };
  return { ...fact, status: { conditions: [condition] } };
}

/** Local API services are available at once. */
function available(fact: Fact, now: Date): Fact {
  const conditions = [
    {
      type: 'Available',
      status: 'True',
      lastTransitionTime: timestamp(now),
      reason: 'Local',
      message: 'Local APIServices are always available',
    },
  ];
  return { ...fact, status: { conditions } };
}
