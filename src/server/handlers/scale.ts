/** The scale sub-resource: autoscaling/v1 Scale in place of the object; imitates registry/apps/<kind>/storage ScaleREST. */
import { FieldErrors, Path, quote } from '../../api/field-errors.ts';
import type { JsonObject, KubeObject } from '../../api/object.ts';
import { applyConfiguration } from '../../api/patch/apply/apply.ts';
import { updateManagedFields } from '../../api/patch/apply/managed-fields.ts';
import { managedFieldsOfScaled, type ReplicasPaths } from '../../api/patch/apply/scale.ts';
import { schemaOfKind } from '../../api/schema/type-table.ts';
import { badRequest, invalid, objectModified } from '../../api/status-error.ts';
import { readBody } from '../http/body.ts';
import type { Kind, ScaleStrategy, TablePrinter } from '../kinds/kind.ts';
import { age } from '../kinds/printing.ts';
import { replicasPaths, SCALE_VERSION, scaleOf } from '../kinds/shared/scale-object.ts';
import { timestamp } from '../registry/metadata.ts';
import { checkUid } from '../registry/write-rules.ts';
import type { RequestContext } from '../request/context.ts';
import type { Services } from '../services.ts';
import { decodeApplied, decodeConfiguration } from './apply.ts';
import { bodyFormat, decodeBody } from './decode-body.ts';
import { negotiate } from './media-type.ts';
import { decodePatched, type Patcher, patchType, preparePatch } from './patch.ts';
import { parseRequestOptions, type RequestOptions } from './request-options.ts';
import { writeObject } from './write-object.ts';
import { managerOf, writeOptions } from './write-options.ts';

const NO_REPLICAS = -(2 ** 31);

const SCALE_TABLE: TablePrinter = {
  columns: [
    { name: 'Name', type: 'string', format: '', priority: 0 },
    { name: 'Desired', type: 'integer', format: '', priority: 0 },
    { name: 'Available', type: 'integer', format: '', priority: 0 },
    { name: 'Age', type: 'string', format: '', priority: 0 },
  ],
  custom: true,
  cells: ({ metadata, spec, status }, now) => [
    metadata.name ?? '',
    replicasOf(spec),
    replicasOf(status),
    age(metadata.creationTimestamp, now),
  ],
};

function replicasOf(part: unknown): number {
  return (part as { replicas?: number } | undefined)?.replicas ?? 0;
}

/** What decoding and printing need of the Scale "kind": it has a schema and a name, but no storage. */
function scaleKind(kind: Kind): Kind {
  return {
    ...kind,
    group: 'autoscaling',
    version: 'v1',
    apiVersion: SCALE_VERSION,
    kind: 'Scale',
    schema: schemaOfKind('autoscaling', 'v1', 'Scale'),
    strategy: { ...kind.strategy, applyDefaults: undefined },
    table: SCALE_TABLE,
    source: 'builtin',
  } as Kind;
}

export async function handleScale(
  services: Services,
  ctx: RequestContext,
  kind: Kind,
  strategy: ScaleStrategy<KubeObject>,
): Promise<void> {
  const media = negotiate(ctx, { watch: false, list: false });
  const { namespace, name } = ctx.info;
  const paths = replicasPaths(services.kinds.versions(kind.group, kind.resource));
  if (ctx.info.verb === 'get') {
    const obj = await services.registry.get(kind, namespace, name);
    strategy.checkReadable?.(obj);
    return writeObject(ctx, 200, scaleKind(kind), scaleOf(strategy, paths, obj), media);
  }
  const optionsKind = ctx.info.verb === 'patch' ? 'PatchOptions' : 'UpdateOptions';
  const type = ctx.info.verb === 'patch' ? patchType(ctx, kind) : 'update';
  const bytes = await readBody(ctx);
  const options = parseRequestOptions(ctx.query, optionsKind, type === 'apply');
  const change = scaleChange(services, ctx, kind, type, bytes, options);
  const updated = await services.registry.update(kind, namespace, name, {
    ...writeOptions(ctx, optionsKind, options, 'scale'),
    transform: (current) => {
      const live = current as KubeObject;
      const scale = change(scaleToChange(strategy, paths, live));
      applyScale(kind, strategy, live, scale);
      live.metadata.managedFields = managedFieldsOfScaled(
        live.metadata.managedFields,
        scale.metadata.managedFields,
        kind.apiVersion,
        paths,
      );
      return live;
    },
  });
  await writeObject(ctx, 200, scaleKind(kind), scaleOf(strategy, paths, updated.object), media);
}

/** What a write starts from. Upstream puts a count that nobody can mean where the object has none. */
function scaleToChange(strategy: ScaleStrategy<KubeObject>, paths: ReplicasPaths, live: KubeObject): KubeObject {
  const scale = scaleOf(strategy, paths, live);
  if (strategy.lacksReplicas?.(live) === true) scale.spec = { replicas: NO_REPLICAS };
  return scale;
}

type ScaleChange = (current: KubeObject) => KubeObject;

function scaleChange(
  services: Services,
  ctx: RequestContext,
  kind: Kind,
  type: ReturnType<typeof patchType> | 'update',
  bytes: Buffer,
  options: RequestOptions,
): ScaleChange {
  const scale = scaleKind(kind);
  const context = {
    schema: scale.schema,
    apiVersion: SCALE_VERSION,
    subresource: 'scale',
    now: timestamp(services.now()),
  };
  if (type === 'apply') {
    const applied = decodeConfiguration(bytes, options.fieldValidation, ctx);
    return (live) => {
      const result = applyConfiguration({
        ...context,
        live,
        applied,
        kind: 'Scale',
        manager: options.fieldManager,
        force: options.force === true,
      });
      const merged = decodeApplied(scale.schema, result.object) as unknown as KubeObject;
      merged.metadata.managedFields = result.managedFields;
      return merged;
    };
  }
  const manager = managerOf(ctx, options);
  const book = (live: KubeObject, updated: KubeObject): KubeObject => {
    updated.metadata.managedFields = updateManagedFields({ ...context, live, updated, manager });
    return updated;
  };
  if (type === 'update') {
    const wanted = decodeBody(services.kinds, scale, bytes, bodyFormat(ctx), options.fieldValidation, ctx);
    return (live) => book(live, structuredClone(wanted));
  }
  let patch: Patcher | undefined;
  return (live) => {
    patch ??= preparePatch(scale, type, bytes, options.fieldValidation, ctx);
    const before: JsonObject = structuredClone(live);
    return book(
      live,
      decodePatched(scale, patch.apply(before as KubeObject), live, patch, options.fieldValidation, ctx),
    );
  };
}

function applyScale(kind: Kind, strategy: ScaleStrategy<KubeObject>, current: KubeObject, scale: KubeObject): void {
  const { metadata } = scale;
  const name = current.metadata.name ?? '';
  if (!metadata.name)
    throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  if (metadata.name !== name)
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  if (metadata.uid && metadata.uid !== current.metadata.uid) checkUid(kind, name, scale, current);
  const replicas = replicasOf(scale.spec);
  if (replicas === NO_REPLICAS)
    throw badRequest(`the spec replicas field ${quote(`.${strategy.specPath?.join('.')}`)} cannot be empty`);
  const errors = new FieldErrors();
  if (replicas < 0 && strategy.validatesReplicas !== true)
    errors.invalid(Path.root('spec').child('replicas'), replicas, 'must be greater than or equal to 0');
  if (errors.length > 0) throw invalid({ group: 'autoscaling', resource: 'Scale' }, name, errors.list);
  if (metadata.resourceVersion && metadata.resourceVersion !== current.metadata.resourceVersion)
    throw objectModified(kind, name);
  strategy.setReplicas(current, replicas);
}
