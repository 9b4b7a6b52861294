/** Says in each flow schema's status whether its priority level exists; imitates apiserver/pkg/util/flowcontrol. */
import { quote } from '../api/field-errors.ts';
import { equalJson, type KubeObject } from '../api/object.ts';
import { isStatusError } from '../api/status-error.ts';
import { formatTime } from '../api/time.ts';
import type { FlowSchema, FlowSchemaCondition } from '../api/types/flowcontrol-v1.ts';
import { Informer, keyOf, splitKey } from '../client/informer.ts';
import {
  type Controller,
  type ControllerContext,
  type ControllerDefinition,
  controllerQueue,
} from './shared/controller.ts';

/** Upstream the API server does this; the name is its field manager. */
const NAME = 'api-priority-and-fairness-config-consumer-v1';
const GROUP = { group: 'flowcontrol.apiserver.k8s.io', version: 'v1', namespaced: false };
const SCHEMAS = { ...GROUP, resource: 'flowschemas', kind: 'FlowSchema' };
const LEVELS = { ...GROUP, resource: 'prioritylevelconfigurations', kind: 'PriorityLevelConfiguration' };

type Schema = KubeObject & FlowSchema;

export const flowSchemaReferences: ControllerDefinition = { name: NAME, start };

function start(context: ControllerContext): Controller {
  const client = context.client(NAME);
  const schemas = new Informer<Schema>({
    transform: ({ metadata: { name, resourceVersion }, spec, status }) => ({
      metadata: { name, resourceVersion },
      spec: { priorityLevelConfiguration: spec?.priorityLevelConfiguration },
      status,
    }),
    indexes: { level: (schema) => [levelOf(schema)] },
  });
  const levels = new Informer({
    transform: ({ metadata: { name, resourceVersion } }) => ({ metadata: { name, resourceVersion } }),
  });
  const queue = controllerQueue<string>(context, NAME, {
    async reconcile(key, signal) {
      const { name } = splitKey(key);
      const schema = schemas.get('', name);
      if (schema === undefined || !levels.isSynced) return;
      const level = levelOf(schema);
      const wanted = danglingCondition(level, levels.get('', level) !== undefined);
      const found = schema.status?.conditions?.find(({ type }) => type === wanted.type);
      if (found !== undefined && equalJson({ ...found, lastTransitionTime: undefined }, wanted)) return;
      const condition = { ...wanted, lastTransitionTime: formatTime(context.clock.now()) };
      const status = { conditions: [condition] };
      const applied = { apiVersion: `${GROUP.group}/v1`, kind: SCHEMAS.kind, metadata: { name }, status };
      const target = { ...SCHEMAS, name, subresource: 'status' };
      try {
        await client.apply(target, applied, { fieldManager: NAME, force: true, signal });
      } catch (error) {
        if (!isStatusError(error, 'NotFound')) throw error;
      }
    },
  });
  const look = (schema: KubeObject): void => queue.add(keyOf(schema));
  const levelChanged = ({ metadata }: KubeObject): void => {
    for (const schema of schemas.byIndex('level', metadata.name ?? '')) look(schema);
  };
  schemas.handle({ added: look, updated: look });
  levels.handle({ added: levelChanged, deleted: levelChanged });
  void levels.synced.then(() => {
    for (const schema of schemas.list()) look(schema);
  });
  context.feed.subscribe(SCHEMAS, schemas, { full: true });
  context.feed.subscribe(LEVELS, levels);
  return { stop: () => queue.stop() };
}

function levelOf({ spec }: FlowSchema): string {
  return spec?.priorityLevelConfiguration?.name ?? '';
}

/** Whether a schema's priority level is missing, in upstream's words. */
export function danglingCondition(level: string, exists: boolean): FlowSchemaCondition {
  const start = `This FlowSchema references the PriorityLevelConfiguration object named ${quote(level)}`;
  return exists
    ? { type: 'Dangling', status: 'False', reason: 'Found', message: `${start} and it exists` }
    : { type: 'Dangling', status: 'True', reason: 'NotFound', message: `${start} but there is no such object` };
}
