/** How Go keeps fields, of every API group (see go-shapes/README.md). One line a group; order does not matter. */
import admissionregistrationV1 from './go-shapes/admissionregistration-v1.json' with { type: 'json' };
import apiextensionsV1 from './go-shapes/apiextensions-v1.json' with { type: 'json' };
import apiregistrationV1 from './go-shapes/apiregistration-v1.json' with { type: 'json' };
import appsV1 from './go-shapes/apps-v1.json' with { type: 'json' };
import authenticationV1 from './go-shapes/authentication-v1.json' with { type: 'json' };
import authorizationV1 from './go-shapes/authorization-v1.json' with { type: 'json' };
import autoscaling from './go-shapes/autoscaling.json' with { type: 'json' };
import batchV1 from './go-shapes/batch-v1.json' with { type: 'json' };
import certificatesV1 from './go-shapes/certificates-v1.json' with { type: 'json' };
import coordinationV1 from './go-shapes/coordination-v1.json' with { type: 'json' };
import coreV1 from './go-shapes/core-v1.json' with { type: 'json' };
import discoveryV1 from './go-shapes/discovery-v1.json' with { type: 'json' };
import eventsV1 from './go-shapes/events-v1.json' with { type: 'json' };
import flowcontrolV1 from './go-shapes/flowcontrol-v1.json' with { type: 'json' };
import metaV1 from './go-shapes/meta-v1.json' with { type: 'json' };
import networkingV1 from './go-shapes/networking-v1.json' with { type: 'json' };
import nodeV1 from './go-shapes/node-v1.json' with { type: 'json' };
import policyV1 from './go-shapes/policy-v1.json' with { type: 'json' };
import rbacV1 from './go-shapes/rbac-v1.json' with { type: 'json' };
import resourceV1 from './go-shapes/resource-v1.json' with { type: 'json' };
import schedulingV1 from './go-shapes/scheduling-v1.json' with { type: 'json' };
import storageV1 from './go-shapes/storage-v1.json' with { type: 'json' };

/** What differs from the implied defaults, by field name. */
export interface GoShape {
  readonly pointer?: readonly string[];
  readonly always?: readonly string[];
  readonly omitzero?: readonly string[];
  readonly goNames?: Readonly<Record<string, string>>;
}

let all: Readonly<Record<string, GoShape>> | undefined;

/** By full type name. */
export function goShapes(): Readonly<Record<string, GoShape>> {
  all ??= Object.assign({}, ...GROUPS) as Record<string, GoShape>;
  return all;
}

const GROUPS: readonly object[] = [
  admissionregistrationV1,
  apiextensionsV1,
  apiregistrationV1,
  appsV1,
  authenticationV1,
  authorizationV1,
  autoscaling,
  batchV1,
  certificatesV1,
  coordinationV1,
  coreV1,
  discoveryV1,
  eventsV1,
  flowcontrolV1,
  metaV1,
  networkingV1,
  nodeV1,
  policyV1,
  rbacV1,
  resourceV1,
  schedulingV1,
  storageV1,
];
