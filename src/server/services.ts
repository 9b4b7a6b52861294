/** What handlers work with: one set per control plane, made in server.ts. */
import type { TraceBuffer } from '../tracing/trace.ts';
import type { AccessAttributes, Decision } from './authorization/authorizer.ts';
import type { IdentityServices } from './kinds/identity-services.ts';
import type { KindTable } from './kinds/kind-table.ts';
import type { ObjectAccess } from './kinds/subresource.ts';
import type { Registry } from './registry/registry.ts';
import type { RenderedLists } from './registry/rendered-lists.ts';

export interface Services {
  readonly kinds: KindTable;
  readonly registry: Registry;
  readonly objects: ObjectAccess;
  /** For reviews and token requests. */
  readonly identity: IdentityServices;
  readonly traces: TraceBuffer;
  readonly lists: RenderedLists;
  /** Decides by all authorizers in order. */
  authorize(attributes: AccessAttributes): Promise<Decision>;
  /** Asked once per watch: counts one event of so many bytes. */
  countWatchEvents(group: string, version: string, resource: string): (bytes: number) => void;
  /** Aborted when the server drains: long-running answers end. */
  readonly shutdown: AbortSignal;
  /** A watch that says nothing else ends after this to twice this; 0 = never. */
  readonly minRequestTimeoutSeconds: number;
  readonly now: () => Date;
}
