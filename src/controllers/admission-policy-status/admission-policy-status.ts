/** Says in each ValidatingAdmissionPolicy's status which expressions do not fit; imitates pkg/controller/validatingadmissionpolicystatus. */
import type { OpenApiSchemas } from '../../api/cel/openapi-types.ts';
import type { KubeObject } from '../../api/object.ts';
import { isStatusError } from '../../api/status-error.ts';
import type { ValidatingAdmissionPolicy } from '../../api/types/admissionregistration-v1.ts';
import { Informer, keyOf, splitKey } from '../../client/informer.ts';
import type { RestClient } from '../../client/rest-client.ts';
import {
  type Controller,
  type ControllerContext,
  type ControllerDefinition,
  controllerQueue,
} from '../shared/controller.ts';
import { checkPolicyTypes } from './type-checking.ts';

const NAME = 'validatingadmissionpolicy-status-controller';
const POLICIES = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  resource: 'validatingadmissionpolicies',
  kind: 'ValidatingAdmissionPolicy',
  namespaced: false,
};

type Policy = KubeObject & ValidatingAdmissionPolicy;

export const admissionPolicyStatus: ControllerDefinition = { name: NAME, start };

function start(context: ControllerContext): Controller {
  const client = context.client(NAME);
  const policies = new Informer<Policy>();
  const queue = controllerQueue<string>(context, NAME, {
    async reconcile(key, signal) {
      const { name } = splitKey(key);
      const policy = policies.get('', name);
      if (policy === undefined) return;
      const { generation = 0 } = policy.metadata;
      if (generation <= (policy.status?.observedGeneration ?? 0)) return;
      const { resources } = await context.discovery.latest();
      const find = (group: string, version: string) => findSchemas(client, group, version, signal);
      const expressionWarnings = await checkPolicyTypes(policy, resources, find);
      const typeChecking = expressionWarnings.length === 0 ? {} : { expressionWarnings };
      const applied = {
        apiVersion: `${POLICIES.group}/v1`,
        kind: POLICIES.kind,
        metadata: { name },
        status: { observedGeneration: generation, typeChecking },
      };
      const target = { ...POLICIES, name, subresource: 'status' };
      await client.apply(target, applied, { fieldManager: NAME, force: true, signal });
    },
  });
  const look = (policy: KubeObject): void => queue.add(keyOf(policy));
  policies.handle({ added: look, updated: look });
  context.feed.subscribe(POLICIES, policies, { full: true });
  return { stop: () => queue.stop() };
}

async function findSchemas(
  client: RestClient,
  group: string,
  version: string,
  signal: AbortSignal,
): Promise<OpenApiSchemas | undefined> {
  const path = group === '' ? `/openapi/v3/api/${version}` : `/openapi/v3/apis/${group}/${version}`;
  try {
    const document = await client.json<{ components?: { schemas?: OpenApiSchemas } }>('GET', path, { signal });
    return document.components?.schemas;
  } catch (error) {
    if (isStatusError(error, 'NotFound')) return undefined;
    throw error;
  }
}
