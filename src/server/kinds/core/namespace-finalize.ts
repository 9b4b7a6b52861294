/** PUT /api/v1/namespaces/NAME/finalize: the only way to change spec.finalizers; the last one lets the namespace go. */
import type { JsonObject, KubeObject } from '../../../api/object.ts';
import { badRequest } from '../../../api/status-error.ts';
import type { Namespace } from '../../../api/types/core-v1.ts';
import type { ObjectMeta } from '../../../api/types/meta-v1.ts';
import { readBody } from '../shared/read-body.ts';
import type { SubresourceRequest, SubresourceResponse } from '../subresource.ts';

/** Metadata that a writer may change. */
const WRITABLE = ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const;

export async function finalizeNamespace(request: SubresourceRequest): Promise<SubresourceResponse> {
  const { info, user, dryRun } = request;
  const name = info.name;
  if (request.body === undefined) throw badRequest('the request has no body');
  const { metadata: sent, spec } = readBody<Namespace>('', 'v1', 'Namespace', request.body);
  if (sent.name !== undefined && sent.name !== '' && sent.name !== name) {
    throw badRequest(`the name of the object (${sent.name}) does not match the name on the URL (${name})`);
  }
  const finalizers = spec?.finalizers ?? [];
  const options = { subresource: 'finalize', user, dryRun };
  const changed = await request.objects.update('', 'namespaces', '', name, options, (current) => {
    const { finalizers: _, ...others } = (current['spec'] ?? {}) as JsonObject;
    const kept = finalizers.length === 0 ? others : { ...others, finalizers };
    const wanted = { ...current, metadata: mergedMetadata(current, sent), spec: kept };
    request.kind.strategy.applyDefaults?.(wanted);
    return wanted;
  });
  return { status: 200, body: changed };
}

function mergedMetadata(current: KubeObject, sent: ObjectMeta): ObjectMeta {
  const metadata: ObjectMeta = { ...current.metadata };
  for (const field of WRITABLE) {
    if (sent[field] === undefined) delete metadata[field];
    else Object.assign(metadata, { [field]: sent[field] });
  }
  if (sent.uid !== undefined) metadata.uid = sent.uid;
  if (sent.resourceVersion !== undefined) metadata.resourceVersion = sent.resourceVersion;
  return metadata;
}
