/**
 * A kind: one served version of one resource, and every opinion it has. Built-ins come from `defineKind` (define.ts)
 * with facts from src/api/facts/resources.json and facts/tables.json; a CustomResourceDefinition becomes the same thing.
 * Shared code never asks which kind it has: it reads the answer here.
 */
import type { FieldErrors } from '../../api/field-errors.ts';
import type { JsonObject, KubeObject } from '../../api/object.ts';
import type { Schema } from '../../api/schema/schema.ts';
import type { Mutation } from '../../store/store.ts';
import type { UserInfo } from '../request/user.ts';
import type { SubresourceHandler } from './subresource.ts';

export interface StrategyContext {
  readonly now: Date;
  readonly user: UserInfo;
  readonly dryRun: boolean;
  /** '' for the object itself. */
  readonly subresource: string;
  /** A Warning header of the answer, whatever else it will be. */
  warn(text: string): void;
  /** Labels of a namespace as last seen; undefined while it is unknown (devices: admin access needs one). */
  readonly namespaceLabels?: ((namespace: string) => Readonly<Record<string, string>> | undefined) | undefined;
}

export interface StatusStrategy<T> {
  /** Reverts what a status write may not touch. Absent: everything but metadata and status is taken from the old object. */
  prepareForUpdate?(obj: T, old: T, ctx: StrategyContext): void;
  validateUpdate?(obj: T, old: T, errors: FieldErrors, ctx: StrategyContext): void;
  warnings?(obj: T, old: T): string[];
  /** Absent: 'update' where the kind's updates have it, else as the kind says. */
  readonly metadataOnUpdate?: MetadataPasses;
  /** False where upstream's storage of the sub-resource writes no Tables: asking for one is 406. */
  readonly tables?: boolean;
  /** Top-level fields that a status write never owns in managedFields. Default: spec (status for plain writes). */
  resetFields?: readonly string[];
}

/** How /scale reads and writes; see shared/scale.ts for the usual `spec.replicas`. */
export interface ScaleStrategy<T> {
  specReplicas(obj: T): number;
  statusReplicas(obj: T): number;
  /** Selector text, e.g. `app=web`; '' when there is none. */
  selector(obj: T): string;
  setReplicas(obj: T, replicas: number): void;
  /** The kind's own rules say what is wrong with a count; absent: a negative one is refused as a Scale's. */
  readonly validatesReplicas?: boolean;
  /** Throws StatusError when the object has nothing that a Scale could show. */
  checkReadable?(obj: T): void;
  /** Whether the object has no count yet: a write must then bring one. */
  lacksReplicas?(obj: T): boolean;
  /** Field names from the object to its replicas; default spec.replicas. */
  readonly specPath?: readonly string[];
}

/** What must be stored together with an object, and undone when the store refuses. */
export interface Companion {
  readonly mutations: readonly Mutation[];
  /** Called once with whether the commit succeeded. */
  settle(committed: boolean): void;
}

export interface Change<T> {
  readonly operation: 'create' | 'update' | 'delete';
  readonly object: T;
  readonly old: T | undefined;
  readonly dryRun: boolean;
}

/** Rules of metadata that an update runs one after the other: those of an update, all of them, or none. */
export type MetadataPasses =
  | 'none'
  | 'update'
  | 'full'
  | 'update+full'
  | 'full+update'
  | 'full+full'
  | 'full+update+full';

/** What a kind decides about writes. All functions mutate `obj` in place or report; none does I/O except `companion`. */
export interface Strategy<T = KubeObject> {
  /** Messages for a bad name (apimachinery NameIsDNSSubdomain …); `prefix` when it is a generateName. */
  nameErrors(name: string, prefix: boolean): string[];
  /** Computed defaults (zz_generated.defaults and SetDefaults_*), after static ones; idempotent; on every decode. */
  applyDefaults?(obj: T): void;
  prepareForCreate?(obj: T, ctx: StrategyContext): void;
  /** Reverts what a plain update may not touch. With a `status` sub-resource the old status is put back by shared code first. */
  prepareForUpdate?(obj: T, old: T, ctx: StrategyContext): void;
  /** All rules for a new object but metadata's (shared code runs those first with `nameErrors`). */
  validate?(obj: T, errors: FieldErrors, ctx: StrategyContext): void;
  /** Rules for an update but the metadata ones. Absent: `validate` alone. Upstream's order: often `validate(obj)` is called in it. */
  validateUpdate?(obj: T, old: T, errors: FieldErrors, ctx: StrategyContext): void;
  /** Finalizers of any qualified name will do (kinds outside pkg/apis); absent: only standard ones may lack a domain. */
  readonly finalizerNames?: 'qualified';
  /** How upstream's ValidateXUpdate treats metadata; absent: 'update'. A status write has the update rules, or none. */
  readonly metadataOnUpdate?: MetadataPasses;
  /** Warning header texts. */
  warnings?(obj: T, old: T | undefined, ctx: StrategyContext): string[];
  /**
   * metadata.generation: 'spec' = 1 on create, +1 when anything outside metadata and status changes; 'none' = not kept
   * (a client's value stays as sent); a function says whether an update counts.
   */
  readonly generation: 'spec' | 'none' | ((obj: T, old: T) => boolean);
  /** PUT to a name that does not exist creates it. */
  readonly createOnUpdate: boolean;
  /** PUT without a resourceVersion is accepted. */
  readonly unconditionalUpdate: boolean;
  /** Present when the kind has /status. */
  readonly status?: StatusStrategy<T>;
  /** Sub-resources besides /status that write the status, each by a strategy of its own (approval of a signing request). */
  readonly statusSubresources?: Readonly<Record<string, StatusStrategy<T>>>;
  readonly scale?: ScaleStrategy<T>;
  /**
   * Graceful deletion (pods): seconds until the object goes after the first DELETE; 0 or absent: at once.
   * `requested` is DeleteOptions.gracePeriodSeconds.
   */
  gracePeriod?(obj: T, requested: number | undefined): number;
  /** Called when a DELETE marks an object that cannot go at once (namespaces become Terminating). */
  beginDeletion?(obj: T): void;
  /** Things besides finalizers that keep a deleted object (a namespace's spec.finalizers). */
  holdsDeletion?(obj: T): boolean;
  /** What DELETE answers when the object went at once: the Status (most) or the last object. */
  readonly deleteReturns: 'status' | 'object';
  /** Propagation when DeleteOptions name none: Background, or Orphan (Jobs, ReplicationControllers of old). */
  readonly defaultPropagation: 'Background' | 'Orphan';
  /** Warning header of a DELETE (also of a collection) whose options name neither propagationPolicy nor orphanDependents. */
  readonly deleteWarning?: string;
  /** Stored for so many seconds only (events). */
  ttlSeconds?(obj: T): number;
  /** Warning header of every request for a deprecated kind, reads and refused writes included. */
  readonly deprecation?: string;
  /** Things to be stored in the same commit (cluster IPs, node ports). May change `object` (fill in allocations). */
  companion?(change: Change<T>): Promise<Companion>;
}

export type CellValue = string | number | boolean | null;

export interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly priority: number;
  readonly description?: string;
}

export interface TableRowCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface TablePrinter<T = KubeObject> {
  readonly columns: readonly TableColumn[];
  /** False for kinds without a printer of their own ("Name", "Created At"): `rows: null` when empty. */
  readonly custom: boolean;
  cells(obj: T, now: Date): CellValue[];
  conditions?(obj: T): TableRowCondition[];
}

/** Converts between a served version and the stored one; both mutate nothing and return the converted object. */
export interface Conversion {
  toStorage(obj: KubeObject): KubeObject;
  fromStorage(obj: KubeObject): KubeObject;
}

export interface StorageSpec {
  /** `/registry/<group>/<resource>/` with trailing slash; served versions of one resource share it. */
  readonly prefix: string;
  /** apiVersion of the stored form. */
  readonly apiVersion: string;
  /** Kind of the stored form. */
  readonly kind: string;
  /** Absent when this version is stored as it is. */
  readonly conversion?: Conversion;
}

export interface Kind {
  readonly group: string;
  readonly version: string;
  /** `v1` or `apps/v1`. */
  readonly apiVersion: string;
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  readonly schema: Schema;
  readonly storage: StorageSpec;
  readonly strategy: Strategy;
  readonly table: TablePrinter;
  /** By label of a field selector, besides metadata.name and metadata.namespace: how to read it ('' when unset). */
  readonly selectableFields: ReadonlyMap<string, (obj: KubeObject) => string>;
  /** Wording of the error for an unknown field label; see NOTES ("three wordings"). */
  fieldLabelError(label: string): string;
  /** Every sub-resource of the facts; status and scale are served generically, the others by their handler. */
  readonly subresources: ReadonlyMap<string, Subresource>;
  /** Whether a list's items carry apiVersion and kind (custom resources do, built-ins do not). */
  readonly typedItems: boolean;
  /** Custom resources: no strategic merge patch, other wording here and there; the answers are in these flags. */
  readonly acceptsStrategicMerge: boolean;
  /** Kinds that are asked but never stored (reviews): answers a create. */
  readonly virtual?: SubresourceHandler;
  /** Kinds that are read but never stored (ComponentStatus): all there is, made anew; without uid and resourceVersion. */
  readonly unstored?: () => KubeObject[];
  /** Custom resources: the openAPIV3Schema of this version as its CustomResourceDefinition has it, for OpenAPI and explain. */
  readonly openapi?: JsonObject;
  /** Whether unknown fields, casing and defaults come from a CRD (then decoding is by structural schema). */
  readonly source: 'builtin' | 'crd';
}

export interface Subresource {
  readonly name: string;
  readonly verbs: readonly string[];
  /** Group, version and kind of its body as discovery shows them, when they differ from the parent's. */
  readonly group?: string;
  readonly version?: string;
  readonly kind: string;
  /** Absent for status and scale. */
  readonly handler?: SubresourceHandler;
}
