import type { JsonObject, KubeObject } from '../../api/object.ts';
import type { RequestInfo } from '../request/request-info.ts';
import type { UserInfo } from '../request/user.ts';
import type { IdentityServices } from './identity-services.ts';
import type { Kind } from './kind.ts';

/** A sub-resource request after authorization, with its decoded body. */
export interface SubresourceRequest {
  readonly kind: Kind;
  readonly info: RequestInfo;
  readonly user: UserInfo;
  readonly query: URLSearchParams;
  /** Parsed JSON body; undefined when there is none. Not yet checked against a type. */
  readonly body: JsonObject | undefined;
  readonly dryRun: boolean;
  readonly now: Date;
  warn(text: string): void;
  readonly objects: ObjectAccess;
  /** For reviews and tokens; see identityOf. */
  readonly identity?: IdentityServices;
}

export interface SubresourceResponse {
  readonly status: number;
  /** An object to be encoded (with apiVersion and kind set), or text. */
  readonly body: KubeObject | JsonObject | string | undefined;
  readonly contentType?: string;
}

/** A custom sub-resource (binding, eviction, token, approval …): throws StatusError to refuse. */
export type SubresourceHandler = (request: SubresourceRequest) => Promise<SubresourceResponse>;

/** What handlers and admission plugins may do with stored objects, bypassing HTTP but not the strategies. */
export interface ObjectAccess {
  /** The kind by group and resource (the preferred version), or undefined. */
  kindOf(group: string, resource: string): Kind | undefined;
  get(group: string, resource: string, namespace: string, name: string): Promise<KubeObject | undefined>;
  list(group: string, resource: string, namespace?: string): Promise<KubeObject[]>;
  /** Runs `change` on the current object until it commits; 404 StatusError when it is missing. Validates as an update of `subresource`. */
  update(
    group: string,
    resource: string,
    namespace: string,
    name: string,
    options: { subresource: string; user: UserInfo; dryRun: boolean; validate?: boolean },
    change: (current: KubeObject) => KubeObject | Promise<KubeObject>,
  ): Promise<KubeObject>;
  create(
    group: string,
    resource: string,
    object: KubeObject,
    options: { user: UserInfo; dryRun: boolean },
  ): Promise<KubeObject>;
  delete(
    group: string,
    resource: string,
    namespace: string,
    name: string,
    options: { user: UserInfo; dryRun: boolean; body?: JsonObject },
  ): Promise<KubeObject>;
}
