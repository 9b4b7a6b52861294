/**
 * Admission: what may still change or refuse a write between decoding and storing. plugins/index.ts lists the plugins;
 * position is the order. Mutating steps run first (all plugins), then validating ones.
 */
import type { JsonObject, KubeObject } from '../../api/object.ts';
import type { TraceRecorder } from '../../tracing/trace.ts';
import type { AccessAttributes, Decision } from '../authorization/authorizer.ts';
import type { Kind } from '../kinds/kind.ts';
import type { KindTable } from '../kinds/kind-table.ts';
import type { ObjectAccess } from '../kinds/subresource.ts';
import type { UserInfo } from '../request/user.ts';
import type { Reinvocation } from './reinvocation.ts';

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

export interface AdmissionAttributes {
  readonly kind: Kind;
  /** The kind that the client wrote, where a plugin looks at another version of it. */
  readonly requested?: Kind;
  readonly operation: Operation;
  readonly namespace: string;
  /** '' while a generateName is not resolved, and for deletecollection. */
  readonly name: string;
  readonly subresource: string;
  /** The object to be stored, in the served version, with apiVersion and kind; undefined for DELETE. Mutating steps change it in place. */
  object: KubeObject | undefined;
  /** The stored object for UPDATE and DELETE. */
  readonly old: KubeObject | undefined;
  readonly options: JsonObject;
  readonly user: UserInfo;
  readonly dryRun: boolean;
  warn(text: string): void;
  /** For audit and trace: key/value annotations. */
  annotate(key: string, value: string): void;
  /** Present while the request is traced. */
  readonly trace?: TraceRecorder | undefined;
  /** Made by the first mutating plugin that wants a second round of them all. */
  reinvocation?: Reinvocation;
}

export interface AdmissionPlugin {
  /** Upstream's name, as in --enable-admission-plugins. */
  readonly name: string;
  /** `GROUP/RESOURCE` of all that it may ever look at, sub-resources included; absent: everything. */
  readonly resources?: readonly string[];
  /** @throws StatusError to refuse. */
  admit?(attributes: AdmissionAttributes): void | Promise<void>;
  validate?(attributes: AdmissionAttributes): void | Promise<void>;
}

/** The objects of one resource that are always at hand (registry/object-mirror.ts): shared and frozen. */
export interface MirroredObjects<T> {
  /** `namespace`: '' for cluster-wide resources. */
  get(namespace: string, name: string): (T & KubeObject) | undefined;
  /** All, or those of one namespace. The same array until one of the resource changes. */
  list(namespace?: string): readonly (T & KubeObject)[];
}

/** What plugins are made from; one set per control plane. */
export interface AdmissionContext {
  readonly objects: ObjectAccess;
  /** Without waiting. Plugins ask for what they need when they are made. @throws Error for a resource that is not mirrored */
  mirrored<T = KubeObject>(group: string, resource: string): MirroredObjects<T>;
  readonly kinds: Pick<KindTable, 'all' | 'byKind' | 'generation' | 'versions'>;
  readonly now: () => Date;
  /** In [0, 1), for generated names. */
  readonly random: () => number;
  /** Decides by all authorizers in order. */
  authorize(attributes: AccessAttributes): Decision | Promise<Decision>;
}

export type AdmissionPluginFactory = (context: AdmissionContext) => AdmissionPlugin;
