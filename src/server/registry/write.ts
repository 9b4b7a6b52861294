/** What a write to the registry is told and what it answers. */
import type { JsonObject, KubeObject } from '../../api/object.ts';
import type { Store } from '../../store/store.ts';
import type { TraceRecorder } from '../../tracing/trace.ts';
import type { AdmissionAttributes } from '../admission/admission.ts';
import type { StrategyContext } from '../kinds/kind.ts';
import type { UserInfo } from '../request/user.ts';

/** The two passes of admission; see admission/chain.ts. */
export interface Admission {
  admit(attributes: AdmissionAttributes): Promise<void>;
  validate(attributes: AdmissionAttributes): Promise<void>;
}

export interface RegistryServices {
  readonly store: Store;
  readonly admission: Admission;
  readonly now: () => Date;
  readonly random: () => number;
  readonly uuid: () => string;
  /** For strategies; see StrategyContext. */
  readonly namespaceLabels?: StrategyContext['namespaceLabels'];
}

/** Who writes, how, and where warnings go. */
export interface WriteOptions {
  readonly user: UserInfo;
  readonly dryRun: boolean;
  readonly subresource: string;
  /** Create/Update/Patch/DeleteOptions as admission shows them. */
  readonly options: JsonObject;
  warn(text: string): void;
  readonly trace?: TraceRecorder | undefined;
  /** One of many that go together: admission is told no name. */
  readonly collection?: boolean;
  /** Internal writers (controllers' finalizers, sub-resource handlers) may skip admission. */
  readonly skipAdmission?: boolean;
  /** Sub-resources such as binding check for themselves. */
  readonly skipValidation?: boolean;
}

/** Called between decoding and admission: keeps metadata.managedFields. `live` is undefined for a create. */
export type ManagedFieldsUpdate = (live: KubeObject | undefined, updated: KubeObject) => void;

/** An object as it is stored now. `value` are the stored bytes. */
export interface Written {
  readonly object: KubeObject;
  readonly value: Buffer;
  /** undefined for a dry run of a create. */
  readonly revision: number | undefined;
}

export interface UpdateOptions extends WriteOptions {
  /** The wanted object, from the stored one (a copy of which it gets; undefined when there is none). May run several times. */
  transform(current: KubeObject | undefined): Promise<KubeObject> | KubeObject;
  readonly managedFields?: ManagedFieldsUpdate;
  /** A PUT: a uid in the object is a precondition (409) rather than a field that may not change (422). */
  readonly uidIsPrecondition?: boolean;
  /** Server-side apply and kinds that say so create what is missing. */
  readonly forceCreate?: boolean;
  /** Called before a create on update: authorization of the verb create. */
  readonly beforeCreate?: () => Promise<void>;
}

export interface Updated extends Written {
  readonly created: boolean;
  /** The update was the last a deleted object waited for: it is gone now. */
  readonly deleted: boolean;
}
